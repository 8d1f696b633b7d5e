# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restart one agent: keep what its pod said, delete it, and follow its CodeRun to another one. Private API."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, names, pods, restart
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.restart import Found
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_evidence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_texts,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.agent_follow import follow
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import ABSENT, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    anyway: also where no other pod will come. again_after: seconds in which an agent, that is not named by its pod, is
    not restarted once more. controller: namespace and name of the Deployment of the CodeRun controller.
    """

    wanted: Wanted
    agents: tuple[Agent, ...]
    reason: str
    actor: str
    wait: float
    anyway: bool
    again_after: float
    controller: tuple[str, str]
    keep_directory: str | None

    def check(self) -> None:
        """:raises OpsError: invalid, naming the option and the accepted form"""
        self.wanted.check()
        require_texts({"reason": self.reason, "actor": self.actor}, needed="the agent is restarted")
        if not 1 <= self.wait <= 3600:
            raise OpsError("invalid", f"wait is {self.wait:g}; it must lie between 1 and 3,600 seconds")


@dataclass(frozen=True, slots=True)
class Target:
    """The pod, as an object and as it was read, and what is around it."""

    item: Item
    pod: AgentPod
    agent: Agent
    job: Item | None
    run: CodeRun | None


def act(client: Client, fence: Fence, order: Order, check: bool) -> Acted:
    """:raises OpsError: before anything is touched, when nobody can say which pod is meant"""
    order.check()
    now = datetime.now(UTC)
    target = _find(client, order)
    if isinstance(target, CodeRun):
        return _follow_lost(client, order, target, check)
    earlier = restart.was_restarted(target.pod, target.run, now, order.again_after) if order.wanted.agent else ""
    if earlier:
        return _already(client, target, earlier, order, check)
    for _try in range(_TRIES):
        objection = _objection(client, target, order)
        if objection and (objection.final or not order.anyway):
            return _refused(target, objection)
        if target.pod.deleting:
            return _gone_already(client, target, order, check)
        if check:
            return _planned(client, target)
        folder, missing = agent_evidence.keep(client, target.item, order.keep_directory)
        fence.check()
        try:
            _delete(client, target.pod)
        except OpsError as error:
            if error.kind != "conflict":
                raise
            target = _again(client, target)
            continue
        problem = _note(client, target, order, format_time(now))
        return _followed(client, target, order, folder, [*missing, *([problem] if problem else [])])
    raise OpsError(
        "conflict", f"{_name(target.pod)} changed {_TRIES} times between look and deletion; it is still there"
    )


def _find(client: Client, order: Order) -> Target | CodeRun:
    """The pod that is meant; the CodeRun of one that is gone."""
    wanted = order.wanted
    if wanted.agent:
        agent = names.find(wanted.agent, order.agents)
        items, _version = client.list_at(
            resource("v1", "pods", wanted.namespace), {"labelSelector": wanted.selector(agent)}
        )
        by_uid = {pod.uid: (pod, item) for item in items if (pod := pods.read(item))}
        chosen = restart.choose((pod for pod, _item in by_uid.values()), wanted.words(agent))
        return _target(client, by_uid[chosen.uid][1], agent)
    item = client.get_or_none(resource("v1", "pods", wanted.namespace, wanted.pod))
    if item is None:
        run = restart.run_of_lost(wanted.pod, _runs(client, wanted.namespace))
        if run is None:
            hint = (
                f"{kubectl('get', 'pods', '-l', pods.SELECTOR, namespace=wanted.namespace)} lists those of all agents."
            )
            raise OpsError("invalid", f"there is no pod {wanted.pod} in namespace {wanted.namespace}", hint=hint)
        return run
    pod = pods.read(item)
    owner = names.of_label(pod.github_user, order.agents)
    if owner is None:
        whose = f"belongs to {pod.github_user}, which is not in platform_agents" if pod.github_user else "is no agent's"
        raise OpsError("invalid", f"pod {wanted.namespace}/{wanted.pod} {whose}; nothing was touched")
    return _target(client, item, owner)


def _target(client: Client, item: Item, agent: Agent) -> Target:
    pod = pods.read(item)
    job = client.get_or_none(resource("batch/v1", "jobs", pod.namespace, pod.job)) if pod.job else None
    return Target(item, pod, agent, job, restart.run_of(pod, job, _runs(client, pod.namespace)))


def _runs(client: Client, namespace: str) -> list[CodeRun]:
    return client.read(resource(*CODERUN.at, namespace), _Runs).found


class _Runs:
    def __init__(self) -> None:
        self.found: list[CodeRun] = []

    def add(self, items: list[Item]) -> None:
        self.found += map(coderuns.read, items)


def _again(client: Client, target: Target) -> Target:
    """:raises OpsError: conflict, when a pod of that name is another one by now"""
    item = client.get_or_none(resource("v1", "pods", target.pod.namespace, target.pod.name))
    if item is None or pods.read(item).uid != target.pod.uid:
        raise OpsError("conflict", f"{_name(target.pod)} went away by itself before it was deleted; look at it again")
    return _target(client, item, target.agent)


def _objection(client: Client, target: Target, order: Order) -> restart.Objection | None:
    namespace, name = order.controller
    found = client.get_or_none(resource("apps/v1", "deployments", namespace, name))
    available = (facts.deployment(namespace, name, found)["available"] or 0) > 0
    return restart.objection(target.pod, target.run, target.job, available, f"{namespace}/{name}")


def _delete(client: Client, pod: AgentPod, *, dry_run: bool = False) -> bool:
    """Whether it was there."""
    path = resource("v1", "pods", pod.namespace, pod.name)
    return client.delete(path, pod.uid, pod.resource_version, dry_run=dry_run) != ABSENT


def _note(client: Client, target: Target, order: Order, moment: str) -> str:
    """Write into its CodeRun who restarted it and why; returns why that could not be done."""
    if target.run is None:
        return ""
    path = resource(*CODERUN.at, target.run.namespace, target.run.name)
    marks = restart.notes(target.pod.name, order.reason, order.actor, moment)
    for _try in range(_TRIES):
        try:
            version = mapping(client.get(path).get("metadata")).get("resourceVersion")
            client.patch(path, {"metadata": {"resourceVersion": version, "annotations": marks}})
            return ""
        except OpsError as error:
            problem = error
            if error.kind != "conflict":
                break
    return f"the note at its CodeRun ({problem.message})"


def _followed(client: Client, target: Target, order: Order, folder: str, missing: list[str]) -> Acted:
    began = time.monotonic()
    found, gone = follow(client, target.pod, target.run, order.wait)
    seconds = f"{time.monotonic() - began:.0f} s"
    told = [f"{found.words} after {seconds}" if found.state == restart.READY else "", f"kept in {folder}"]
    detail = "; ".join(filter(None, [*told, *(f"not kept: {one}" for one in missing)]))
    outcome, reason = "changed", ""
    if found.state != restart.READY or not gone:
        outcome, reason = "unverified", _unseen(target.pod, found, gone, order)
    return _acted(target.pod, target.run, outcome, detail, reason, found, folder)


def _unseen(pod: AgentPod, found: Found, gone: bool, order: Order) -> str:
    namespace, name = order.controller
    if not gone:
        held = f"its node {pod.node} may be lost" if pod.node else "something holds it"
        return f"it was asked to go and is still there after {order.wait:g} s; {held}; {found.words}"
    advice = {
        restart.LOST: "give it another try with playbooks/retry_coderun.yml",
        restart.STARTING: "follow it with playbooks/agent_health.yml",
        restart.MISSING: f"look whether Deployment {namespace}/{name} works; then run playbooks/retry_coderun.yml",
    }.get(found.state, "")
    how_long = "" if found.state == restart.LOST else f" in {order.wait:g} s"
    return f"it is gone, and no other pod became ready{how_long}: {found.words}; {advice}"


def _follow_lost(client: Client, order: Order, run: CodeRun, check: bool) -> Acted:
    """The pod that was named is gone: tell what took its place."""
    gone = AgentPod(run.namespace, order.wanted.pod, "", "", ready=False, github_user=names.as_label(run.agent))
    found, _gone = follow(client, gone, run, 0 if check else order.wait)
    outcome, reason = "unchanged", f"it is gone; {found.words}"
    if found.state != restart.READY:
        outcome, reason = "refused" if found.state == restart.LOST else "unverified", _unseen(gone, found, True, order)
    return _acted(gone, run, outcome, "", reason, found, "")


def _gone_already(client: Client, target: Target, order: Order, check: bool) -> Acted:
    """Somebody else has asked for its deletion."""
    found, gone = follow(client, target.pod, target.run, 0 if check else order.wait)
    outcome, reason = "unchanged", f"it was being deleted already; {found.words}"
    if not check and (found.state != restart.READY or not gone):
        outcome, reason = "unverified", _unseen(target.pod, found, gone, order)
    return _acted(target.pod, target.run, outcome, "", reason, found, "")


def _already(client: Client, target: Target, earlier: str, order: Order, check: bool) -> Acted:
    found, _gone = follow(client, AgentPod("", earlier, "", "", ready=False), target.run, 0 if check else order.wait)
    outcome, reason = "unchanged", f"it replaced {earlier} a short while ago; {found.words}"
    if found.state != restart.READY:
        outcome, reason = "unverified", f"it replaced {earlier} a short while ago, and is not ready: {found.words}"
    return _acted(target.pod, target.run, outcome, "", reason, found, "")


def _refused(target: Target, objection: restart.Objection) -> Acted:
    hint = "" if objection.final else "; it was left alone, and anyway: true deletes it all the same"
    return _acted(target.pod, target.run, "refused", "", f"{objection.why}{hint}", None, "")


def _planned(client: Client, target: Target) -> Acted:
    _delete(client, target.pod, dry_run=True)
    detail = f"then {restart.prospect(target.pod, target.run, target.job)}"
    return _acted(target.pod, target.run, "planned", detail, "", None, "")


def _acted(
    pod: AgentPod, run: CodeRun | None, outcome: str, detail: str, reason: str, found: Found | None, folder: str
) -> Acted:
    new = found.pod if found else None
    show = ("get", "coderun", run.name, "-o", "yaml") if run else ("get", "pods", "-l", pods.SELECTOR)
    action = Action(
        kind="Pod",
        namespace=pod.namespace,
        name=pod.name,
        uid=pod.uid,
        verb="restart",
        done="restarted",
        outcome=outcome,
        detail=detail,
        reason=reason,
        evidence=kubectl(*show, namespace=pod.namespace),
        before={"pod": pod.name},
        after={"pod": new.name if new else ""},
    )
    more = {
        "kept": folder,
        "coderun": run.name if run else "",
        "replacement": {"namespace": new.namespace, "name": new.name, "ready": new.ready} if new else {},
    }
    return Acted([action], error_of([action]), more)


def _name(pod: AgentPod) -> str:
    return f"pod {pod.namespace}/{pod.name}"
