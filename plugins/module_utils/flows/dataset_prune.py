# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete datasets past their retention, kind by kind, and parts that nobody has needed for a day. Private API.

A dataset has no class: each one counts for its day, its week, its month and its year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import retention
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import moment_of
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import (
    CLASSES,
    Backup,
    Plan,
    Policy,
    Row,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    backup_options,
    backup_prune,
    dataset_look,
    datasets,
    unreferenced,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of, require_texts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_look import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Found
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.unreferenced import Cleared
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

CHECK = "dataset_retention"


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens to the datasets of one kind."""

    kind: Kind
    plan: Plan

    def found(self, row: Row) -> Found:
        return next(one for one in self.kind.found if one.id == row.backup.id)


def act(options: Mapping[str, Any], check: bool) -> Acted:
    """Do what the options of the module ask for.

    :raises OpsError: before anything is deleted, when they make no sense or the store cannot be read
    """
    require_texts(options)
    policy = replace(backup_prune.policy_of(options), noun="datasets")
    platform, trusted = backup_options.platform_of(options), backup_options.trusted_of(options)
    store = backup_options.look_of(options)
    now = datetime.now(UTC)
    planned = [plan(kind, policy, now) for kind in dataset_look.look(store, platform, trusted)] if store else []
    done, error, cleared = prune(store, planned, now, check=check) if store else ([], None, Cleared())
    rows = [row for one in planned for row in one.plan.rows]
    counts: Counter[str] = Counter(row.rule for row in rows)
    more = {
        "plan": {"digests": {one.kind.provider: one.plan.digest for one in planned}, "counts": dict(counts)},
        "parts": cleared.row(),
        "line": backup_prune.line(rows, done),
        "findings": worst_first([*actions.findings(done, CHECK), *_doubts(planned)]),
    }
    return Acted(done, error or error_of(done), more)


def plan(kind: Kind, policy: Policy, now: datetime) -> Planned:
    """What of one kind goes. A pin counts for each kind that has a dataset of that moment."""
    known = [
        Backup(one.id, moment_of(one.id), CLASSES, believed=one.dataset is not None, good=not kind.problem(one))
        for one in kind.found
    ]
    return Planned(kind, retention.plan(known, policy, now))


def prune(
    store: Store, planned: Sequence[Planned], now: datetime, *, check: bool
) -> tuple[list[Action], OpsError | None, Cleared]:
    """Carry the plans out: (what was done, why it ended early, the parts that went).

    Nothing goes while one kind has too many to delete, or before the newest good one of each kind of which something
    goes was read and found as its manifest says.

    :raises OpsError: refused, when that one is not what it was
    """
    error = _refusal(planned)
    if error is None:
        for one in planned:
            if one.plan.deletes:
                _require_proof(store, one)
    done = [_action(one, row, "unchanged") for one in planned for row in one.plan.rows if row.action != "delete"]
    cleared = Cleared()
    for one in planned:
        for row in one.plan.deletes:
            action = _action(one, row, "not_reached") if error else _delete(store, one, row, check)
            error = error or error_of([action])
            done.append(action)
        if error is None:
            try:
                cleared += _clear(store, one, now, check)
            except OpsError as failure:
                error = failure
    return done, error, cleared


def _refusal(planned: Sequence[Planned]) -> OpsError | None:
    refused = next((f"{one.kind.provider}: {one.plan.refused}" for one in planned if one.plan.refused), "")
    return OpsError("refused", f"{refused}; nothing was deleted") if refused else None


def _require_proof(store: Store, one: Planned) -> None:
    stays = next((row for row in one.plan.rows if row.action == "keep" and row.backup.good), None)
    known = one.found(stays).dataset if stays else None
    if known is None:
        raise OpsError("refused", f"no good dataset of {one.kind.provider} would stay; nothing was deleted")
    problems = datasets.verify(store, known)
    if problems:
        raise OpsError(
            "refused",
            f"dataset {known.id} of {known.provider}, the newest that would stay, is damaged: {problems[0]}; "
            "nothing was deleted",
            hint="Keep a new one first.",
        )


def _delete(store: Store, one: Planned, row: Row, check: bool) -> Action:
    if check:
        return _action(one, row, "planned")
    path = one.found(row).path
    try:
        store.delete(path)
        gone = store.head(path) is None
    except OpsError as error:
        return _action(one, row, "failed", error.message)
    return _action(one, row, "changed") if gone else _action(one, row, "unverified", "it is still there")


def _clear(store: Store, one: Planned, now: datetime, check: bool) -> Cleared:
    going = {row.backup.id for row in one.plan.deletes}
    stays = [found for found in one.kind.found if found.dataset is None or found.id not in going]
    blind = next((found for found in stays if found.refers_to is None), None)
    if blind:
        raise OpsError(
            "refused",
            f"nobody can tell to which parts {blind.path} refers, so none of them is deleted ({blind.problem})",
            hint="Look at that file, and delete it by hand when it is worth nothing.",
        )
    needed = {path for found in stays for path in found.refers_to or ()}
    return unreferenced.clear(store, one.kind.shelf, needed, now, check=check)


def _doubts(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """A finding for each dataset that neither counts nor goes."""
    return [
        finding(CHECK, "unknown", subject("Dataset", one.kind.provider, row.backup.id), row.reason)
        for one in planned
        for row in one.plan.rows
        if row.action == "unknown"
    ]


def _action(one: Planned, row: Row, outcome: str, reason: str = "") -> Action:
    return Action(
        kind="Dataset",
        namespace=one.kind.provider,
        name=row.backup.id,
        uid="",
        verb="delete",
        done="deleted" if row.action == "delete" else "kept",
        outcome=outcome,
        detail=one.kind.provider,
        reason=reason or row.reason,
        evidence="",
    )
