# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set sizes of workloads and take them back, look whether they were rolled out. Private API.

What would undo a change is dealt with first: an autoscaler keeps its say over replicas, and the automatic sync of an
Argo CD Application is refused, or paused until the change is taken back.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import application_sync
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
    why_of,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import standing
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import gitops, scaling, tuning
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.tuning import Change

APPLIED, REVERTED = "applied", "reverted"
PLURALS = {"Deployment": "deployments", "StatefulSet": "statefulsets"}
_TRIES = 5  # a controller may write the same object meanwhile
_PAUSE = 0.5  # seconds between two looks at a roll-out


@dataclass
class _Target:
    """A workload, what it is to be (None: as it was before), what was decided, and what became of it.

    application: the Argo CD Application whose automatic sync is to be paused for it, or to go on.
    """

    kind: str
    namespace: str
    name: str
    change: Change | None
    item: Item = field(default_factory=dict)
    patch: dict[str, Any] | None = None
    outcome: str = "unchanged"
    reason: str = ""
    detail: str = ""
    application: Item | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return resource("apps/v1", PLURALS[self.kind], self.namespace, self.name)

    def decide(self, item: Item, why: tuple[str, str, str]) -> None:
        """From the object as it was just read."""
        self.item, self.patch, self.outcome, self.reason = item, None, "unchanged", ""
        self.before = self.before or tuning.shown(item)
        decided = tuning.revert(item) if self.change is None else tuning.apply(item, self.change, why)
        if isinstance(decided, str):
            self.outcome, self.reason = "refused", decided
        elif decided:
            meta = mapping(item.get("metadata"))
            bound = {"uid": meta.get("uid"), "resourceVersion": meta.get("resourceVersion")}
            self.patch = {**decided, "metadata": {**decided["metadata"], **bound}}


def act(client: Client, options: Mapping[str, Any], check: bool) -> Acted:
    """Carry out changes, or take them back.

    :raises OpsError: before anything is touched
    """
    reverting = options["state"] == REVERTED
    needed = why_of(options, "sizes are changed")
    why = (needed["reason"], needed["actor"], format_time(datetime.now(UTC)))
    targets = list(_targets(client, options, reverting))
    for target in targets:
        _decide(client, target, why)
    changes = [one for one in targets if one.patch]
    require_max_changes(len(changes), options["max_changes"], "workloads")
    if changes:
        _find_applications(client, changes, reverting, options["pause_sync"])
    error = None
    if reverting or not any(one.outcome == "refused" for one in targets):
        fence = Fence.from_option(client, options["lock"])
        error = _carry_out(client, changes, why, fence, check=check)
    else:
        for one in (one for one in changes if one.outcome != "refused"):
            one.outcome, one.reason = "not_reached", "another one was refused, and so nothing was changed"
    if not check:
        _wait(client, [one for one in targets if one.outcome in ("changed", "unchanged")], options["wait"])
    done = [_action(one, reverting) for one in targets]
    return Acted(done, error or error_of(done))


def _targets(client: Client, options: Mapping[str, Any], reverting: bool) -> Iterator[_Target]:
    named = [(one["kind"], one["namespace"], one["name"]) for one in options["changes"]]
    doubled = next((one for one in named if named.count(one) > 1), None)
    if doubled:
        raise OpsError("invalid", f"changes: {doubled[0]} {doubled[1]}/{doubled[2]} is named twice")
    for given, (kind, namespace, name) in zip(options["changes"], named, strict=True):
        yield _Target(kind, namespace, name, None if reverting else _change(given))
    if reverting and not named:
        for kind, plural in PLURALS.items():
            for page in client.pages(resource("apps/v1", plural), label_selector=f"{tuning.MARK}=true"):
                for meta in (item["metadata"] for item in page):
                    yield _Target(kind, meta["namespace"], meta["name"], None)


def _change(given: Mapping[str, Any]) -> Change:
    containers = {
        one["name"]: {part: dict(one[part]) for part in ("requests", "limits") if one.get(part)}
        for one in given.get("containers") or ()
    }
    change = Change(containers, given.get("replicas"))
    if not change.containers and change.replicas is None:
        raise OpsError(
            "invalid", f"changes: {given['namespace']}/{given['name']} names neither containers nor replicas"
        )
    tuning.require_quantities(change)
    return change


def _decide(client: Client, target: _Target, why: tuple[str, str, str]) -> None:
    item = client.get_or_none(target.path)
    if item is None:
        target.outcome, target.reason = "refused", "it is not there"
        return
    target.decide(item, why)
    if target.patch and target.change and target.change.replicas is not None:
        scalers = resource("autoscaling/v2", "horizontalpodautoscalers", target.namespace)
        found = [scaler for page in client.pages(scalers) for scaler in page]
        by = scaling.scaled_by(target.kind, target.namespace, target.name, found)
        if by:
            target.patch, target.outcome = None, "refused"
            target.reason = f"HorizontalPodAutoscaler {by} decides how many run, and would undo it"


