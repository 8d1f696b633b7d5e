# SPDX-License-Identifier: GPL-3.0-or-later
"""Role node_drain with several nodes one after another, while an agent and a held workflow are at work on them: the
real workflow controller, and a stand-in of the CodeRun controller whose Jobs are real."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import Namespace
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import coderun
from tests.support.lab import Lab
from tests.support.nodes import Nodes
from tests.support.roles import run_step
from tests.support.workflows import (
    HOLD,
    WORK,
    act,
    manifest,
    node_phases,
    open_holds,
    phase,
    ready_for_pods,
    steps,
    until,
)
from tests.support.working_steps import WORKS_ON, end_step, steps_work_on

USER = "system:serviceaccount:agent-platform-ops:drain-node"
RUN, FLIGHT = "run-7", "flight"
NOTE = """
- name: Note that a node is away
  ansible.builtin.file:
    path: "{folder}/{{{{ node_drain_node }}}}"
    state: touch
    mode: "0600"
"""


class Work:
    """What is at work on the nodes, and what is seen of it while they are drained."""

    def __init__(self, nodes: Nodes, controller: StandInCodeRunController) -> None:
        self.nodes, self.api, self.controller = nodes, nodes.api, controller
        self.namespace = nodes.namespace
        #: phases that each pod of the agent and of the workflow was seen in, by its name
        self.seen: dict[str, set[str]] = {}
        self.most = {"agents": 0, "away": 0}

    def begin(self) -> None:
        ready_for_pods(self.api, self.namespace.name)
        self.controller.create(self.namespace.name, coderun(RUN, task=7))
        self.controller.wait_for_agent(self.namespace.name, RUN)
        place = {name: self.nodes.spec()[name] for name in ("nodeSelector", "tolerations")}
        long = {**WORK, "name": "long", "metadata": {"labels": {WORKS_ON: "true"}}}
        main = steps(("hold=hold", "long=long"), ("last=work",))
        self.namespace.add(manifest(FLIGHT, main, HOLD, WORK, long, **place))
        until(lambda: self._is_at_work() and open_holds(self.flight()) == {"hold"})

    def flight(self) -> dict[str, Any]:
        return self.namespace.workflows()[FLIGHT]

    def steps(self) -> list[dict[str, Any]]:
        return self._pods(f"workflows.argoproj.io/workflow={FLIGHT}")

    def agents(self) -> list[dict[str, Any]]:
        return self._pods("component=code-runner")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look until the block ends; the step ends its work once its node takes no pods any more."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(0.1):
            agents, found = self.agents(), self.steps()
            for pod in [*agents, *found]:
                self.seen.setdefault(pod["metadata"]["name"], set()).add(pod["status"].get("phase", ""))
            closed = [name for name in self.nodes.names if self.nodes.get(name)["spec"].get("unschedulable")]
            working = [one for one in agents if not one["metadata"].get("deletionTimestamp")]
            alive = [one for one in working if one["status"].get("phase") in ("Pending", "Running")]
            self.most = {
                "agents": max(self.most["agents"], len(alive)),
                "away": max(self.most["away"], len(closed)),
            }
            for pod in found:
                if pod["spec"].get("nodeName") in closed and WORKS_ON in pod["metadata"]["labels"]:
                    end_step(self.api, self.namespace.name, pod["metadata"]["name"])

    def _is_at_work(self) -> bool:
        return [one["status"].get("phase") for one in self.steps()] == ["Running"]

    def _pods(self, selector: str) -> list[dict[str, Any]]:
        return self.api.list_at(resource("v1", "pods", self.namespace.name), {"labelSelector": selector})[0]


@pytest.fixture
def work(namespace: Namespace, api) -> Iterator[Work]:
    nodes = Nodes(namespace)
    place = {name: nodes.spec()[name] for name in ("nodeSelector", "tolerations", "terminationGracePeriodSeconds")}
    with steps_work_on(api), StandInCodeRunController(api, [namespace.name], pod=place) as controller:
        yield Work(nodes, controller)
    nodes.remove()


def test_nodes_go_one_after_another_and_the_work_on_them_is_neither_lost_nor_done_twice(
    lab: Lab, work: Work, tmp_path: Path
) -> None:
    nodes = work.nodes
    drained = [nodes.add(), nodes.add()]
    nodes.deploy("web", 4)
    nodes.budget("web", 3)
    work.begin()
    nodes.add()
    tasks = tmp_path / "away.yml"
    tasks.write_text(NOTE.format(folder=tmp_path))
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("drain-node")),
        "node_drain_nodes": drained,
        "node_drain_reason": "a test",
        "node_drain_tasks": str(tasks),
        "node_drain_running_agents": "hand_over",
        "node_drain_held_workflows": "wait",
        "node_drain_wait": 300,
    }
    since = lab.audit_position()
    (step,) = [one["metadata"]["name"] for one in work.steps()]
    with work.watched():
        done = run_step(tmp_path, "node_drain", *lab.options, "-e", json.dumps(options))
    assert done.rc == 0, done.stdout[-6000:]
    assert all((tmp_path / name).exists() for name in drained)
    assert work.most == {"agents": 1, "away": 1}
    _require_one_at_a_time(lab, since, drained)
    assert len(nodes.ready("web")) == 4

    evicted = _evicted(lab, since)
    handed_over = [name for name in evicted if "coderun" in name]
    run = work.controller.get(nodes.namespace.name, RUN)
    assert handed_over
    assert (run["status"]["phase"], run["status"]["retryCount"]) == ("Running", len(handed_over))
    work.controller.finish(nodes.namespace.name, RUN)
    work.controller.wait_for(nodes.namespace.name, RUN, lambda one: one["status"]["phase"] == "Succeeded", 60)
    assert len([name for name in work.seen if "coderun" in name]) == len(handed_over) + 1, work.seen

    assert step not in evicted
    act(work.api, "resumed", namespace=nodes.namespace.name, names=[FLIGHT], reason="It goes on")
    until(lambda: phase(work.flight()) == "Succeeded")
    assert set(node_phases(work.flight()).values()) == {"Succeeded"}
    assert len(work.steps()) == 2, "a step ran again"


def _evicted(lab: Lab, since: int) -> list[str]:
    asked = (one for one in lab.writes(since, USER) if one.startswith("create pods "))
    return sorted({one.rpartition("/")[2] for one in asked})


def _require_one_at_a_time(lab: Lab, since: int, drained: list[str]) -> None:
    """By the audit log: each node is cordoned and let go before the other one is cordoned."""
    patched = [one.rpartition("/")[2] for one in lab.writes(since, USER) if one.startswith("patch nodes ")]
    assert len(patched) == 4
    assert (patched[0], patched[2]) == (patched[1], patched[3])
    assert sorted({patched[0], patched[2]}) == sorted(drained)
