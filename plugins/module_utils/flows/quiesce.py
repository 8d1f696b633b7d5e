# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold controllers, schedules and automatic syncs of a platform, and let them go. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import holding
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import HOLDERS, Holder
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
    require_texts,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.selectors import query
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

QUIESCED, RELEASED = "quiesced", "released"
_TRIES = 5  # a controller may write the same object meanwhile
_PAUSE = 0.25  # seconds between two looks at what is to come to rest

Decide = Callable[[Holder, Mapping[str, Any]], "dict[str, Any] | str | None"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a platform is meant. controllers: (kind, namespace, name). namespaces: of schedules, all when empty.
    kinds: all when empty."""

    controllers: frozenset[tuple[str, str, str]]
    namespaces: frozenset[str]
    kinds: frozenset[str] = frozenset()

    def asks_for(self, holder: Holder) -> bool:
        return not self.kinds or holder.kind in self.kinds

    def means(self, holder: Holder, item: Mapping[str, Any]) -> bool:
        meta = mapping(item.get("metadata"))
        if holder.path == ("spec", "replicas"):
            return (holder.kind, meta["namespace"], meta["name"]) in self.controllers
        if holder.kind == "HorizontalPodAutoscaler":
            target = mapping(mapping(item.get("spec")).get("scaleTargetRef"))
            return (target.get("kind"), meta["namespace"], target.get("name")) in self.controllers
        if holder.kind == "Application":
            target = mapping(mapping(item.get("spec")).get("destination")).get("namespace")
            return not self.namespaces or not target or target in self.namespaces
        return not self.namespaces or meta["namespace"] in self.namespaces


@dataclass
class _Target:
    """An object, the version of it that was decided on, and what became of it."""

    holder: Holder
    namespace: str
    name: str
    uid: str
    patch: dict[str, Any] | None = None
    outcome: str = "unchanged"
    reason: str = ""

    @property
    def path(self) -> str:
        return resource(self.holder.api, self.holder.resource.partition(".")[0], self.namespace, self.name)


def act(client: Client, options: Mapping[str, Any], check: bool) -> Acted:
    """Bring a platform to rest, or let it go again.

    :raises OpsError: before anything is touched
    """
    require_texts(options)
    state = options["state"]
    scope = Scope(
        frozenset((one["kind"], one["namespace"], one["name"]) for one in options["controllers"]),
        frozenset(options["namespaces"]),
        frozenset(options["kinds"]),
    )
    holding_now = state == QUIESCED
    decide: Decide = holding.hold if holding_now else holding.release
    targets = list(_read(client, scope, decide, marked=not holding_now))
    changes = [one for one in targets if one.patch]
    if holding_now:  # whatever is held is let go
        require_max_changes(len(changes), options["max_changes"], "objects")
    fence = Fence.from_option(client, options["lock"])
    error = _carry_out(client, changes, decide, fence, check=check, go_on=not holding_now)
    if not check and (error is None or not holding_now):
        _wait(client, targets, state, options["wait"])
    done = [_action(one, state) for one in targets]
    return Acted(done, error or error_of(done))


def _read(client: Client, scope: Scope, decide: Decide, *, marked: bool) -> Iterator[_Target]:
    """What is meant, in the order in which it is to be done.

    :param marked: all that is held, whoever held it, instead of what the scope means
    """
    for holder in reversed(HOLDERS) if marked else HOLDERS:
        if not scope.asks_for(holder):
            continue
        options = {"label_selector": f"{holding.MARK}=true"} if marked else {}
        try:
            for page in client.pages(resource(holder.api, holder.resource.partition(".")[0]), **options):
                for item in page:
                    if marked or scope.means(holder, item):
                        yield _target(holder, item, decide)
        except NotFoundError:
            continue  # the cluster has no such kind


def _target(holder: Holder, item: Mapping[str, Any], decide: Decide) -> _Target:
    meta = mapping(item.get("metadata"))
    target = _Target(holder, meta["namespace"], meta["name"], meta["uid"])
    decided = decide(holder, item)
    if isinstance(decided, str):
        target.outcome, target.reason = "refused", decided
    elif decided:
        target.patch = _bound(decided, meta)
    return target


def _bound(patch: dict[str, Any], meta: Mapping[str, Any]) -> dict[str, Any]:
    """For exactly the version that was read."""
    metadata = {**patch["metadata"], "uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
    return {**patch, "metadata": metadata}


def _carry_out(
    client: Client, changes: list[_Target], decide: Decide, fence: Fence, *, check: bool, go_on: bool
) -> OpsError | None:
    """One after the other, in their order; the first failure is returned.

    :param go_on: after a failure, as far as the lock holds: letting go is not to stop halfway
    """
    progress = Progress("quiesce", len(changes))
    first: OpsError | None = None
    for target in changes:
        if first and not go_on:
            target.outcome, target.reason = "not_reached", "the work ended before its turn"
            continue
        try:
            if not check:
                fence.check()
            _send(client, target, decide, check)
        except OpsError as error:
            target.outcome, target.reason = "failed", error.message
            first = first or error
        progress.step()
    return first


def _send(client: Client, target: _Target, decide: Decide, check: bool) -> None:
    for _attempt in range(_TRIES):
        try:
            client.patch(target.path, target.patch, dry_run=check)
        except OpsError as error:
            if error.status != 409:
                raise
            last = error
        else:
            target.outcome = "planned" if check else "changed"
            return
        found = client.get(target.path)
        decided = decide(target.holder, found)
        if not isinstance(decided, dict):
            target.patch, target.outcome, target.reason = None, "refused" if decided else "unchanged", decided or ""
            return
        target.uid, target.patch = found["metadata"]["uid"], _bound(decided, found["metadata"])
    raise OpsError("conflict", f"it changed faster than it could be written, {_TRIES} times", request=last.request)


def _wait(client: Client, targets: list[_Target], state: str, seconds: float) -> None:
    """Until what was held rests, and what was let go is as it was: the objects tell, not the answers."""
    deadline = time.monotonic() + seconds
    waiting = [one for one in targets if one.outcome in ("changed", "unchanged")]
    while waiting:
        seen = _objects(client, waiting)
        told = [(one, _unrest(client, one, seen.get(one.path), state)) for one in waiting]
        waiting = [one for one, missing in told if missing]
        if waiting and time.monotonic() >= deadline:
            for one, missing in told:
                if missing:
                    one.outcome, one.reason = "unverified", f"{missing} after {seconds:g} s"
            return
        if waiting:
            time.sleep(_PAUSE)


def _objects(client: Client, targets: Sequence[_Target]) -> dict[str, Mapping[str, Any]]:
    """{path: object} of those that are there, by one list for each kind."""
    found: dict[str, Mapping[str, Any]] = {}
    for holder in HOLDERS:
        wanted = {one.path: one for one in targets if one.holder is holder}
        namespaces = {one.namespace for one in wanted.values()}
        if not wanted:
            continue
        plural = holder.resource.partition(".")[0]
        for page in client.pages(resource(holder.api, plural, namespaces.pop() if len(namespaces) == 1 else None)):
            for item in page:
                path = resource(holder.api, plural, item["metadata"]["namespace"], item["metadata"]["name"])
                if path in wanted:
                    found[path] = item
    return found


def _unrest(client: Client, target: _Target, item: Mapping[str, Any] | None, state: str) -> str:
    missing = _missing(target, item, state)
    if missing or item is None or state != QUIESCED or target.holder.path != ("spec", "replicas"):
        return missing
    # A pod that is being ended is not counted in the status any more, and still works for its grace period.
    pods = resource("v1", "pods", target.namespace)
    living = client.pages(
        pods,
        metadata_only=True,
        label_selector=query(item["spec"]["selector"]),
        field_selector="status.phase!=Succeeded,status.phase!=Failed",
    )
    left = sum(len(page) for page in living)
    return f"{left} of its pods are still ending" if left else ""


def _missing(target: _Target, item: Mapping[str, Any] | None, state: str) -> str:
    """What is not yet as it should be; nothing when it is."""
    holder = target.holder
    if item is None:
        return "" if state == QUIESCED else "it is gone"
    if state == RELEASED and holding.is_marked(item):
        return "it is still held"
    if state == QUIESCED and not holding.is_held(holder, item):
        return f"{'.'.join(holder.path)} is {holding.value_of(holder, item)!r:.40}"
    if holder.path != ("spec", "replicas"):
        return ""
    status = mapping(item.get("status"))
    if status.get("observedGeneration") != mapping(item.get("metadata")).get("generation"):
        return "its controller has not looked at it"
    wanted, there = holding.value_of(holder, item), status.get("replicas") or 0
    ready = there if state == QUIESCED else status.get("readyReplicas") or 0
    return "" if ready == wanted else f"{ready} of {wanted} pods are {'there' if state == QUIESCED else 'ready'}"


def _action(target: _Target, state: str) -> Action:
    return Action(
        kind=target.holder.kind,
        namespace=target.namespace,
        name=target.name,
        uid=target.uid,
        verb="hold" if state == QUIESCED else "release",
        done=target.holder.done if state == QUIESCED else target.holder.undone,
        outcome=target.outcome,
        reason=target.reason,
        evidence=kubectl("get", target.holder.resource, target.name, "-o", "yaml", namespace=target.namespace),
        after=target.patch or {},
    )
