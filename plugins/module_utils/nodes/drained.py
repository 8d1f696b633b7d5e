# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drain under way knows, and what became of each pod at its end. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import restart
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.restart import Found
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Node, Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.plan import NodePlan
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Group, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import MOVES, Verdict
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action, worst_of

_DONE = {"evict": "evicted", "roll": "rolled out elsewhere", "hand_over": "handed over", "wait": "away by itself"}


@dataclass
class State:
    """seen: the verdict under which each pod was acted on, or was seen first, by uid; current: those of the last look.

    wanted: how many healthy pods each controller that is touched must have at the end. asked: uids that were evicted.
    held_back, failed: words by uid. replaced: what took the place of each agent.
    """

    scene: Scene
    seen: dict[str, Verdict]
    current: list[Verdict]
    wanted: dict[Group, int]
    asked: set[str] = field(default_factory=set)
    held_back: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, Found] = field(default_factory=dict)

    @classmethod
    def begin(cls, scene: Scene, planned: NodePlan) -> State:
        may_wait = {scene.group_of(one.pod) for one in planned.unplaced}
        moved = [one.pod for one in planned.verdicts if one.pod and one.action in MOVES]
        groups = {group for pod in moved if (group := scene.group_of(pod))} - may_wait
        wanted = {group: len(scene.healthy.get(group, ())) for group in groups}
        return cls(scene, dict(_leaving(planned.verdicts)), list(planned.verdicts), wanted)

    def look(self, scene: Scene, told: list[Verdict]) -> None:
        self.scene, self.current = scene, told
        for uid, one in _leaving(told):
            # One that was asked to go only goes now; what it is told as stays what was done to it.
            if uid not in self.seen or (uid not in self.asked and one.action != "wait"):
                self.seen[uid] = one

    def left(self) -> list[Verdict]:
        """What has still to leave the node, held workflows that are waited for among it."""
        return [one for one in self.current if one.action != "ignore"]

    def movable(self) -> list[Pod]:
        return [one.pod for one in self.current if one.pod and one.action in ("evict", "hand_over")]

    def rolling(self) -> list[Group]:
        pods = (one.pod for one in self.current if one.pod and one.action == "roll")
        return list(dict.fromkeys(group for pod in pods if (group := self.scene.group_of(pod))))

    def handed_over(self) -> list[Pod]:
        seen = (self.seen[uid] for uid in sorted(self.asked) if uid in self.seen)
        return [one.pod for one in seen if one.pod and one.action == "hand_over"]

    def took_over(self, pod: Pod, found: Found) -> None:
        self.replaced[pod.uid] = found

    def missing(self) -> dict[Group, tuple[int, int]]:
        """(healthy, wanted) of the controllers that do not have as many healthy pods as before."""
        found = {}
        for group, before in self.wanted.items():
            workload = self.scene.workloads.get(group)
            wanted = min(before, workload.replicas) if workload else before
            healthy = len(self.scene.healthy.get(group, ()))
            if healthy < wanted:
                found[group] = (healthy, wanted)
        return found


def refusals(planned: NodePlan) -> list[Action]:
    """Why a drain was not begun: one row for each thing that must be decided or done first."""
    asked = [_action(one, "refused", reason=one.why) for one in planned.asks]
    homeless = [
        _pod_action(one.pod, "evict", "refused", reason=f"no node takes it meanwhile: {one.why}")
        for one in planned.obstacles
    ]
    questions = counted(len(asked) + len(homeless), "question")
    return [_node(planned.node, "refused", f"{questions} open, and nothing was touched"), *asked, *homeless]


def planned(drain: NodePlan, node: Node) -> list[Action]:
    """What a drain would do."""
    rows = []
    for one in drain.verdicts:
        if one.action != "ignore":
            to = drain.places.get(one.pod.uid if one.pod else "", "")
            outcome = "unchanged" if one.action == "wait" else "planned"
            rows.append(_action(one, outcome, detail=f"room for it is on {to}" if to else "", reason=one.why))
    away = node.cordoned and not rows
    return [_node(drain.node, "unchanged" if away else "planned", "" if away else "cordoned first"), *rows]


