# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The datasets of a platform in a store, kind by kind: which there are, and which can be used. Private API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import dataset as datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import moment_of
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Found, read, youngest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.unreferenced import Shelf, shelf_of
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.dataset_age import SKEW
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, parse_duration


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is of one provider. found: its datasets, newest first."""

    provider: str
    found: tuple[Found, ...]
    shelf: Shelf

    def problem(self, one: Found) -> str:
        """Why a dataset cannot be used; nothing for one that can."""
        if one.dataset is None:
            return one.problem
        parts = one.dataset.parts
        missing = [part for part in parts if self.shelf.parts.get(part.path) != part.bytes]
        if not missing:
            return ""
        return f"{len(missing):,} of its {counted(len(parts), 'part')} are missing, such as {missing[0].resource}"


def look(store: Store, platform: str, trusted: Trusted) -> list[Kind]:
    """Every kind of which the store has anything, by name.

    :raises OpsError: when the store does not answer; half a list would be a list of what to delete
    """
    metas = list(store.list(datasets.shelves(platform)))
    manifests: dict[str, list[str]] = defaultdict(list)
    for meta in metas:
        if provider := datasets.provider_of(meta.key):
            manifests[provider].append(meta.key)
    return [
        Kind(
            provider,
            tuple(read(store, path, trusted) for path in youngest_first(paths)),
            shelf_of(metas, datasets.shelf(platform, provider)),
        )
        for provider, paths in sorted(manifests.items())
    ]


def limits_of(kinds: Mapping[str, Any], option: str) -> dict[str, int]:
    """{kind that is to be kept: seconds after which its newest dataset is too old}.

    :raises OpsError: invalid, naming the option
    """
    for name in kinds:
        try:
            datasets.group(name if isinstance(name, str) else "")
        except OpsError as error:
            raise OpsError("invalid", f"{option}: {error.message}") from error
    return {name: parse_duration(value, f"{option}.{name}") for name, value in kinds.items()}


def standing(kinds: Iterable[Kind], limits: Mapping[str, int], now: datetime) -> list[dict[str, Any]]:
    """{kind, limit, datasets} for each kind that is there or is to be kept.

    :param limits: as limits_of gives them; the limit of another kind is None
    :return: of the datasets those down to the first that can be used: {id, started, believed, whole, problem}
    """
    known = {kind.provider: kind for kind in kinds}
    return [
        {
            "kind": name,
            "limit": limits.get(name),
            "datasets": _down_to_usable(known[name], now) if name in known else [],
        }
        for name in sorted({*known, *limits})
    ]


def _down_to_usable(kind: Kind, now: datetime) -> list[dict[str, Any]]:
    rows = []
    for one in kind.found:
        rows.append(row_of(kind, one))
        if rows[-1]["whole"] and moment_of(one.id) <= now + timedelta(seconds=SKEW):
            break
    return rows


def row_of(kind: Kind, one: Found) -> dict[str, Any]:
    """{id, started, believed, whole, problem} of a dataset."""
    problem = kind.problem(one)
    return {
        "id": one.id,
        "started": format_time(moment_of(one.id)) if datasets.id_of(one.path) else "",
        "believed": one.dataset is not None,
        "whole": not problem,
        "problem": problem,
    }
