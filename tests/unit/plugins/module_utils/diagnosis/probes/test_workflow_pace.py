# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.paces import Open, Paces, Step
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import workflow_pace
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    NOW,
    ask,
    at,
    container,
    deployment,
    ended,
    node,
    pod,
    running,
    scene,
)

CONTROLLER = "argo-workflows-workflow-controller"
WORKS = Step("work", "Running", age=60.0)
WAITS = Step("work", "Pending", age=60.0)
LOCKED = Step("work", "Pending", "Waiting for argo/Mutex/shop lock", 60.0)
SLOW = Step("work", "Running", age=3600.0)


def flow(*steps, state="running", name="play", phase="Running", **more):
    return Open("argo", name, "play", "7", state, phase, f"{state} for 1 h", steps=tuple(steps), **more)


def place(*flows, usual=(), subject=None, **parts):
    paces = Paces(NOW, list(flows), {("play", "work"): list(usual)})
    return scene(subject or {}, {workflow_pace.PACES: paces}, **parts)


@pytest.mark.parametrize(
    ("flows", "word"),
    [
        ([], "no_open_one"),
        ([flow(WORKS)], "works"),
        ([flow(WAITS)], "pods_wait"),
        ([flow(LOCKED)], "queued"),
        ([flow(state="pending", phase="Pending")], "queued"),
        ([flow(state="never_picked_up", phase="")], "not_picked_up"),
        ([flow(state="held", is_held=True)], "held"),
        ([flow(WORKS, state="held", is_held=True)], "works"),
        ([flow(state="unknown")], "unknown"),
        ([flow(WORKS), flow(state="held", is_held=True), flow(LOCKED)], "queued"),
    ],
)
def test_the_worst_of_the_open_workflows_is_told(flows, word):
    assert ask("pace", place(*flows))[0] == word


def test_one_workflow_narrows_it():
    flows = [flow(LOCKED), flow(WORKS, name="other")]
    assert ask("pace", place(*flows, subject={"workflow": "other"}))[0] == "works"
    assert ask("pace", place(*flows, subject={"workflow": "never"}))[0] == "no_open_one"


def restarted(times, **before):
    last = {"terminated": {"exitCode": 1, "finishedAt": at(**before)}}
    return pod({**running(), "restartCount": times, "lastState": last}, name=f"{CONTROLLER}-x")


@pytest.mark.parametrize(
    ("deployments", "pods", "word"),
    [
        ([], [], "down"),
        ([deployment(CONTROLLER, 0)], [], "down"),
        ([deployment(CONTROLLER)], [], "available"),
        ([deployment(CONTROLLER)], [restarted(3, minutes=5)], "restarts"),
        ([deployment(CONTROLLER)], [restarted(2, minutes=5)], "available"),
        ([deployment(CONTROLLER)], [restarted(9, hours=5)], "available"),
    ],
)
def test_how_the_controller_keeps_up(deployments, pods, word):
    assert ask("workflow_controller", scene(deployments=deployments, pods_with_claims=pods))[0] == word


def workers(*statuses, **more):
    found = pod(*statuses, phase="Pending", labels={workflow_pace.WORKFLOW: "play"}, **more)
    found["metadata"]["namespace"] = "argo"
    return [found]


NO_NODE = {"type": "PodScheduled", "status": "False", "message": "Insufficient cpu"}


@pytest.mark.parametrize(
    ("step", "pods", "word"),
    [
        (WAITS, workers(container(waiting={"reason": "ErrImagePull"})), "image"),
        (WAITS, workers(container(waiting={"reason": "CreateContainerConfigError"})), "settings"),
        (WAITS, workers(container(waiting={"reason": "PodInitializing"})), "starting"),
        (WAITS, workers(conditions=[NO_NODE]), "room"),
        (WAITS, workers(conditions=[{**NO_NODE, "message": "unbound immediate PersistentVolumeClaims"}]), "claim"),
        (Step("work", "Pending", "exceeded quota: limits"), [], "quota"),
        (WAITS, [], "unknown"),
    ],
)
def test_for_what_pods_wait(step, pods, word):
    assert ask("waiting_pods", place(flow(step), pods_with_claims=pods))[0] == word


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([node()], "well"),
        ([node(), node("b", Ready="False")], "short"),
        ([node(DiskPressure="True")], "short"),
        ([node(Ready="Perhaps")], "unknown"),
    ],
)
def test_nodes_are_judged_as_the_health_check_does(nodes, word):
    assert ask("nodes_short", scene(nodes=nodes))[0] == word


@pytest.mark.parametrize(
    ("step", "usual", "word"),
    [
        (SLOW, [1200.0], "longer"),
        (SLOW, [1800.0], "usual"),
        (SLOW, [], "longer"),
        (WORKS, [1.0], "usual"),
        (Step("work", "Running", tries=4), [], "retried"),
        (Step("work", "Running", tries=3), [], "usual"),
        (Step("work", "Running", age=None), [1.0], "usual"),
    ],
)
def test_a_step_is_slow_at_twice_what_is_usual_and_half_an_hour(step, usual, word):
    assert ask("slow_step", place(flow(step), usual=usual))[0] == word


@pytest.mark.parametrize(
    ("pods", "word"),
    [
        ([], "absent"),
        ([pod(running())], "at_work"),
        ([pod(ended(1), running("sidecar"))], "dead"),
        ([pod(running()), pod(ended(1), running("sidecar"), name="b")], "dead"),
        ([pod(running(), labels={"task-id": "8"})], "absent"),
        ([pod(ended(0), phase="Succeeded")], "absent"),
        ([pod(phase="Unknown")], "unknown"),
    ],
)
def test_what_the_agent_of_a_slow_step_does(pods, word):
    assert ask("step_agent", place(flow(SLOW), pods_with_claims=pods))[0] == word


def test_without_a_task_its_agent_is_not_guessed():
    nameless = Open("argo", "play", "play", "", "running", "Running", "", steps=(SLOW,))
    with pytest.raises(CannotLook, match="names no task"):
        ask("step_agent", place(nameless, pods_with_claims=[]))
