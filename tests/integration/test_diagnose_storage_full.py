# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree storage_full on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

from tests.support.agents import AgentPods
from tests.support.cluster import Namespace, ago, workflow
from tests.support.diagnosis import Case, World, run_case
from tests.support.lab import Lab
from tests.support.symptoms import (
    agent_pod,
    claim,
    coderun,
    find_cause,
    full_quota,
    kubelets,
    node,
    pod,
    quota,
    tidy,
    unscheduled,
)

TREE = "storage_full"
CLAIM = "workspace-shop"
MOUNTED = {"/workspace": CLAIM}
Make = Callable[[World], dict[str, str]]
_kubelets: dict[str, Any] = {}


def used(percent: float, *makes: Callable[[World], object]) -> Make:
    """The kubelets measure a claim; whatever else there is."""

    def make(world: World) -> dict[str, str]:
        for one in makes:
            one(world)
        _kubelets["tell"](world, {CLAIM: percent, "another": 3.0})
        return {}

    return make


def unmeasured(*makes: Callable[[World], object]) -> Make:
    """Nobody measures any claim."""

    def make(world: World) -> dict[str, str]:
        for one in makes:
            one(world)
        return {}

    return make


def inside(percent: int) -> Make:
    """df says so in the pod of an agent; the command is this test's own."""

    def make(world: World) -> dict[str, str]:
        folder = _kubelets["folder"] / world.namespace.name
        folder.mkdir()
        df = folder / "df"
        line = f"/dev/sdb 1000000 {percent * 10_000} {1_000_000 - percent * 10_000} {percent}% /workspace"
        df.write_text(f'#!/bin/sh\n[ "$*" = "-Pk /workspace" ] || exit 1\necho Filesystem blocks\necho "{line}"\n')
        df.chmod(0o755)
        agent_pod(world, claims=MOUNTED, node=simulated_node(world))
        AgentPods(world.namespace).serve("agent", exec_workdir=folder, exec_env={"PATH": f"{folder}:/usr/bin:/bin"})
        world.settings["look_inside"] = True
        wait_for_exec(world, "agent")
        return {}

    return make


def simulated_node(world: World) -> str:
    nodes = world.namespace.api.get("/api/v1/nodes")["items"]
    return next(one["metadata"]["name"] for one in nodes if "kwok.x-k8s.io/node" in one["metadata"]["annotations"])


def wait_for_exec(world: World, name: str) -> None:
    """The simulated node runs commands about a second after it was told to."""
    until = time.monotonic() + 30
    while True:
        try:
            run = world.namespace.api.run_in_pod
            if run(world.namespace.name, name, "claude-code", ["echo", "ready"], writes=False, seconds=5).stdout:
                return
        except OpsError:
            pass
        assert time.monotonic() < until, name
        time.sleep(0.1)


def a_claim(phase: str = "Pending", **meta: Any) -> Callable[[World], None]:
    return lambda world: claim(world, CLAIM, phase, **meta)


def wanted(since: str = "") -> Callable[[World], None]:
    status = unscheduled("pod has unbound immediate PersistentVolumeClaims", since)
    return lambda world: agent_pod(world, phase="Pending", claims=MOUNTED, status=status)


def of_agent(world: World) -> None:
    agent_pod(world, claims=MOUNTED)


def of_workflow(world: World) -> None:
    pod(world, "work", claims=MOUNTED, labels={"workflows.argoproj.io/workflow": "play"})


def of_another(world: World) -> None:
    pod(world, "database", claims=MOUNTED)


def owned_by_workflow(world: World) -> None:
    (made,) = world.namespace.add(workflow("play", phase="Running"))
    owner = {"apiVersion": made["apiVersion"], "kind": "Workflow", "name": "play", "uid": made["metadata"]["uid"]}
    claim(world, CLAIM, ownerReferences=[owner])


def roomy_quota(world: World) -> None:
    quota(world, persistentvolumeclaims="50")


def short_node(world: World) -> None:
    node(world, DiskPressure="True")


def silent_node(world: World) -> None:
    node(world, DiskPressure="Unknown")


def failed(message: str) -> Callable[[World], None]:
    def make(world: World) -> None:
        body = workflow("failed", phase="Failed", finished=ago(minutes=9))
        body["status"]["message"] = message
        world.namespace.add(body)

    return make


def failed_coderun(world: World) -> None:
    coderun(world, phase="Failed", status={"message": "git clone: No space left on device"})


