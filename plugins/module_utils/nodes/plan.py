# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain of nodes one after another, played through before anything is touched. Pure. Private API.

One node is back before the next one goes, so each finds the room that the ones before it have again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, verdicts
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.room import Room
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import MOVES, Policy, Verdict


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a drain costs, compared field by field.

    asked: things that somebody must decide. seconds: until the last piece of work has ended, at most. lost: agents
    whose work starts again elsewhere. tight: pods whose budget lets none go now. moved: pods that start elsewhere.
    """

    asked: int = 0
    seconds: float = 0.0
    lost: int = 0
    tight: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A pod that finds no place while its node is away. accepted: somebody said that it may wait so long."""

    pod: Pod
    why: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class NodePlan:
    """The drain of one node. places: where each pod that moves would find room, by its uid."""

    node: str
    verdicts: Sequence[Verdict]
    cost: Cost
    places: dict[str, str] = field(default_factory=dict)
    unplaced: tuple[Unplaced, ...] = ()

    @property
    def asks(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.action == "ask"]

    @property
    def obstacles(self) -> list[Unplaced]:
        return [one for one in self.unplaced if not one.accepted]

    @property
    def may_start(self) -> bool:
        return not self.asks and not self.obstacles


def require_nodes(scene: Scene, names: Iterable[str]) -> list[str]:
    """The names, each once; all nodes where none is given.

    :raises OpsError: invalid, for one that is not there
    """
    wanted = list(dict.fromkeys(names)) or sorted(scene.nodes)
    stranger = next((name for name in wanted if name not in scene.nodes), None)
    if stranger is not None:
        known = ", ".join(sorted(scene.nodes)[:10])
        raise OpsError("invalid", f"there is no node {stranger!r:.260}", hint=f"Nodes are: {known}." if known else None)
    return wanted


def simulate(scene: Scene, policy: Policy, names: Iterable[str]) -> list[NodePlan]:
    """The drains of these nodes in the order in which they cost least, each as it would be by then.

    :raises OpsError: invalid, for a node that is not there
    """
    room = Room(scene)
    judged = {name: verdicts.judge(scene, policy, name) for name in require_nodes(scene, names)}
    costs = {name: _cost(scene, policy, told) for name, told in judged.items()}
    known = {one.pod.uid: one for told in judged.values() for one in told if one.pod}
    # One that is away already is brought back before any other may go.
    order = sorted(judged, key=lambda one: (not marks.is_ours(scene.nodes[one]), costs[one], one))
    return [_drain(scene, policy, room, name, judged[name], known) for name in order]


def _drain(
    scene: Scene, policy: Policy, room: Room, name: str, told: list[Verdict], known: dict[str, Verdict]
) -> NodePlan:
    """Play one drain through; where it may not start, nothing has moved."""
    # What came here from the nodes before goes on from here.
    came = [known[uid] for uid, pod in room.pods[name].items() if pod.node != name]
    own = [one for one in told if one.pod is None or one.pod.uid in room.pods[name]] + came
    cost = _cost(scene, policy, own)
    if any(one.action == "ask" for one in own):
        return NodePlan(name, own, cost)
    was_open = not scene.nodes[name].cordoned and scene.nodes[name].ready
    room.close(name)
    places, unplaced = _move(room, name, own, policy)
    plan = NodePlan(name, own, cost, places, tuple(unplaced))
    if plan.may_start:
        for one in own:
            if one.action == "wait" and one.pod:
                room.take(one.pod, name)
    else:
        _undo(room, name, own, places)
    if was_open:
        room.open(name)
    return plan


def _move(room: Room, name: str, own: list[Verdict], policy: Policy) -> tuple[dict[str, str], list[Unplaced]]:
    """Large pods first: they find a place the least easily."""
    going = [(one.pod, one.action) for one in own if one.pod and one.action in MOVES]
    going.sort(key=lambda one: (-one[0].asks.get("memory", 0), -one[0].asks.get("cpu", 0), one[0].place))
    places: dict[str, str] = {}
    unplaced = []
    for pod, action in going:
        # In a roll-out the new one comes while the old one is there; else it does not count any more.
        there = action == "roll"
        if not there:
            room.take(pod, name)
        found = room.find(pod)
        if not found:
            unplaced.append(Unplaced(pod, room.why_not(pod), pod.place in policy.confirmed))
        else:
            places[pod.uid] = found
        if there and found:
            room.take(pod, name)
        if found or not there:
            room.put(pod, found or name)
    return places, unplaced


def _undo(room: Room, name: str, own: list[Verdict], places: dict[str, str]) -> None:
    for one in own:
        if one.pod and one.pod.uid in places:
            room.take(one.pod, places[one.pod.uid])
            room.put(one.pod, name)


def _cost(scene: Scene, policy: Policy, told: Iterable[Verdict]) -> Cost:
    told = list(told)
    waits = [one for one in told if one.action == "wait"]
    moving = [one.pod for one in told if one.pod and one.action in MOVES]
    left = [verdicts.seconds_left(one.pod, scene, policy) if one.pod else policy.longest for one in waits]
    tight = sum(1 for pod in moving if any((one.allowed or 0) < 1 for one in scene.budgets_of(pod)))
    return Cost(
        asked=sum(1 for one in told if one.action == "ask"),
        seconds=max(left, default=0.0),
        lost=sum(1 for one in told if one.action == "hand_over"),
        tight=tight,
        moved=len(moving),
    )
