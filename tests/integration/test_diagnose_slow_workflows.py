# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree slow_workflows on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.agents import ended, running
from tests.support.cluster import Namespace, ago, workflow
from tests.support.diagnosis import Case, World, run_case
from tests.support.lab import Lab
from tests.support.symptoms import (
    agent_pod,
    beside_controllers,
    deployment,
    find_cause,
    node,
    pod,
    tidy,
    unscheduled,
    waits,
)

TREE = "slow_workflows"
Make = Callable[[World], dict[str, str]]
MAIN, CONTROLLER = "claude-code", "argo-workflows-workflow-controller"
WORKFLOW = "workflows.argoproj.io/workflow"


def step(name: str, phase: str = "Running", started: str = "", **more: Any) -> dict[str, Any]:
    """A node of a workflow; a minute old when it is made, unless told otherwise."""
    return {
        "id": name,
        "name": name,
        "displayName": name,
        "type": "Pod",
        "phase": phase,
        **({"startedAt": started} if started else {}),
        **more,
    }


def play(world: World, *steps: dict[str, Any], name: str = "play", phase: str = "Running", **more: Any) -> None:
    """A workflow that the real controller leaves alone; its steps began hours ago at most."""
    body = workflow(name, phase=phase, labels={"task-id": "7"}, template=more.pop("template", "play"))
    # Here and not in step(): cases are made when tests are collected, long before they run.
    nodes = {one["id"]: {"startedAt": ago(minutes=1), **one} for one in steps}
    body["status"] |= {"startedAt": ago(hours=2), "nodes": nodes, **more}
    world.namespace.add(body)


def of(*steps: dict[str, Any], **more: Any) -> Make:
    """One open workflow in a namespace of its own."""

    def make(world: World) -> dict[str, str]:
        play(world, *steps, **more)
        return {}

    return make


def beside(*steps: dict[str, Any], **more: Any) -> Make:
    """One open workflow beside an available controller."""

    def make(world: World, name: str) -> dict[str, str]:
        play(world, *steps, name=name, template=name, **more)
        return {"workflow": name}

    return beside_controllers(make)


def controlled(replicas: int | None, make: Make, restarts: int = 0) -> Make:
    """The same under a controller of its own, which has restarted so often."""

    def made(world: World) -> dict[str, str]:
        if replicas is not None:
            deployment(world.namespace, CONTROLLER, replicas)
        if restarts:
            last = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": ago(minutes=9)}}
            status = {**running("controller"), "restartCount": restarts, "lastState": last}
            pod(world, f"{CONTROLLER}-restarts", status)
        return make(world)

    return made


def waiting(*statuses: dict[str, Any], message: str = "", **shape: Any) -> Make:
    """A workflow whose step waits for a pod of that shape."""

    def make(world: World) -> dict[str, str]:
        play(world, step("work", "Pending", message=message))
        if shape or statuses:
            pod(world, "play-work", *statuses, phase="Pending", labels={WORKFLOW: "play"}, **shape)
        return {}

    return make


def short_node(make: Make) -> Make:
    def made(world: World) -> dict[str, str]:
        node(world, DiskPressure="True")
        return make(world)

    return made


def slow(*statuses: dict[str, Any], phase: str = "") -> Make:
    """A step that runs for an hour where its like took five minutes, and a pod of its agent where it has a phase."""

    def make(world: World) -> dict[str, str]:
        play(
            world,
            step("work", "Succeeded", ago(minutes=70), finishedAt=ago(minutes=65)),
            name="earlier",
            phase="Failed",
        )
        play(world, step("work", started=ago(hours=1)))
        if phase:
            agent_pod(world, *statuses, phase=phase)
        return {}

    return make


