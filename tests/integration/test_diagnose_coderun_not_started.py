# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree coderun_not_started on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.agents import ended, running
from tests.support.cluster import Namespace, ago
from tests.support.diagnosis import Case, World, run_case
from tests.support.lab import Lab
from tests.support.symptoms import (
    beside_controllers,
    claim,
    coderun,
    config_map,
    controller_settings,
    deployment,
    emergency_stop,
    event,
    find_cause,
    full_quota,
    job,
    pod,
    quota,
    tidy,
    unscheduled,
    waits,
)

TREE = "coderun_not_started"
Make = Callable[[World], dict[str, str]]
MAIN = "claude-code"
DENIED = "ValidatingAdmissionPolicy 'emergency-stop' denied request: the emergency stop is at level 1"
FULL = 'pods "x" is forbidden: exceeded quota: limits, requested: pods=1, used: pods=100, limited: pods=100'


def alone(phase: str = "Pending", **more: Any) -> Make:
    """A CodeRun and nothing else."""

    def make(world: World) -> dict[str, str]:
        coderun(world, phase=phase, **more)
        return {"coderun": "run"}

    return make


def missing(world: World) -> dict[str, str]:
    return {"coderun": "never-made"}


def stopped(level: str, make: Make) -> Make:
    def stop(world: World) -> dict[str, str]:
        emergency_stop(world, level)
        return make(world)

    return stop


def deleting(replicas: int | None) -> Make:
    """A CodeRun that its finalizer holds."""

    def make(world: World) -> dict[str, str]:
        if replicas is not None:
            deployment(world.namespace, "controller", replicas)
        made = coderun(world, phase="Running", finalizers=["coderuns.orchestrator.io/finalizer"])
        path = f"/apis/agents.platform/v1/namespaces/{world.namespace.name}/coderuns/run"
        meta = world.namespace.api.get(path)["metadata"]
        world.namespace.api.delete(path, made["metadata"]["uid"], meta["resourceVersion"])
        return {"coderun": "run"}

    return make


def halted(**settings: str) -> Make:
    """The controller is scaled to 0; its ConfigMaps are as settings say."""

    def make(world: World) -> dict[str, str]:
        deployment(world.namespace, "controller", 0)
        controller_settings(world, **settings)
        return alone()(world)

    return make


def served(phase: str = "Pending", **more: Any) -> Make:
    """A CodeRun beside an available controller, without a Job."""

    def make(world: World, name: str) -> dict[str, str]:
        coderun(world, name, phase=phase, **more)
        return {"coderun": name}

    return beside_controllers(make)


def worked(
    *statuses: dict[str, Any],
    job_status: dict[str, Any] | None = None,
    suspend: bool = False,
    workspace: str | None = None,
    said: str = "",
    **shape: Any,
) -> Make:
    """A Running CodeRun with its Job, and with a pod where its shape is given.

    :param workspace: phase of the claim that the pod mounts, empty where it is not there
    :param said: by an event of the Job
    """

    def make(world: World) -> dict[str, str]:
        name = job(world, coderun(world, phase="Running"), suspend=suspend, status=job_status)
        if workspace is not None:
            shape["claims"] = {"/workspace": "workspace-shop"}
        if workspace:
            claim(world, "workspace-shop", workspace)
        if said:
            event(world, "Job", name, "FailedCreate", said)
        if shape:
            pod(world, f"{name}-x", *statuses, labels={"job-name": name, "github-user": "5dlabs-rex"}, **shape)
        return {"coderun": "run"}

    return make


def used_up(world: World) -> dict[str, str]:
    full_quota(world)
    return alone("Running")(world)


def uncounted_quota(world: World) -> dict[str, str]:
    # Nobody counts what no admission plugin knows.
    quota(world, count_configmaps="100", **{"count_widgets.example.com": "5"})
    return alone("Running")(world)


def locked(holder: bool) -> Make:
    def make(world: World) -> dict[str, str]:
        config_map(world, "atlas-guardian-lock", holder="atlas")
        if holder:
            coderun(world, "holder", app="5DLabs-Atlas", phase="Running", task=8)
        return alone("Running", app="5DLabs-Atlas")(world)

    return make


def pending(*statuses: dict[str, Any], **more: Any) -> Make:
    return worked(*statuses, phase="Pending", **more)


def without_its_volume(workspace: str) -> Make:
    return pending(status=unscheduled("pod has unbound immediate PersistentVolumeClaims"), workspace=workspace)


