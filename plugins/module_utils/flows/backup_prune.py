# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete backups past their retention, manifests first, and parts that nobody has needed for a day. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest, retention
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import Backup, Plan, Policy, Row
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, unreferenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of, require_texts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import digest_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import Kept, newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_verify import note_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.unreferenced import Cleared, Shelf
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

CHECK = "backup_retention"
#: how long what is kept by periods stays, for backups as for datasets
RETENTION_SPEC: dict[str, dict[str, Any]] = {
    "keep_daily": {"type": "int", "default": 30},
    "keep_weekly": {"type": "int", "default": 12},
    "keep_monthly": {"type": "int", "default": 12},
    "keep_yearly": {"type": "int", "default": 7},
    "keep_incomplete": {"type": "str", "default": "7d"},
    "floor": {"type": "int", "default": 3},
    "pinned": {"type": "list", "elements": "str", "default": []},
    "timezone": {"type": "str", "default": "UTC"},
    "max_deletions": {"type": "int", "default": 20},
}


@dataclass
class Seen:
    """The store as it was read once. damaged: ids of backups of which the last verification says so."""

    kept: list[Kept]
    shelf: Shelf
    damaged: frozenset[str]

    @property
    def backups(self) -> list[Backup]:
        return [self._backup(one) for one in self.kept]

    def manifest_of(self, backup: str) -> Manifest:
        return next(one.manifest for one in self.kept if one.id == backup and one.manifest)

    def _backup(self, one: Kept) -> Backup:
        known = one.manifest
        if known is None:
            return Backup(one.id, manifest.moment_of(one.id), believed=False, good=False)
        whole = all(self.shelf.parts.get(part.path) == part.bytes for part in known.everything)
        good = known.is_complete and whole and known.id not in self.damaged
        return Backup(known.id, manifest.moment_of(known.id), known.classes, good=good)


@dataclass
class Pruned:
    """What was done."""

    actions: list[Action] = field(default_factory=list)
    error: OpsError | None = None
    cleared: Cleared = field(default_factory=Cleared)


def act(options: Mapping[str, Any], check: bool) -> Acted:
    """Do what the options of the module ask for.

    :raises OpsError: before anything is deleted, when they make no sense or the store cannot be read
    """
    require_texts(options)
    besides = timedelta(seconds=parse_duration(options["keep_besides"], "keep_besides"))
    policy = replace(policy_of(options), besides=besides)
    platform = backup_options.platform_of(options)
    trusted = backup_options.trusted_of(options)
    store = backup_options.look_of(options)
    now = datetime.now(UTC)
    seen = look(store, platform, trusted) if store else Seen([], Shelf({}, {}), frozenset())
    plan = retention.plan(seen.backups, policy, now)
    pruned = prune(store, platform, seen, plan, now, check=check) if store else Pruned()
    more = {
        "plan": {"digest": plan.digest, "counts": plan.counts},
        "parts": pruned.cleared.row(),
        "line": line(plan.rows, pruned.actions),
        "findings": worst_first([*actions.findings(pruned.actions, CHECK), *_doubts(platform, plan)]),
    }
    return Acted(pruned.actions, pruned.error or error_of(pruned.actions), more)


def line(rows: Sequence[Row], done: Sequence[Action]) -> str:
    """ "2 deleted · 41 kept · 1 not believed"."""
    doubted = sum(row.action == "unknown" for row in rows)
    gone = [one for one in done if one.outcome != "unchanged"]
    said = [actions.line(gone)] if gone else []
    kept = len(rows) - doubted - len(gone)
    said += [f"{kept:,} kept"] if kept or not said else []
    said += [f"{doubted:,} not believed"] if doubted else []
    return " · ".join(said)


def _doubts(platform: str, plan: Plan) -> list[dict[str, Any]]:
    """A finding for each backup that neither counts nor goes."""
    return [
        finding(
            CHECK,
            "unknown",
            {"kind": "Backup", "namespace": platform, "name": row.backup.id},
            row.reason,
            runbook="verify_backup",
        )
        for row in plan.rows
        if row.action == "unknown"
    ]


