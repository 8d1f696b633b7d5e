# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When objects of backups changed, from the indexes of a row of backups. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive, history
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import Choice, choose
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.history import Change
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Key
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import open_part
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_parts import Parts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

_MOST = 1000  # backups that are looked at


@dataclass
class _Seen:
    """ids: of the backups that were read, newest first. unread: {id: why}."""

    ids: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def look(options: Mapping[str, Any]) -> dict[str, Any]:
    """What module backup_history_info returns, but for the cost.

    :raises OpsError: when an option is not as it must be, the store does not answer, or no backup can be read
    """
    if not 2 <= options["limit"] <= _MOST:
        raise OpsError("invalid", f"limit: {options['limit']} must lie between 2 and {_MOST:,}")
    platform, trusted = backup_options.platform_of(options), backup_options.trusted_of(options)
    identities = backup_options.identities_of(options["identity"])
    store = backup_options.open_of(options)
    seen = _Seen()
    newer: tuple[Manifest, dict[Key, str]] | None = None
    choice: Choice | None = None
    for manifest in _usable(store, platform, trusted, seen):
        choice = choice or choose({**options, "into": {}, "label_selector": ""}, manifest.parts)
        try:
            found = (manifest, _digests(store, manifest, identities, choice))
        except OpsError as error:
            if error.kind not in ("invalid", "refused"):
                raise
            seen.unread[manifest.id] = error.message
            continue
        if newer:
            kinds = _kinds(newer[0]) & _kinds(manifest)
            ids = {"after": manifest.id, "by": newer[0].id}
            seen.changes += history.compare(newer[1], found[1], kinds, **ids)
        seen.ids.append(manifest.id)
        newer = found
        if len(seen.ids) == options["limit"]:
            break
    return _told(seen, options)


def _usable(store: Store, platform: str, trusted: Any, seen: _Seen) -> Iterator[Manifest]:
    """Those that are believed and complete; in others something is missing that was there."""
    for kept in newest_first(store, platform, trusted):
        if kept.manifest is None:
            seen.unread[kept.id] = kept.problem
        elif not kept.manifest.is_complete:
            seen.unread[kept.id] = "it is not complete"
        else:
            yield kept.manifest


def _kinds(manifest: Manifest) -> frozenset[str]:
    return frozenset(part.resource for part in manifest.parts)


def _digests(store: Store, manifest: Manifest, identities: list[Any], choice: Choice) -> dict[Key, str]:
    """What the index of a backup says of the objects that are meant."""
    with closing(Parts(identities)) as parts:
        parts.fetch(store, [manifest.index])
        with open_part(parts, manifest.index, identities) as file:
            return {
                (resource, namespace, name): digest
                for resource, namespace, name, _uid, digest in archive.index_rows(file)
                if (not choice.resources or resource in choice.resources) and choice.means(resource, namespace, name)
            }


def _told(seen: _Seen, options: Mapping[str, Any]) -> dict[str, Any]:
    if not seen.ids:
        why = "; ".join(f"{name}: {problem}" for name, problem in list(seen.unread.items())[:3])
        raise OpsError("refused", f"no backup of platform {options['platform']} can be read{': ' + why if why else ''}")
    rows = (change.as_dict() for change in seen.changes)
    first, file = present(rows, options["rows_directory"], f"backup_history_info-{seen.ids[0]}")
    return {
        "line": history.line(seen.changes, seen.ids),
        "backups": seen.ids,
        "total": len(seen.changes),
        "intervals": history.intervals(seen.changes),
        "rows": first,
        "rows_file": file,
        "findings": [
            finding(history.CHECK, "unknown", subject("Backup", name=name), f"it was not looked at: {problem}")
            for name, problem in seen.unread.items()
        ],
    }