ENDED = {
    "startTime": ago(minutes=20),
    "failed": 1,
    "conditions": [
        {"type": kind, "status": "True", "lastTransitionTime": ago(minutes=5), "message": "pod failed"}
        for kind in ("FailureTarget", "Failed")
    ],
}
NO_JOB = "state=running job=absent"
ROOM = f"{NO_JOB} stop=clear quota=room"
POD = "state=running job=active"
CASES = [
    Case(TREE, "state=missing stop_of_missing=active -> emergency_stop", stopped("1", missing)),
    Case(TREE, "state=missing stop_of_missing=clear -> not_made", missing),
    Case(TREE, "state=missing stop_of_missing=unknown -> not_made", stopped("yes", missing)),
    Case(TREE, "state=finished -> finished", alone("Failed")),
    Case(TREE, "state=unknown -> coderun_unseen", alone("Paused")),
    Case(TREE, "state=fresh -> too_early", alone(fresh=True)),
    Case(TREE, "state=deleting controller_of_deletion=available -> being_deleted", deleting(1)),
    Case(TREE, "state=deleting controller_of_deletion=down -> deletion_hangs", deleting(0)),
    Case(TREE, "state=deleting controller_of_deletion=missing -> deletion_hangs", deleting(None)),
    Case(
        TREE, "state=deleting controller_of_deletion=unknown -> being_deleted", deleting(None), blind=("deployments",)
    ),
    Case(TREE, "state=waiting controller=missing -> controller_missing", alone()),
    Case(TREE, "state=waiting controller=unknown -> controller_unseen", alone(), blind=("deployments",)),
    Case(TREE, "state=waiting controller=down settings=complete -> controller_down", halted()),
    Case(
        TREE,
        "state=waiting controller=down settings=incomplete -> settings_incomplete",
        halted(without="controller-agents", empty="controller-agent-templates-shared"),
    ),
    Case(
        TREE,
        "state=waiting controller=down settings=unknown -> controller_down",
        halted(),
        broken=("controller_settings",),
    ),
    Case(
        TREE,
        "state=waiting controller=available job=absent stop=clear quota=room lock=none -> controller_passes",
        served(),
    ),
    Case(TREE, f"{NO_JOB} stop=active -> emergency_stop", stopped("2", alone("Running"))),
    Case(
        TREE,
        f"{NO_JOB} stop=unknown quota=room lock=none -> controller_passes",
        stopped("perhaps", alone("Running")),
    ),
    Case(TREE, f"{NO_JOB} stop=clear quota=full -> quota_full", used_up),
    Case(TREE, f"{NO_JOB} stop=clear quota=unknown lock=none -> controller_passes", uncounted_quota),
    Case(TREE, f"{ROOM} lock=stale -> stale_lock", locked(holder=False)),
    Case(TREE, f"{ROOM} lock=held -> lock_held", locked(holder=True)),
    Case(TREE, f"{ROOM} lock=unknown -> controller_passes", alone("Running"), broken=("stale_lock",)),
    Case(TREE, "state=running job=unknown -> job_unseen", alone("Running"), blind=("jobs",)),
    Case(TREE, "state=running job=suspended -> job_suspended", worked(suspend=True)),
    Case(TREE, "state=running job=ended -> job_ended", worked(job_status=ENDED)),
    Case(TREE, f"{POD} pod=absent refusal=quota -> quota_full", worked(said=FULL)),
    Case(TREE, f"{POD} pod=absent refusal=emergency_stop -> emergency_stop", worked(said=DENIED)),
    Case(TREE, f"{POD} pod=absent refusal=refused -> pod_refused", worked(said="serviceaccount agent not found")),
    Case(TREE, f"{POD} pod=absent refusal=unsaid -> pod_not_made", worked()),
    Case(TREE, f"{POD} pod=absent refusal=unknown -> pod_not_made", worked(), blind=("events",)),
    Case(TREE, f"{POD} pod=unknown -> pod_unseen", worked(), blind=("pods",)),
    Case(TREE, f"{POD} pod=runs -> started", worked(running(MAIN), phase="Running")),
    Case(
        TREE,
        f"{POD} pod=dead -> agent_dead",
        worked(ended(MAIN, 1, "Error"), running("sidecar"), phase="Running"),
    ),
    Case(TREE, f"{POD} pod=ended -> job_ended", worked(ended(MAIN, 1, "Error"), phase="Failed")),
    Case(TREE, f"{POD} pod=no_room -> no_room", pending(status=unscheduled("0/3 nodes: Insufficient memory"))),
    Case(TREE, f"{POD} pod=image -> no_image", pending(waits(MAIN, "ImagePullBackOff", "not found"))),
    Case(TREE, f"{POD} pod=settings -> cannot_start", pending(waits(MAIN, "CreateContainerConfigError", "no secret"))),
    Case(TREE, f"{POD} pod=starting -> starting", pending(waits(MAIN, "ContainerCreating"))),
    Case(TREE, f"{POD} pod=claim claim=absent -> claim_absent", without_its_volume("")),
    Case(TREE, f"{POD} pod=claim claim=pending -> claim_pending", without_its_volume("Pending")),
    Case(TREE, f"{POD} pod=claim claim=lost -> claim_lost", without_its_volume("Lost")),
    Case(TREE, f"{POD} pod=claim claim=bound -> claim_elsewhere", without_its_volume("Bound")),
    Case(TREE, f"{POD} pod=claim claim=unknown -> claim_unseen", without_its_volume(""), broken=("pod_claims",)),
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
    halted(empty="controller-agents")(world)
    step = find_cause(lab, TREE, world.namespace, diagnose_task="7")
    assert (step["data"]["cause"]["id"], step["data"]["cause"]["confidence"]) == ("settings_incomplete", "high")
    assert "controller-agents is empty" in str(step["data"]["tables"])
