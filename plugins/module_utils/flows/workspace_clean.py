# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete workspaces that nobody uses, by rule or by name. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspaces
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspaces import Rule, Use, Workspace
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workspace_info, workspace_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workspace_info import Look, row
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_duration

_BATCH = 10
_KIND = "PersistentVolumeClaim"
Judged = tuple[Workspace, Use, str]


def rule_of(options: Mapping[str, Any], agents: Sequence[Agent]) -> Rule:
    """:raises OpsError: invalid, without a rule, or for what is no age"""
    if not (options["names"] or options["older_than"] or options["unused_for"]):
        hint = "Look at what is there with workspace_info first."
        raise OpsError("invalid", "one of names, older_than and unused_for says which workspaces may go", hint=hint)
    ages = {
        name: parse_duration(options[name], name) if options[name] else None for name in ("older_than", "unused_for")
    }
    words = {name: options[name] for name in ("shared", "failed_workflows")}
    return workspace_info.rule_of(options, agents, **ages, **words)


def clean(
    client: Client, fence: Fence, wanted: Look, *, max_changes: int, wait: float, why: Mapping[str, str], check: bool
) -> Acted:
    """Decide from what was read now, delete, and look whether it is gone.

    :param wait: seconds for the effect
    :param why: reason and actor, as they are recorded
    :raises OpsError: refused, before the first write, when more would be deleted than max_changes
    """
    judged = list(_judge(client, wanted))
    goes = [(one, used) for one, used, reason in judged if not reason]
    require_max_changes(len(goes), max_changes, "workspaces")
    done = [_refused(one, reason) for one, _used, reason in judged if reason and wanted.rule.names]
    done += _absent(wanted, {one.name for one, _used, _reason in judged})
    kept = [row(one, used, wanted.rule, wanted.now) | {"reason": reason} for one, used, reason in judged if reason]
    try:
        for start in range(0, len(goes), _BATCH):
            batch = goes[start : start + _BATCH]
            fence.check()
            done += _delete(client, batch, wanted, wait, check)
        error = error_of(done)
    except OpsError as stop:
        reached = {one.uid for one in done}
        done += [
            _action(one, used, wanted.now, "not_reached", str(stop)) for one, used in goes if one.uid not in reached
        ]
        error = stop
    freed = sum(one.size or 0 for one, _used in goes if _outcome(done, one) in ("changed", "planned"))
    return Acted(done, error, {"kept": kept, "freed": freed, "why": dict(why), "line": line(done, kept, freed)})


def _judge(client: Client, wanted: Look) -> Iterable[Judged]:
    """Each workspace that the rule selects, and why it stays."""
    found = workspace_read.read_workspaces(client, wanted.namespaces)
    users = workspace_read.read_users(client, wanted.namespaces, wanted.agents)
    for one in found:
        if wanted.rule.selects(one):
            used = workspaces.use(one, users)
            yield one, used, stays(one, used, wanted.rule, wanted.now)


def stays(one: Workspace, used: Use, rule: Rule, now: datetime) -> str:
    return workspaces.protected(one, used, rule) or workspaces.too_young(one, used, rule, now)


def _delete(client: Client, batch: list[tuple[Workspace, Use]], wanted: Look, wait: float, check: bool) -> list[Action]:
    """Look once more who uses them, since a pod may have come meanwhile, and delete the others."""
    users = workspace_read.read_users(client, sorted({one.namespace for one, _used in batch}), wanted.agents)
    asked: list[tuple[Workspace, Use]] = []
    done: list[Action] = []
    for one, used in batch:
        reason = workspaces.protected(one, workspaces.use(one, users), wanted.rule)
        if reason:
            done.append(_action(one, used, wanted.now, "refused", f"{reason}, since just now"))
            continue
        try:
            if not check:
                client.delete(_path(one), one.uid, one.resource_version)
            asked.append((one, used))
        except OpsError as error:
            changed = "it changed meanwhile and was not deleted; run again" if error.kind == "conflict" else str(error)
            done.append(_action(one, used, wanted.now, "refused" if error.kind == "conflict" else "failed", changed))
    if check:
        return done + [_action(one, used, wanted.now, "planned") for one, used in asked]
    return done + _verified(client, asked, wanted.now, wait)


def _verified(client: Client, asked: list[tuple[Workspace, Use]], now: datetime, wait: float) -> list[Action]:
    done = []
    for namespace in sorted({one.namespace for one, _used in asked}):
        here = [(one, used) for one, used in asked if one.namespace == namespace]
        path = resource(*workspace_read.CLAIMS, namespace)
        try:
            left = client.wait_absent(path, [one.uid for one, _used in here], wait)
        except OpsError as error:
            reason = f"its deletion was accepted, and nobody could look whether it is gone: {error}"
            done += [_action(one, used, now, "unverified", reason) for one, used in here]
            continue
        for one, used in here:
            held = left.get(one.uid)
            by = ", ".join((held or {}).get("finalizers") or ()) or "nothing that is told"
            reason = f"its deletion was accepted, but it is still there after {wait:g} s; {by} holds it" if held else ""
            done.append(_action(one, used, now, "unverified" if held else "changed", reason))
    return done


def _action(one: Workspace, used: Use, now: datetime, outcome: str, reason: str = "") -> Action:
    age = f"{format_age((now - one.created_at).total_seconds())} old" if one.created_at else "of unknown age"
    size = quantity.as_bytes(one.size) if one.size is not None else "of unknown size"
    return Action(
        kind=_KIND,
        namespace=one.namespace,
        name=one.name,
        uid=one.uid,
        verb="delete",
        done="deleted",
        outcome=outcome,
        detail=f"{one.sharing}, {size}, {age}; {workspaces.risk(one, used)}",
        reason=reason,
        evidence=_evidence(one),
        before={"name": one.name, "service": one.service, "agent": one.agent, "size": one.size},
    )


def _refused(one: Workspace, reason: str) -> Action:
    return Action(
        _KIND, one.namespace, one.name, one.uid, "delete", "deleted", "refused", reason=reason, evidence=_evidence(one)
    )


def _absent(wanted: Look, found: set[str]) -> list[Action]:
    """Names without a workspace: what was deleted before is as it was wished."""
    place = ", ".join(wanted.namespaces)
    why = "no workspace of this name is there"
    return [
        Action(_KIND, place, name, "", "delete", "deleted", "unchanged", reason=why)
        for name in sorted(wanted.rule.names - found)
    ]


def _evidence(one: Workspace) -> str:
    return kubectl("describe", "persistentvolumeclaim", one.name, namespace=one.namespace)


def _path(one: Workspace) -> str:
    return resource(*workspace_read.CLAIMS, one.namespace, one.name)


def _outcome(done: list[Action], one: Workspace) -> str:
    return next((action.outcome for action in done if action.uid == one.uid), "")


def line(done: list[Action], kept: list[dict[str, Any]], freed: int) -> str:
    """ "3 deleted, 30.0 GiB · 5 stay"."""
    size = f" · {quantity.as_bytes(freed)}" if freed else ""
    stay = f" · {len(kept):,} stay" if kept else ""
    return actions.line(done) + size + stay
