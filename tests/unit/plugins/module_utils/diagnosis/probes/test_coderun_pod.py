# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import coderun_pod
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    ask,
    at,
    coderun,
    container,
    ended,
    job,
    pod,
    running,
    scene,
)

assert {one.name for one in coderun_pod.PROBES} == {"coderun_pod", "job_refusal", "pod_claims"}


def place(**parts):
    return scene({"coderun": "run"}, coderuns=[coderun(phase="Running")], jobs=[job()], **parts)


def waits(reason, message=""):
    return container(waiting={"reason": reason, "message": message})


def unscheduled(message):
    told = {"type": "PodScheduled", "status": "False", "message": message}
    return pod(phase="Pending", conditions=[told], containerStatuses=[])


@pytest.mark.parametrize(
    ("pods", "word"),
    [
        ([], "absent"),
        ([pod(running())], "runs"),
        ([pod(ended(1), running("sidecar"))], "dead"),
        ([pod(ended(1), phase="Failed")], "ended"),
        ([pod(waits("ImagePullBackOff"), phase="Pending")], "image"),
        ([pod(waits("CreateContainerConfigError"), phase="Pending")], "settings"),
        ([pod(waits("ContainerCreating"), phase="Pending")], "starting"),
        ([unscheduled("0/3 nodes are available: Insufficient cpu")], "no_room"),
        ([unscheduled("pod has unbound immediate PersistentVolumeClaims")], "claim"),
        ([unscheduled("1 node(s) had volume node affinity conflict")], "claim"),
        ([unscheduled('persistentvolumeclaim "workspace-shop" not found')], "claim"),
        ([pod(phase="Unknown")], "unknown"),
    ],
)
def test_what_became_of_the_pod(pods, word):
    assert ask("coderun_pod", place(pods_with_claims=pods))[0] == word


def event(message, name="job", reason="FailedCreate", when=None):
    about = {"kind": "Job", "name": name}
    meta = {"namespace": "agent-platform"}
    return {
        "metadata": meta,
        "involvedObject": about,
        "reason": reason,
        "message": message,
        "lastTimestamp": when or at(),
    }


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([], "unsaid"),
        ([event("exceeded quota: limits", "another")], "unsaid"),
        ([event("Created pod", reason="SuccessfulCreate")], "unsaid"),
        ([event('pods "x" is forbidden: exceeded quota: limits')], "quota"),
        ([event("the emergency stop is at level 1")], "emergency_stop"),
        ([event("error looking up service account")], "refused"),
        ([event("exceeded quota", when=at(hours=1)), event("denied by policy", when=at(minutes=1))], "refused"),
    ],
)
def test_the_last_refusal_of_its_job_counts(events, word):
    assert ask("job_refusal", place(events=events))[0] == word


def claim(name, phase):
    return {"metadata": {"name": name, "namespace": "agent-platform"}, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ([], "absent"),
        ([claim("a", "Bound")], "absent"),
        ([claim("a", "Bound"), claim("b", "Lost")], "lost"),
        ([claim("a", "Bound"), claim("b", "Pending")], "pending"),
        ([claim("a", "Bound"), claim("b", "Bound")], "bound"),
        ([claim("a", None), claim("b", 7)], "unknown"),
    ],
)
def test_the_worst_of_its_claims_counts(claims, word):
    pods = [pod(running(), claims=("a", "b"))]
    assert ask("pod_claims", place(pods_with_claims=pods, claims=claims))[0] == word