HELD = step("wait-pr-approved", type="Suspend")
USUAL = step("work")
NO_SECRET = waits("main", "CreateContainerConfigError")
NO_ROOM = waiting(status=unscheduled("0/3 nodes are available: Insufficient cpu"))
LOCKED = "Waiting for argo/ConfigMap/limits/agents lock. Lock status: 0/4"
RETRIES = step("work", type="Retry", children=[f"work-{at}" for at in range(6)])
CASES = [
    Case(TREE, "pace=no_open_one -> none_open", lambda _world: {}),
    Case(TREE, "pace=unknown -> unseen", of(USUAL), blind=("workflows",)),
    Case(TREE, "pace=held -> held", of(HELD)),
    Case(TREE, "pace=queued -> queued", of(step("work", "Pending", message=LOCKED))),
    Case(TREE, "pace=not_picked_up controller_of_new=available -> not_taken", beside(phase="")),
    Case(TREE, "pace=not_picked_up controller_of_new=down -> controller_down", controlled(0, of(phase=""))),
    Case(
        TREE,
        "pace=not_picked_up controller_of_new=restarts -> controller_restarts",
        controlled(1, of(phase=""), restarts=5),
    ),
    Case(TREE, "pace=not_picked_up controller_of_new=unknown -> not_taken", of(phase=""), blind=("deployments",)),
    Case(TREE, "pace=pods_wait waiting_pods=room nodes_of_room=short -> nodes_short", short_node(NO_ROOM)),
    Case(TREE, "pace=pods_wait waiting_pods=room nodes_of_room=well -> cluster_full", NO_ROOM),
    Case(TREE, "pace=pods_wait waiting_pods=room nodes_of_room=unknown -> cluster_full", NO_ROOM, blind=("nodes",)),
    Case(
        TREE,
        "pace=pods_wait waiting_pods=claim -> claim",
        waiting(status=unscheduled("pod has unbound immediate PersistentVolumeClaims")),
    ),
    Case(TREE, "pace=pods_wait waiting_pods=image -> image", waiting(waits("main", "ErrImagePull"))),
    Case(TREE, "pace=pods_wait waiting_pods=settings -> settings", waiting(NO_SECRET)),
    Case(TREE, "pace=pods_wait waiting_pods=starting -> starting", waiting(waits("main", "PodInitializing"))),
    Case(TREE, "pace=pods_wait waiting_pods=quota -> quota", waiting(message='pods "x" is forbidden: exceeded quota')),
    Case(TREE, "pace=pods_wait waiting_pods=unknown -> pods_unseen", waiting()),
    Case(TREE, "pace=works step=retried -> retry_loop", of(RETRIES)),
    Case(
        TREE,
        "pace=works step=longer agent=dead -> agent_dead",
        slow(ended(MAIN, 1, "Error"), running("sidecar"), phase="Running"),
    ),
    Case(TREE, "pace=works step=longer agent=at_work -> agent_slow", slow(running(MAIN), phase="Running")),
    Case(TREE, "pace=works step=longer agent=absent -> agent_absent", slow()),
    Case(TREE, "pace=works step=longer agent=unknown -> agent_unseen", slow(phase="Unknown")),
    Case(TREE, "pace=works step=usual controller_of_usual=available nodes=well -> not_slow", beside(USUAL)),
    Case(
        TREE,
        "pace=works step=usual controller_of_usual=available nodes=short -> nodes_short",
        short_node(beside(USUAL)),
    ),
    Case(
        TREE,
        "pace=works step=usual controller_of_usual=available nodes=unknown -> nodes_unseen",
        beside(USUAL),
        blind=("nodes",),
    ),
    Case(TREE, "pace=works step=usual controller_of_usual=down -> controller_down", controlled(None, of(USUAL))),
    Case(
        TREE,
        "pace=works step=usual controller_of_usual=restarts -> controller_restarts",
        controlled(1, of(USUAL), restarts=3),
    ),
    Case(
        TREE,
        "pace=works step=unknown controller_of_usual=unknown nodes=well -> not_slow",
        of(USUAL),
        blind=("deployments",),
        broken=("slow_step",),
    ),
]


@pytest.fixture(autouse=True)
def tidied(api) -> Iterator[None]:
    yield
    tidy(api)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_way_through_the_tree(case: Case, lab: Lab, api) -> None:
    result = run_case(case, lab.kubeconfig, api)
    assert result["findings"][0]["message"]


def test_the_runbook_names_the_cause_under_its_own_rights_and_writes_nothing(lab: Lab, api) -> None:
    world = World(Namespace(api))
    of(RETRIES)(world)
    step = find_cause(lab, TREE, world.namespace)
    cause = step["data"]["cause"]
    assert (cause["id"], cause["confidence"], cause["runbook"]) == ("retry_loop", "high", "cancel_workflow")
    assert (cause["fix"]["workflow_cancel_workflow"], cause["fix"]["workflow_cancel_namespace"]) == (
        "play",
        world.namespace.name,
    )