def policy_of(options: Mapping[str, Any]) -> Policy:
    """How long what stays, from the options of RETENTION_SPEC.

    :raises OpsError: invalid
    """
    return Policy(
        backup_options.zone_of(options),
        {name: options[f"keep_{name}"] for name in retention.CLASSES},
        incomplete=timedelta(seconds=parse_duration(options["keep_incomplete"], "keep_incomplete")),
        floor=options["floor"],
        pinned=frozenset(options["pinned"]),
        max_deletions=options["max_deletions"],
    )


def look(store: Store, platform: str, trusted: Trusted) -> Seen:
    """Read manifests and list parts.

    :raises OpsError: when the store does not answer; half a list would be a list of what to delete
    """
    kept = list(newest_first(store, platform, trusted))
    found = unreferenced.shelf(store, manifest.folder(platform))
    notes = {one.id: note_of(store, platform, one, trusted) for one in kept if one.manifest}
    return Seen(kept, found, frozenset(name for name, note in notes.items() if note and not note.ok))


def prune(store: Store, platform: str, seen: Seen, plan: Plan, now: datetime, *, check: bool) -> Pruned:
    """Carry a plan out.

    Nothing goes before the newest good backup was read and found as its manifest says.

    :raises OpsError: refused, when that one is not what it was
    """
    pruned = Pruned()
    if plan.refused:
        pruned.error = OpsError("refused", f"{plan.refused}; nothing was deleted")
    elif plan.deletes:
        _require_proof(store, seen, plan)
    for row in plan.rows:
        if row.action != "delete":
            pruned.actions.append(_action(platform, row, "unchanged"))
    for row in plan.deletes:
        pruned.actions.append(_delete(store, platform, row, check, pruned))
    if pruned.error is None:
        _clear(store, seen, plan, now, check, pruned)
    return pruned


def _require_proof(store: Store, seen: Seen, plan: Plan) -> None:
    stays = next((row.backup for row in plan.rows if row.action == "keep" and row.backup.good), None)
    if stays is None:
        raise OpsError("refused", "no good backup would stay; nothing was deleted")
    parts = seen.manifest_of(stays.id).everything
    progress = Progress("verify", len(parts))
    for part in parts:
        if digest_of(store, part.path) != (part.sha256, part.bytes):
            raise OpsError(
                "refused",
                f"backup {stays.id}, the newest one that would stay, is damaged: {part.path}; nothing was deleted",
                hint="Take a new backup first.",
            )
        progress.step()


def _delete(store: Store, platform: str, row: Row, check: bool, pruned: Pruned) -> Action:
    if pruned.error:
        return _action(platform, row, "not_reached")
    if check:
        return _action(platform, row, "planned")
    path = manifest.path_of(platform, row.backup.id)
    try:
        store.delete(path)
        gone = store.head(path) is None
    except OpsError as error:
        pruned.error = error
        return _action(platform, row, "failed", error.message)
    return _action(platform, row, "changed") if gone else _action(platform, row, "unverified", "it is still there")


def _clear(store: Store, seen: Seen, plan: Plan, now: datetime, check: bool, pruned: Pruned) -> None:
    """Parts to which no manifest refers that is still there, when that was already so a day ago."""
    going = {row.backup.id for row in plan.deletes}
    stays = [one for one in seen.kept if one.manifest is None or one.id not in going]
    blind = next((one for one in stays if one.refers_to is None), None)
    if blind:
        pruned.error = OpsError(
            "refused",
            f"nobody can tell to which parts {blind.path} refers, so none is deleted ({blind.problem})",
            hint="Look at that file, and delete it by hand when it is worth nothing.",
        )
        return
    needed = {path for one in stays for path in one.refers_to or ()}
    pruned.cleared = unreferenced.clear(store, seen.shelf, needed, now, check=check)
    if not check:
        store.sweep(now - unreferenced.UNREFERENCED)


def _action(platform: str, row: Row, outcome: str, reason: str = "") -> Action:
    return Action(
        kind="Backup",
        namespace=platform,
        name=row.backup.id,
        uid="",
        verb="delete",
        done="deleted" if row.action == "delete" else "kept",
        outcome=outcome,
        detail=", ".join(row.backup.classes) or retention.BESIDES,
        reason=reason or row.reason,
        evidence=f"ansible-playbook playbooks/verify_backup.yml -e backup_verify_backup={row.backup.id}",
    )