FREE = "usage=free pending=none"
BLIND = "usage=unknown inside=unknown pending_unmeasured=none"
BLINDED = ("workflows", "persistentvolumeclaims", "resourcequotas")
STORE = failed("XMinioStorageFull: Storage backend has reached its minimum free drive threshold")
CASES = [
    Case(TREE, "usage=full user=agent -> used_workspace", used(95, of_agent)),
    Case(TREE, "usage=full user=workflow -> workflow_workspace", used(95, of_workflow)),
    Case(TREE, "usage=full user=other -> other_claim", used(95, of_another)),
    Case(TREE, "usage=full user=nobody -> unused_workspace", used(95, a_claim())),
    Case(TREE, "usage=full user=unknown -> user_unseen", used(95)),
    Case(TREE, "usage=filling -> filling", used(85)),
    Case(TREE, "usage=unknown inside=full user=agent -> used_workspace", inside(96)),
    Case(TREE, "usage=unknown inside=filling -> filling", inside(82)),
    Case(
        TREE,
        "usage=unknown inside=free pending=none quota=room disk=enough writes=none -> nothing_full",
        inside(12),
    ),
    Case(TREE, "usage=free pending=lost -> lost", used(5, a_claim("Lost"))),
    Case(
        TREE,
        "usage=free pending=waiting room_for_claims=short -> node_disk_full",
        used(5, a_claim(), wanted(), short_node),
    ),
    Case(
        TREE,
        "usage=free pending=waiting room_for_claims=enough -> not_provisioned",
        used(5, a_claim(), wanted()),
    ),
    Case(
        TREE,
        "usage=free pending=waiting room_for_claims=unknown -> not_provisioned",
        used(5, a_claim(), wanted(), silent_node),
    ),
    Case(TREE, f"{FREE} quota=full -> quota_full", used(5, full_quota)),
    Case(TREE, f"{FREE} quota=room disk=short -> node_disk_full", used(5, roomy_quota, short_node)),
    Case(TREE, f"{FREE} quota=room disk=unknown writes=none -> nothing_full", used(5, silent_node)),
    Case(TREE, f"{FREE} quota=room disk=enough writes=object_store -> object_store_full", used(5, STORE)),
    Case(TREE, f"{FREE} quota=room disk=enough writes=volume -> volume_was_full", used(5, failed_coderun)),
    Case(
        TREE,
        "usage=free pending=unknown quota=unknown disk=enough writes=unknown -> writes_unseen",
        used(5),
        blind=BLINDED,
    ),
    Case(
        TREE,
        "usage=unknown inside=unknown pending_unmeasured=waiting room_for_claims=enough -> not_provisioned",
        unmeasured(a_claim(), wanted(ago(hours=2))),
    ),
    Case(
        TREE,
        "usage=unknown inside=unknown pending_unmeasured=lost -> lost",
        unmeasured(a_claim("Lost")),
    ),
    Case(
        TREE,
        "usage=unknown inside=unknown pending_unmeasured=unknown quota_unmeasured=unknown disk_unmeasured=unknown "
        "writes_unmeasured=unknown -> unmeasured",
        unmeasured(silent_node),
        blind=BLINDED,
    ),
    Case(TREE, f"{BLIND} quota_unmeasured=full -> quota_full", unmeasured(full_quota)),
    Case(
        TREE,
        f"{BLIND} quota_unmeasured=room disk_unmeasured=short -> node_disk_full",
        unmeasured(short_node),
    ),
    Case(
        TREE,
        f"{BLIND} quota_unmeasured=room disk_unmeasured=enough writes_unmeasured=none -> unmeasured",
        unmeasured(),
    ),
    Case(
        TREE,
        f"{BLIND} quota_unmeasured=room disk_unmeasured=enough writes_unmeasured=volume -> volume_was_full",
        unmeasured(failed_coderun),
    ),
    Case(
        TREE,
        f"{BLIND} quota_unmeasured=room disk_unmeasured=enough writes_unmeasured=object_store -> object_store_full",
        unmeasured(STORE),
    ),
]


@pytest.fixture(scope="module", autouse=True)
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    _kubelets["folder"] = tmp_path_factory.mktemp("df")
    with kubelets() as tell:
        _kubelets["tell"] = tell
        yield


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
    used(95, of_agent)(world)
    step = find_cause(lab, TREE, world.namespace, platform_prometheus_url=world.prometheus_url)
    cause = step["data"]["cause"]
    assert (cause["id"], cause["confidence"], cause["runbook"]) == ("used_workspace", "high", "clean_workspaces")


def test_without_a_measure_and_without_the_right_to_exec_it_says_that_nobody_could_look(lab: Lab, api) -> None:
    world = World(Namespace(api))
    agent_pod(world, claims=MOUNTED, node=simulated_node(world))
    step = find_cause(lab, TREE, world.namespace, diagnose_look_inside=True)
    assert (step["data"]["cause"]["id"], step["data"]["cause"]["status"]) == ("unmeasured", "unknown")
    assert "may not list pods/exec" in str(step["data"]["tables"])
