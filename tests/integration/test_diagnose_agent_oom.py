# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree agent_oom on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import ended, running
from tests.support.cluster import Namespace
from tests.support.diagnosis import Case, World, run_case
from tests.support.lab import Lab
from tests.support.symptoms import (
    KILLED,
    LIMITS,
    agent_pod,
    find_cause,
    kubelets,
    measured_pods,
    node,
    tidy,
    unscheduled,
    wait_for,
)

TREE = "agent_oom"
REX = {"agent": "Rex"}
WORKS, DONE, FAILED = running("claude-code"), ended("claude-code", 0, "Completed"), ended("claude-code", 1, "Error")
SIDECAR = running("sidecar")
KILLED_HERE = "pods=some killed=main node=enough limit=set"
Make = Callable[[World], dict[str, str]]
_figures: dict[str, Any] = {}


def rex(*statuses: dict[str, Any], pods: tuple[dict[str, Any], ...] = (), **more: Any) -> Make:
    """A pod of Rex, limited to 256Mi, on a node that is well; further pods have a name and their differences."""

    def make(world: World) -> dict[str, str]:
        place = {} if more.get("node") == "" else {"node": node(world)}
        for own in ({}, *pods):
            agent_pod(world, *statuses, **{"resources": LIMITS, **place, **more, **own})
        return REX

    return make


def on_a_node_short_of_memory(world: World) -> dict[str, str]:
    agent_pod(world, KILLED, SIDECAR, node=node(world, MemoryPressure="True"))
    return REX


def workspace(used: float) -> Make:
    def make(world: World) -> dict[str, str]:
        agent_pod(world, FAILED, phase="Failed", claims={"/workspace": "workspace-shop"})
        _figures["tell"](world, {"workspace-shop": used})
        return REX

    return make


def measured(word: str) -> Make:
    """A pod that was made before all others, so that metrics-server has measured it by now."""

    def make(world: World) -> dict[str, str]:
        world.namespace = measured_pods(world.namespace.api)[word]
        path = resource("metrics.k8s.io/v1beta1", "pods", world.namespace.name)
        wait_for(world.namespace.api, path, lambda found: found["items"])
        return REX

    return make


CASES = [
    Case(TREE, "pods=none -> no_pods", lambda _world: REX),
    Case(TREE, "pods=unknown -> pods_unseen", lambda _world: REX, blind=("pods",)),
    Case(
        TREE,
        "pods=some killed=companion -> companion_killed",
        rex(WORKS, ended("docker-daemon", 137, "OOMKilled")),
    ),
    Case(TREE, "pods=some killed=unknown -> pods_unseen", rex(WORKS), broken=("memory_kills",)),
    Case(TREE, "pods=some killed=main node=short -> node_short", on_a_node_short_of_memory),
    Case(TREE, "pods=some killed=main node=enough limit=unset -> no_limit", rex(KILLED, SIDECAR, resources={})),
    Case(
        TREE,
        f"{KILLED_HERE} repeated=other_tasks -> limit_too_low",
        rex(KILLED, SIDECAR, pods=({"name": "other", "task": "8"},)),
    ),
    Case(
        TREE,
        f"{KILLED_HERE} repeated=same_task -> task_too_large",
        rex(KILLED, pods=({"name": "again"},), phase="Failed"),
    ),
    Case(TREE, f"{KILLED_HERE} repeated=once lingers=lives -> died_beside_sidecar", rex(KILLED, SIDECAR)),
    Case(TREE, f"{KILLED_HERE} repeated=once lingers=ended -> died_once", rex(KILLED, phase="Failed")),
    Case(
        TREE,
        "pods=some killed=main node=unknown limit=set repeated=once lingers=unknown -> died_once",
        rex(KILLED, phase="Unknown", node=""),
    ),
    Case(
        TREE,
        "pods=some killed=main node=enough limit=unknown repeated=unknown lingers=lives -> died_beside_sidecar",
        rex(KILLED, SIDECAR),
        broken=("memory_limit", "repeated_kills"),
    ),
    Case(
        TREE,
        "pods=some killed=none end=evicted -> evicted",
        rex(phase="Failed", status={"reason": "Evicted", "message": "The node was low on resource: memory."}),
    ),
    Case(
        TREE,
        "pods=some killed=none end=killed -> killed_from_outside",
        rex(ended("claude-code", 137, "Error"), phase="Failed"),
    ),
    Case(TREE, "pods=some killed=none end=failed workspace=full -> workspace_full", workspace(96)),
    Case(TREE, "pods=some killed=none end=failed workspace=free -> other_failure", workspace(20)),
    Case(
        TREE,
        "pods=some killed=none end=failed workspace=unknown -> failure_workspace_unseen",
        rex(FAILED, phase="Failed"),
    ),
    Case(TREE, "pods=some killed=none end=ended -> not_memory", rex(DONE, phase="Succeeded")),
    Case(
        TREE,
        "pods=some killed=none end=unknown -> end_unseen",
        rex(phase="Pending", node="", status=unscheduled("0/3 nodes are available")),
    ),
    Case(TREE, "pods=some killed=none end=runs use=unlimited -> runs_unlimited", rex(WORKS, SIDECAR, resources={})),
    Case(TREE, "pods=some killed=none end=runs use=unknown -> use_unseen", rex(WORKS, SIDECAR)),
    Case(TREE, "pods=some killed=none end=runs use=near -> near_limit", measured("near")),
    Case(TREE, "pods=some killed=none end=runs use=far -> not_memory", measured("far")),
]


@pytest.fixture(scope="module", autouse=True)
def figures(api) -> Iterator[None]:
    """Pods that metrics-server measures meanwhile, and a Prometheus for volumes."""
    measured_pods(api)
    with kubelets() as tell:
        _figures["tell"] = tell
        yield


@pytest.fixture(autouse=True)
def tidied(api) -> Iterator[None]:
    yield
    tidy(api)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_way_through_the_tree(case: Case, lab: Lab, api) -> None:
    result = run_case(case, lab.kubeconfig, api)
    assert result["findings"][0]["message"]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["run", "check"])
def test_the_runbook_names_the_cause_under_its_own_rights_and_writes_nothing(
    lab: Lab, api, arguments: tuple[str, ...]
) -> None:
    world = World(Namespace(api))
    agent_pod(world, KILLED, SIDECAR, resources=LIMITS, node=node(world))
    step = find_cause(lab, TREE, world.namespace, *arguments, diagnose_agent="REX")
    cause = step["data"]["cause"]
    assert (cause["id"], cause["confidence"], cause["runbook"]) == ("died_beside_sidecar", "high", "restart_agent")
    assert cause["fix"]["agent_restart_pod"] == "agent"
    way = step["data"]["tables"][0]["rows"]
    assert [answer for _question, answer, _evidence in way] == ["some", "main", "enough", "set", "once", "lives"]


def test_an_agent_that_nobody_knows_is_refused(lab: Lab) -> None:
    run = lab.run_playbook("diagnose_agent_oom", "-e", "diagnose_agent=nobody")
    assert run.rc == 2, run.stdout
    assert "no agent of this platform is called 'nobody'" in run.record["message"]
