# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of each pod when its node is drained. Pure. Private API.

| action   | when                                                                                                |
|----------|-----------------------------------------------------------------------------------------------------|
| ignore   | it goes with its node: a pod of a DaemonSet, a static pod                                           |
| evict    | its controller makes another one elsewhere, and others of it are healthy                            |
| roll     | it is the last healthy one of a Deployment: a roll-out brings the new one before the old one goes   |
| hand_over| it is an agent whose CodeRun is tried again elsewhere                                               |
| wait     | it is work that ends by itself, or it is about to go                                                |
| ask      | somebody must say yes first, or, where it is final, do something else first                         |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import restart
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import KEEP
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import NOBODY, OF_WORK, Group, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import meets

ACTIONS = ("ask", "wait", "hand_over", "roll", "evict", "ignore")
WAYS = ("wait", "hand_over", "ask")
#: those after which a pod is on another node
MOVES = frozenset({"evict", "roll", "hand_over"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What is to be done where a drain may do harm.

    running_agents, held_workflows: one of WAYS. last_replicas: ask or roll. empty_dirs: ask or evict.
    confirmed: namespace/name of pods and workflows to which somebody said yes. longest: seconds that a piece of work
    takes at most when nothing says. controller: namespace and name of the Deployment of the CodeRun controller.
    """

    running_agents: str = "wait"
    held_workflows: str = "ask"
    last_replicas: str = "ask"
    empty_dirs: str = "ask"
    confirmed: frozenset[str] = frozenset()
    longest: float = 7200
    controller: tuple[str, str] = ("agent-platform", "controller")

    def require(self) -> None:
        """:raises OpsError: invalid, for a confirmation that names nothing"""
        for one in sorted(self.confirmed):
            if one.count("/") != 1 or not all(one.split("/")):
                raise OpsError("invalid", f"confirmed: {one!r:.120} is not <namespace>/<name> of a pod or workflow")


@dataclass(frozen=True, slots=True)
class Verdict:
    """pod: None where it is about a workflow whose workspace lies on the node. final: no confirmation changes it."""

    kind: str
    namespace: str
    name: str
    action: str
    why: str
    pod: Pod | None = None
    final: bool = False

    @property
    def place(self) -> str:
        return f"{self.namespace}/{self.name}"


def judge(scene: Scene, policy: Policy, node: str) -> list[Verdict]:
    """What becomes of everything on a node."""
    return [*(_pod(pod, scene, policy) for pod in scene.pods_of.get(node, ())), *_workspaces(scene, policy, node)]


def may_go_now(pod: Pod, scene: Scene, gone: set[str]) -> bool:
    """Whether another healthy pod of its controller is left without it.

    :param gone: uids of pods that were evicted since the scene was read
    """
    group = scene.group_of(pod)
    if group is None or not scene.is_healthy(pod):
        return True
    return bool(scene.healthy[group] - gone - {pod.uid})


def seconds_left(pod: Pod, scene: Scene, policy: Policy) -> float:
    """How long a piece of work takes at most until it has ended."""
    if pod.started_at is None:
        return float(pod.limit if pod.limit is not None else policy.longest)
    passed = (scene.now - pod.started_at).total_seconds()
    return max(0.0, (pod.limit if pod.limit is not None else policy.longest) - passed)


def _pod(pod: Pod, scene: Scene, policy: Policy) -> Verdict:
    action, why, final = _decide(pod, scene, policy)
    if action == "ask" and not final and pod.place in policy.confirmed:
        action, why = "evict", f"confirmed: {why}"
    return Verdict("Pod", pod.namespace, pod.name, action, why, pod, final)


def _decide(pod: Pod, scene: Scene, policy: Policy) -> tuple[str, str, bool]:
    if passed := _stays(pod):
        return "ignore", passed, False
    if pod.deleting:
        return "wait", "it is being deleted already", False
    if pod.pinned:
        return "ask", f"label {KEEP} protects it; take the label away first", True
    budgets = scene.budgets_of(pod)
    if len(budgets) > 1:
        names = ", ".join(one.name for one in budgets)
        return "ask", f"the API server evicts no pod that several budgets cover ({names}); leave it one", True
    if not may_go_now(pod, scene, set()):
        return _last(scene.group_of(pod), scene, policy)
    return *_moved(pod, scene, policy), False


def _stays(pod: Pod) -> str:
    if pod.mirror or pod.owner.kind == "Node":
        return "a static pod goes with its node"
    return "a pod of a DaemonSet goes with its node" if pod.owner.kind == "DaemonSet" else ""


def _last(group: Group | None, scene: Scene, policy: Policy) -> tuple[str, str, bool]:
    named = f"{group.kind} {group.name}" if group else "its controller"
    why = f"it is the last healthy one of {named}"
    workload = scene.workloads.get(group) if group else None
    if workload is None or not workload.surges:
        return "ask", f"{why}; give it another replica first, or stop it on purpose", True
    if policy.last_replicas == "roll":
        return "roll", f"{why}: a roll-out brings another one before it goes", False
    return "ask", f"{why}; give it another replica, or let a roll-out bring one first (last_replicas=roll)", True


def _moved(pod: Pod, scene: Scene, policy: Policy) -> tuple[str, str]:
    if pod.workflow:
        if (pod.namespace, pod.workflow) in scene.held:
            return _by(policy.held_workflows, "held_workflows", f"its workflow {pod.workflow} is held")
        return "wait", f"it is a step of workflow {pod.workflow}, which would fail with it"
    if pod.agent:
        return _agent(pod, scene, policy)
    if pod.owner.kind in OF_WORK:
        return "wait", f"its {pod.owner.kind} {pod.owner.name} runs to its end"
    if pod.owner == NOBODY:
        return "ask", "no controller would make it again"
    if pod.empty_dirs and policy.empty_dirs == "ask":
        return "ask", f"what is in its volume {pod.empty_dirs[0]} (emptyDir) is lost with it"
    return "evict", "its controller makes another one"


def _by(way: str, option: str, why: str) -> tuple[str, str]:
    if way == "ask":
        return "ask", f"{why}; {option} says whether to wait or to hand over"
    return ("wait", why) if way == "wait" else ("evict", f"{why}, and goes on on another node")


def _agent(pod: Pod, scene: Scene, policy: Policy) -> tuple[str, str]:
    agent = pod.agent
    if agent is None or policy.running_agents == "wait":
        return "wait", "an agent is at work in it"
    if policy.running_agents == "ask":
        return "ask", "an agent is at work in it; running_agents says whether to wait or to hand over"
    run = restart.run_of(agent, None, scene.runs)
    found = scene.workloads.get(Group("Deployment", *policy.controller))
    objection = restart.objection(agent, run, None, bool(found and found.available), "/".join(policy.controller))
    if objection:
        return "ask", f"an agent is at work in it, and cannot be handed over: {objection.why}"
    return "hand_over", restart.prospect(agent, run, None)


def _workspaces(scene: Scene, policy: Policy, node: str) -> Iterator[Verdict]:
    """Held workflows whose workspace can be used on this node alone: they cannot go on while it is away."""
    labels = scene.nodes[node].labels
    others = [one.labels for one in scene.nodes.values() if one.name != node and one.ready and not one.cordoned]
    for claim in scene.claims.values():
        if (claim.namespace, claim.workflow) not in scene.held or claim.terms is None:
            continue
        here, elsewhere = _usable(claim.terms, labels), any(_usable(claim.terms, one) for one in others)
        if here and not elsewhere:
            yield _workspace(claim.namespace, claim.workflow, claim.name, policy)


def _workspace(namespace: str, workflow: str, claim: str, policy: Policy) -> Verdict:
    why = f"it is held, and its workspace {claim} is on this node alone, so it cannot go on while the node is away"
    way = policy.held_workflows
    if way == "ask" and f"{namespace}/{workflow}" not in policy.confirmed:
        return Verdict("Workflow", namespace, workflow, "ask", f"{why}; held_workflows says what to do")
    return Verdict("Workflow", namespace, workflow, "wait" if way == "wait" else "ignore", why)


def _usable(terms: tuple, labels: object) -> bool:
    return any(meets(one, labels) for one in terms)  # type: ignore[arg-type]
