# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the backups that the options of a module ask for, as they are or encrypted for others. Private API."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest, verdict
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, ManifestError
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, backup_reencrypt
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_copy import copy
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import (
    Kept,
    newest_first,
    read_manifest,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_verify import ALL, NEWEST, require_wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import local_folder
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store

CHECK = "backup_copy"


def act(options: Mapping[str, Any], now: datetime, *, check: bool) -> Acted:
    """Do what the options of the module ask for.

    :raises OpsError: before anything is written, when they make no sense or a store cannot be read
    """
    platform = backup_options.platform_of(options)
    require_wanted(platform, options)
    trusted = backup_options.trusted_of(options)
    recipients = keys.recipients(options["recipients"])
    _require_other(options, recipients)
    source = backup_options.look_of(options) if check else backup_options.open_of(options)
    if source is None:
        return Acted([], None, {"findings": []})  # what is to be copied is not there before a run took it
    target = _target(options, source, check=check)
    order = None
    if recipients.keys:
        signer = backup_options.trusted_signer_of(options["signing_key"], trusted)
        identities = backup_options.identities_of(options["identity"])
        order = backup_reencrypt.Order(source, target, platform, identities, recipients, signer, trusted)
    found = list(_asked(source, platform, trusted, options["backup"]))
    if check and not found:
        return Acted([], None, {"findings": []})
    chosen, doubted = _chosen(found, options["backup"], now)
    done = list(_each(source, target, chosen, order, options["concurrency"], check=check))
    findings = worst_first([*actions.findings(done, CHECK), *(_doubt(platform, one) for one in doubted)])
    return Acted(done, error_of(done), {"findings": findings})


def _require_other(options: Mapping[str, Any], recipients: Recipients) -> None:
    if not recipients.keys and options["to"] in ("", options["store"]):
        raise OpsError("invalid", "to is the same store; give another one, or recipients to encrypt the backups anew")
    if recipients.keys and not options["signing_key"]:
        raise OpsError("invalid", "signing_key: it is needed with recipients, since there will be another manifest")


def _target(options: Mapping[str, Any], source: Store, *, check: bool) -> Store:
    if options["to"] in ("", options["store"]):
        return source
    folder = local_folder(options["to"])
    if check and folder and not options["recipients"] and not os.path.isdir(folder):
        return LocalStore(os.path.abspath(folder))  # a run would make it; until then nothing is in it
    settings = {str(name): str(value) for name, value in options["to_options"].items()}
    return open_store(options["to"], settings, create=not check)


def _asked(source: Store, platform: str, trusted: keys.Trusted, wanted: str) -> Iterator[Kept]:
    if wanted in (NEWEST, ALL):
        yield from newest_first(source, platform, trusted)
        return
    kept = read_manifest(source, manifest.path_of(platform, wanted), trusted)
    if kept.manifest is None:
        raise ManifestError(kept.problem)
    yield kept


def _chosen(found: list[Kept], wanted: str, now: datetime) -> tuple[list[Kept], list[Kept]]:
    """(backups to copy, those in their way that are not believed), newest first.

    :raises OpsError: refused, when nothing can be copied
    """
    doubted = [one for one in found if one.manifest is None]
    believed = [one for one in found if one.manifest]
    if wanted == NEWEST:
        believed = [one for one in believed if _is_usable(one.manifest, now)][:1]
        doubted = [one for one in doubted if not believed or one.id > believed[0].id]
    if not believed:
        why = f": {doubted[0].problem}" if doubted else ""
        raise OpsError("refused", f"there is no backup that can be copied{why}")
    return believed, doubted


def _is_usable(made: Manifest | None, now: datetime) -> bool:
    return made is not None and made.is_usable and not verdict.is_future(made, now)


def _each(
    source: Store,
    target: Store,
    chosen: list[Kept],
    order: backup_reencrypt.Order | None,
    concurrency: int,
    *,
    check: bool,
) -> Iterator[Action]:
    """Oldest first, so that an interrupted run leaves no gap before what it copied."""
    progress = Progress("backup_copy", len(chosen))
    if order:
        order.look_for_parts()
    for kept in reversed(chosen):
        try:
            if order and kept.manifest and not order.is_for_them(kept.manifest):
                yield _encrypted(order, kept, kept.manifest, concurrency, check=check)
            elif source is target:
                yield _action(kept, "encrypt", "encrypted", "unchanged", "for these recipients")
            else:
                yield _copied(source, target, kept, concurrency, check=check)
        except OpsError as error:
            if error.kind == "invalid":
                raise
            outcome = error.kind if error.kind in ("refused", "unverified") else "failed"
            yield _action(kept, "copy", "copied", outcome, "", error.message)
        progress.step()


def _encrypted(order: backup_reencrypt.Order, kept: Kept, made: Manifest, concurrency: int, *, check: bool) -> Action:
    there = order.find(made)
    if there:
        return _action(kept, "encrypt", "encrypted", "unchanged", f"as {there.id}")
    if check:
        return _action(kept, "encrypt", "encrypted", "planned", f"for {', '.join(order.recipients.names)}"[:500])
    fresh, new = backup_reencrypt.encrypt(order, made, concurrency)
    words = f"as {fresh.id}, {quantity.as_bytes(fresh.bytes)}, {quantity.as_bytes(new)} new"
    return _action(kept, "encrypt", "encrypted", "changed", words)


def _copied(source: Store, target: Store, kept: Kept, concurrency: int, *, check: bool) -> Action:
    done = copy(source, target, kept, concurrency, check=check)
    if not done.changed:
        return _action(kept, "copy", "copied", "unchanged", "")
    words = f"{counted(done.parts, 'new part')} of {quantity.as_bytes(done.bytes)}"
    return _action(kept, "copy", "copied", "planned" if check else "changed", words)


def _action(kept: Kept, verb: str, done: str, outcome: str, detail: str, reason: str = "") -> Action:
    platform = kept.manifest.platform if kept.manifest else ""
    return Action("Backup", platform, kept.id, "", verb, done, outcome, detail=detail, reason=reason)


def _doubt(platform: str, one: Kept) -> dict[str, Any]:
    words = f"backup {one.id} is not believed, so it was not copied: {one.problem}"
    return finding(CHECK, "critical", subject("Backup", platform, one.id), words, runbook="verify_backup")