def outcomes(state: State, node: str, wait: float, cordoned: bool) -> list[Action]:
    """What became of the node, first, and of everything that was to leave it."""
    there = {uid for uid, _one in _leaving(state.current)}
    missing = state.missing()
    rows = [_outcome(state, uid, one, uid in there, missing, wait) for uid, one in state.seen.items()]
    changed = cordoned or any(one.outcome == "changed" for one in rows)
    left = len(state.left())
    bad = worst_of(one for one in rows if one.outcome in ("failed", "unverified", "refused"))
    if left or bad:
        words = f"{counted(left, 'thing')} on it after {wait:g} s" if left else "not all that went is healthy again"
        first = f", such as {bad[0].called}: {bad[0].reason}" if bad else ""
        stays = ", so it stays cordoned" if cordoned or state.scene.nodes[node].cordoned else ""
        return [_node(node, "unverified", f"{words}{stays}, and another run goes on{first}"), *rows]
    return [_node(node, "changed" if changed else "unchanged"), *rows]


def _outcome(
    state: State, uid: str, one: Verdict, there: bool, missing: dict[Group, tuple[int, int]], wait: float
) -> Action:
    if uid in state.failed:
        return _action(one, "failed", reason=state.failed[uid])
    if there:
        return _still_there(state, uid, one, wait)
    if one.action == "wait":
        return _action(one, "unchanged", reason=one.why)
    group = state.scene.group_of(one.pod) if one.pod else None
    if group in missing:
        healthy, wanted = missing[group]
        reason = f"it is gone, and {healthy} of {wanted} pods of {group.kind} {group.name} are healthy"
        return _action(one, "unverified", reason=reason)
    found = state.replaced.get(uid)
    if one.action == "hand_over" and (found is None or found.state != restart.READY):
        words = found.words if found else "nobody looked what took its place"
        return _action(one, "unverified", reason=f"it is gone, and no other agent is ready: {words}")
    return _action(one, "changed", detail=found.words if found else one.why)


def _still_there(state: State, uid: str, one: Verdict, wait: float) -> Action:
    if uid in state.asked:
        return _action(one, "unverified", reason=f"it was asked to go and is still there after {wait:g} s")
    if uid in state.held_back:
        return _action(one, "refused", reason=f"its budget lets it not go: {state.held_back[uid]}")
    return _action(one, "refused", reason=f"still there after {wait:g} s: {one.why}")


def _leaving(told: Iterable[Verdict]) -> Iterable[tuple[str, Verdict]]:
    return ((one.pod.uid, one) for one in told if one.pod and one.action != "ignore")


def _action(one: Verdict, outcome: str, *, detail: str = "", reason: str = "") -> Action:
    if one.pod:
        return _pod_action(one.pod, one.action, outcome, detail=detail, reason=reason)
    show = kubectl("get", "workflow", one.name, namespace=one.namespace)
    return Action(one.kind, one.namespace, one.name, "", one.action, "away", outcome, detail, reason, show)


def _pod_action(pod: Pod, verb: str, outcome: str, *, detail: str = "", reason: str = "") -> Action:
    return Action(
        kind="Pod",
        namespace=pod.namespace,
        name=pod.name,
        uid=pod.uid,
        verb=verb,
        done=_DONE.get(verb, "evicted"),
        outcome=outcome,
        detail=detail,
        reason=reason,
        evidence=kubectl("describe", "pod", pod.name, namespace=pod.namespace),
        before={"node": pod.node},
        after={},
    )


def _node(name: str, outcome: str, reason: str = "") -> Action:
    return Action(
        kind="Node",
        namespace="",
        name=name,
        uid="",
        verb="drain",
        done="drained",
        outcome=outcome,
        reason=reason,
        evidence=kubectl("get", "pods", "-A", "--field-selector", f"spec.nodeName={name}"),
        before={"unschedulable": False},
        after={"unschedulable": True},
    )
