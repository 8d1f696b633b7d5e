# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evictions of one drain: what was asked for, what went, and what took its place. Private API."""

from __future__ import annotations

import time

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import restart
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.agent_follow import follow
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.fenced import each_fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import BudgetError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, verdicts
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.drained import State
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.plan import NodePlan
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Group, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress

_BATCH = 20
_TRIES = 5


class Evictions:
    """One drain under way; state is what it knows."""

    def __init__(
        self, client: Client, fence: Fence, node: str, policy: Policy, scene: Scene, planned: NodePlan
    ) -> None:
        self._client, self._fence, self._node, self._policy = client, fence, node, policy
        self._rolled: set[Group] = set()
        # Of agents, as it was when they were evicted: by now it names the Job of the next try.
        self._runs: dict[str, CodeRun | None] = {}
        self.state = State.begin(scene, planned)
        self._progress = Progress("node_drain", len(self.state.seen))

    def look(self, scene: Scene) -> None:
        """Take up the cluster as it is now.

        :raises OpsError: conflict, when the node is not part of it any more
        """
        if self._node not in scene.nodes:
            raise OpsError("conflict", f"node {self._node} was taken away while it was drained")
        before = len(self.state.left())
        self.state.look(scene, verdicts.judge(scene, self._policy, self._node))
        self._progress.total = len(self.state.seen)
        gone = before - len(self.state.left())
        if gone > 0:
            self._progress.step(gone)

    def is_done(self) -> bool:
        return not self.state.left() and not self.state.missing()

    def act(self, moment: str) -> bool:
        """Ask for all that may go now; whether anything was asked for.

        :param moment: since when the node is drained; a roll-out is asked for once in a drain, however often it is run
        :raises OpsError: a refusal that waiting does not change, or that of the fence
        """
        chosen, gone = [], set(self.state.asked)
        for pod in self.state.movable():
            if pod.uid not in gone and verdicts.may_go_now(pod, self.state.scene, gone):
                if pod.agent:
                    self._runs[pod.uid] = restart.run_of(pod.agent, None, self.state.scene.runs)
                gone.add(pod.uid)
                chosen.append(pod)
        evicted = self._evict(chosen)
        rolled = sum(self._roll(group, moment) for group in self.state.rolling())
        return evicted or rolled > 0

    def follow_agents(self, deadline: float) -> None:
        """Wait until the agents that were handed over are at work again elsewhere."""
        for pod in self.state.handed_over():
            if pod.agent:
                left = max(1.0, deadline - time.monotonic())
                found, _gone = follow(self._client, pod.agent, self._runs.get(pod.uid), left)
                self.state.took_over(pod, found)

    def _evict(self, pods: list[Pod]) -> bool:
        asked = False
        for pod, answer in each_fenced(self._client, self._fence, self._ask, pods, _BATCH):
            if isinstance(answer, BudgetError):
                self.state.held_back[pod.uid] = answer.message
            elif isinstance(answer, OpsError) and answer.kind != "conflict":
                self.state.failed[pod.uid] = answer.message
            elif not isinstance(answer, OpsError):
                self.state.asked.add(pod.uid)
                asked = True
        if self.state.failed:
            raise OpsError("unreachable", next(iter(self.state.failed.values())))
        return asked

    def _ask(self, pod: Pod) -> bool:
        return self._client.evict(pod.namespace, pod.name, pod.uid)

    def _roll(self, group: Group, moment: str) -> bool:
        """Let a Deployment make a new pod before the last healthy one goes."""
        if group in self._rolled:
            return False
        path, mark = resource("apps/v1", "deployments", group.namespace, group.name), f"{self._node} {moment}"
        for _try in range(_TRIES):
            self._fence.check()
            try:
                changed = self._send_roll(path, mark)
            except OpsError as error:
                if error.kind != "conflict":
                    raise
                continue
            self._rolled.add(group)
            return changed
        return False

    def _send_roll(self, path: str, mark: str) -> bool:
        found = self._client.get(path)
        template = mapping(mapping(found.get("spec")).get("template"))
        if mapping(mapping(template.get("metadata")).get("annotations")).get(marks.TIME) == mark:
            return False
        about = mapping(found.get("metadata"))
        bound = {"uid": about.get("uid"), "resourceVersion": about.get("resourceVersion")}
        wish = {"metadata": bound, "spec": {"template": {"metadata": {"annotations": {marks.TIME: mark}}}}}
        self._client.patch(path, wish)
        return True