def _find_applications(client: Client, changes: Sequence[_Target], reverting: bool, pause: bool) -> None:
    """Whose automatic sync would undo a change: refuse, pause it, or let it go on when the change is taken back."""
    known = application_sync.applications(client)
    still_sized = _others(client, changes) if reverting and known else []
    for target in changes:
        found = gitops.application_of(target.item, known)
        if found is None:
            continue
        name = found["metadata"]["name"]
        if reverting:
            others = any(gitops.application_of(item, known) is found for item in still_sized)
            target.application = None if others else found
            target.detail = f"automatic sync of Application {name} {'stays as it is' if others else 'goes on'}"
        elif gitops.is_automatic(found) and pause:
            target.application, target.detail = found, f"automatic sync of Application {name} paused"
        elif gitops.is_automatic(found):
            target.outcome = "refused"
            target.reason = f"Application {name} of Argo CD would undo it; change its repository, or pause_sync"


def _others(client: Client, changes: Sequence[_Target]) -> list[Item]:
    """Workloads that stay as they were sized."""
    named = {(one.kind, one.namespace, one.name) for one in changes}
    return [
        item
        for kind, plural in PLURALS.items()
        for page in client.pages(resource("apps/v1", plural), label_selector=f"{tuning.MARK}=true")
        for item in page
        if (kind, item["metadata"]["namespace"], item["metadata"]["name"]) not in named
    ]


def _carry_out(
    client: Client, changes: Sequence[_Target], why: tuple[str, str, str], fence: Fence, *, check: bool
) -> OpsError | None:
    """One after the other; the first failure ends it, unless sizes are taken back."""
    first: OpsError | None = None
    for target in changes:
        if first and target.change:
            target.outcome, target.reason = "not_reached", "the work ended before its turn"
            continue
        try:
            if not check:
                fence.check()
            if target.application:
                # Before the size, also when it is taken back: afterwards nobody would find out that it is still paused.
                settle = application_sync.pause if target.change else application_sync.resume
                settle(client, target.application, check)
            _send(client, target, why, check)
        except OpsError as error:
            target.outcome, target.reason = "failed", error.message
            first = first or error
    return first


def _send(client: Client, target: _Target, why: tuple[str, str, str], check: bool) -> None:
    for _attempt in range(_TRIES):
        try:
            sent = client.patch(target.path, target.patch, content_type=tuning.STRATEGIC, dry_run=check)
        except OpsError as error:
            if error.status != 409:
                raise
            last = error
        else:
            target.outcome, target.after = "planned" if check else "changed", tuning.shown(sent)
            return
        target.decide(client.get(target.path), why)
        if not target.patch:
            return
    raise OpsError("conflict", f"it changed faster than it could be written, {_TRIES} times", request=last.request)


def _wait(client: Client, targets: Sequence[_Target], seconds: float) -> None:
    """Until each is rolled out as it was set: the objects tell, not the answers."""
    deadline = time.monotonic() + seconds
    waiting = list(targets)
    while waiting:
        told = [(one, _missing(client, one)) for one in waiting]
        waiting = [one for one, missing in told if missing]
        if waiting and time.monotonic() >= deadline:
            for one, missing in told:
                if missing:
                    one.outcome, one.reason = "unverified", f"{missing} after {seconds:g} s"
            return
        if waiting:
            time.sleep(_PAUSE)


def _missing(client: Client, target: _Target) -> str:
    """What is not yet as it should be; nothing when it is."""
    item = client.get_or_none(target.path)
    if item is None:
        return "it is gone"
    again = tuning.revert(item) if target.change is None else tuning.apply(item, target.change, ("", "", ""))
    if again:
        return "it is not as it was set any more; something else writes it"
    status = mapping(item.get("status"))
    wanted = scaling.replicas_of(item) or 0
    stands = standing({**item, "kind": target.kind})
    if stands.status not in ("ok", "warning"):
        return stands.words if wanted else ""
    updated = status.get("updatedReplicas") or 0
    if stands.status != "ok" or updated < wanted or (status.get("replicas") or 0) > wanted:
        return f"{updated} of {wanted} replicas have the new size ({stands.words})" if wanted else ""
    return ""


def _action(target: _Target, reverting: bool) -> Action:
    return Action(
        kind=target.kind,
        namespace=target.namespace,
        name=target.name,
        uid=str(mapping(target.item.get("metadata")).get("uid") or ""),
        verb="take back" if reverting else "size",
        done="taken back" if reverting else "sized anew",
        outcome=target.outcome,
        detail=target.detail,
        reason=target.reason,
        evidence=kubectl("rollout", "status", f"{target.kind.lower()}/{target.name}", namespace=target.namespace),
        before=target.before,
        after=target.after,
    )
