# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete workflows that are meant by name or label. Private API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Refused
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ownership import TooManyError, owned
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, require_max_changes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.fenced import each_fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_select import Selection, read
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

BATCH = 100
_DEPENDENTS = 10_000


@dataclass(frozen=True, slots=True)
class Doomed:
    """One workflow, the version that was read, and why it stays (None: it goes)."""

    namespace: str
    name: str
    uid: str
    version: str
    refused: Refused | None
    outcome: str = ""
    reason: str = ""

    def became(self, outcome: str, reason: str = "") -> Doomed:
        return replace(self, outcome=outcome, reason=reason)


def remove(
    client: Client,
    selection: Selection,
    *,
    live: bool,
    fence: Fence,
    max_changes: int,
    wait: float,
    check: bool,
) -> Acted:
    """Delete exactly the versions that were read, and look whether they are gone.

    :param live: those that have not ended go too
    :raises OpsError: when more would go than may
    """
    found = read(client, selection, lambda item: _judge(item, live), absent_is_well=True)
    found = _keep_owners(client, found)
    chosen = [one for one in found if not (selection.label_selector and one.refused and not one.refused.applies)]
    meant = [one.became("refused", one.refused.why) if one.refused else one for one in chosen]
    going = [one for one in meant if not one.refused]
    error, settled = None, {}
    if len(going) == len(meant) or selection.label_selector:
        require_max_changes(len(going), max_changes, "workflows")
        settled, error = _rehearse(client, going) if check else _delete(client, going, fence, wait)
    done = [settled.get(one.uid, one) for one in meant] + _not_there(selection, found)
    return Acted([_action(one) for one in done], error, {"not_selected": len(found) - len(chosen)})


def _judge(workflow: dict[str, Any], live: bool) -> Doomed:
    meta, facts = workflow["metadata"], c.any_facts(workflow, "deleted")
    refused = facts if isinstance(facts, Refused) else None
    if refused is None and is_pinned(facts.labels):
        refused = Refused("its label ops.agent-platform/keep protects it", applies=False)
    elif refused is None and facts.phase not in FINISHED and not live:
        refused = Refused(f"it has not ended ({facts.phase or 'no phase'}); live: true deletes it all the same", False)
    return Doomed(meta["namespace"], meta["name"], meta["uid"], meta["resourceVersion"], refused)


def _keep_owners(client: Client, found: list[Doomed]) -> list[Doomed]:
    """Those that own something protected stay."""
    if all(one.refused for one in found):
        return found
    dependents = workflows.read_dependents(client, {one.namespace for one in found})
    kept = []
    for one in found:
        try:
            pinned = next((other for other in owned(one.uid, dependents, _DEPENDENTS) if other.pinned), None)
            why = f"it owns {pinned.kind} {pinned.name}, which is protected or at work" if pinned else ""
        except TooManyError:
            why = "it owns more objects than anyone can look at"
        kept.append(replace(one, refused=Refused(why)) if why and not one.refused else one)
    return kept


def _rehearse(client: Client, going: list[Doomed]) -> tuple[dict[str, Doomed], OpsError | None]:
    settled, error = {}, None
    for one, result in client.each(
        lambda item: client.delete(_path(item), item.uid, item.version, dry_run=True), going
    ):
        failed = isinstance(result, OpsError)
        settled[one.uid] = one.became("failed", result.message) if failed else one.became("planned")
        error = error or (result if failed else None)
    return settled, error


def _delete(
    client: Client, going: list[Doomed], fence: Fence, wait: float
) -> tuple[dict[str, Doomed], OpsError | None]:
    settled: dict[str, Doomed] = {}
    error = None
    try:
        for one, result in each_fenced(
            client, fence, lambda item: client.delete(_path(item), item.uid, item.version), going, BATCH
        ):
            if isinstance(result, OpsError):
                settled[one.uid], error = one.became("failed", result.message), error or result
            else:
                settled[one.uid] = one.became("changed")
    except OpsError as failure:
        error = failure
    for one in _still_there(client, [one for one in settled.values() if one.outcome == "changed"], wait):
        settled[one.uid] = one
    return settled, error


def _still_there(client: Client, deleted: list[Doomed], wait: float) -> list[Doomed]:
    found = []
    for namespace in sorted({one.namespace for one in deleted}):
        ours = {one.uid: one for one in deleted if one.namespace == namespace}
        left = client.wait_absent(resource(*WORKFLOWS, namespace), ours, wait)
        for uid, meta in left.items():
            finalizers = ", ".join(meta.get("finalizers") or ())
            why = f"it is held by {finalizers}" if finalizers else "it is still there"
            found.append(ours[uid].became("unverified", f"{why} after {wait:g} s"))
    return found


def _not_there(selection: Selection, found: list[Doomed]) -> list[Doomed]:
    there = {one.name for one in found}
    gone = [name for name in selection.names if name not in there]
    return [Doomed(selection.namespaces[0], name, "", "", None, "unchanged", "it is not there") for name in gone]


def _path(one: Doomed) -> str:
    return resource(*WORKFLOWS, one.namespace, one.name)


def _action(one: Doomed) -> Action:
    return Action(
        kind="Workflow",
        namespace=one.namespace,
        name=one.name,
        uid=one.uid,
        verb="delete",
        done="deleted",
        outcome=one.outcome or "not_reached",
        reason=one.reason if one.outcome else "the work ended before its turn",
        evidence=kubectl("get", "workflow", one.name, "-o", "yaml", namespace=one.namespace),
        before={"name": one.name} if one.outcome in ("planned", "changed", "unverified") else {},
    )
