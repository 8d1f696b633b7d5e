# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    DAY,
    HOUR,
    MINUTE,
    NASTY,
    ago,
    condition,
    look,
    said,
)

ALIVE = {"running": {"startedAt": ago(HOUR)}}
OOM = {"exitCode": 137, "reason": "OOMKilled"}


def ended(code: object, since: float = 2 * HOUR, reason: str = "Error") -> dict:
    return {"terminated": {"exitCode": code, "reason": reason, "finishedAt": ago(since)}}


def waits(reason: str, message: str = "") -> dict:
    return {"waiting": {"reason": reason, **({"message": message} if message else {})}}


def before(code: int, since: float, reason: str = "Error") -> dict:
    return {"restartCount": 6, "lastState": ended(code, since, reason)}


def entry(name: str, state: object, **more: object) -> dict:
    return {"name": name, "state": state, **more}


def pod(
    phase: object, *containers: object, old: float | None = HOUR, meta: dict | None = None, **status: object
) -> dict:
    created = {} if old is None else {"creationTimestamp": ago(old)}
    metadata = {"namespace": "argo", "name": "p", **created, **(meta or {})}
    return {"metadata": metadata, "status": {"phase": phase, "containerStatuses": list(containers), **status}}


def preparing(state: dict, old: float = HOUR) -> dict:
    return pod(
        "Pending", entry("main", waits("PodInitializing")), old=old, initContainerStatuses=[entry("init", state)]
    )


SIDECAR = entry("sidecar", ALIVE)
UNSCHEDULABLE = condition("PodScheduled", "False", "Unschedulable", message="0/3 nodes are available")
HELD = {"deletionTimestamp": ago(HOUR), "finalizers": ["example.org/hold"]}
OF_WORKFLOW = {"labels": {"workflows.argoproj.io/workflow": "w"}}


@pytest.mark.parametrize(
    ("one", "status", "words"),
    [
        (
            pod("Running", entry("main", ended(1)), SIDECAR),
            "critical",
            "main ended with exit code 1 (Error), 2 h ago, and sidecar keeps the pod running",
        ),
        (
            pod("Running", entry("main", ended(0, reason="Completed")), SIDECAR),
            "warning",
            "main ended with exit code 0 (Completed), 2 h ago, and sidecar keeps the pod running",
        ),
        (
            pod("Running", entry("main", ended(None)), SIDECAR),
            "critical",
            "main ended with an exit code that is not known (Error), 2 h ago, and sidecar",
        ),
        (
            pod("Running", entry("sidecar", ended(2)), entry("main", ALIVE)),
            "warning",
            "sidecar ended with exit code 2 (Error), 2 h ago, while main runs on",
        ),
        (
            pod("Running", entry("main", {"terminated": OOM}), SIDECAR),
            "critical",
            "main was killed for want of memory (OOMKilled)",
        ),
        (
            pod("Running", entry("main", ALIVE, **before(137, HOUR, "OOMKilled"))),
            "warning",
            "main was killed for want of memory (OOMKilled), 60 min ago, and runs again",
        ),
        (
            pod("Running", entry("main", waits("CrashLoopBackOff"), **before(1, MINUTE))),
            "critical",
            "main crashes again and again, 6 restarts, last ended with exit code 1 (Error), 60 s ago",
        ),
        (
            pod("Running", entry("main", waits("CrashLoopBackOff"))),
            "critical",
            "main crashes again and again, 0 restarts",
        ),
        (pod("Running", entry("main", ALIVE, **before(1, HOUR))), "warning", "main has restarted 6 times (limit 5)"),
        (pod("Running", entry("main", ALIVE, restartCount=6)), "warning", "main has restarted 6 times (limit 5)"),
        (
            pod("Pending", entry("main", waits("ImagePullBackOff", "no such image"))),
            "critical",
            "main gets no image, ImagePullBackOff (no such image)",
        ),
        (pod("Pending", entry("main", waits("ErrImagePull")), old=5), "critical", "main gets no image, ErrImagePull"),
        (pod("Pending", entry("main", waits("InvalidImageName"))), "critical", "main gets no image, InvalidImageName"),
        (
            pod("Pending", entry("main", waits("CreateContainerConfigError", 'secret "x" not found'))),
            "critical",
            'main cannot be started, CreateContainerConfigError (secret "x" not found)',
        ),
        (
            pod("Pending", conditions=[UNSCHEDULABLE]),
            "warning",
            "no node takes it for 60 min (0/3 nodes are available)",
        ),
        (pod("Pending", conditions=[UNSCHEDULABLE], old=None), "warning", "no node takes it (0/3 nodes are available)"),
        (
            pod("Pending", entry("main", waits("ContainerCreating"))),
            "warning",
            "pending for 60 min (ContainerCreating)",
        ),
        (pod("Pending"), "warning", "pending for 60 min"),
        (preparing(ALIVE), "warning", "pending for 60 min while init prepares it"),
        (preparing(waits("CrashLoopBackOff")), "critical", "init crashes again and again, 0 restarts"),
        (
            pod("Failed", reason="Evicted", message="The node was low\non memory."),
            "warning",
            "evicted (The node was low on memory.)",
        ),
        (pod("Failed", reason="Evicted", meta=OF_WORKFLOW), "warning", "evicted"),
        (pod("Failed", entry("main", ended(3))), "warning", "failed: main ended with exit code 3 (Error), 2 h ago"),
        (
            pod("Failed", entry("a", ended(0)), entry("b", {"terminated": OOM})),
            "critical",
            "b was killed for want of memory (OOMKilled)",
        ),
        (
            pod("Failed", entry("main", {"terminated": OOM}), meta=OF_WORKFLOW),
            "critical",
            "main was killed for want of memory",
        ),
        (pod("Failed", reason="NodeShutdown"), "warning", "failed (NodeShutdown)"),
        (pod("Failed"), "warning", "failed, nothing says why"),
        (
            pod("Running", SIDECAR, meta={"deletionTimestamp": ago(HOUR)}),
            "warning",
            "should have been gone for 60 min, its node may be lost",
        ),
        (
            pod("Running", SIDECAR, meta=HELD),
            "warning",
            "should have been gone for 60 min, held by the finalizer example.org/hold",
        ),
        (pod("Unknown"), "critical", "its node is lost"),
        (pod("Running", SIDECAR, reason="NodeLost"), "critical", "its node is lost"),
        (pod(None), "unknown", "nothing says what it does"),
        (pod("Dreaming"), "unknown", "its phase is no word of Kubernetes"),
        (pod(7), "unknown", "its phase is no word of Kubernetes"),
        ({"metadata": {"namespace": "argo", "name": "p"}, "status": None}, "unknown", "nothing says what it does"),
    ],
)
def test_a_pod_is_judged_by_its_containers(one, status, words):
    found = look(CHECK, {"pods": [one]})
    assert [one["status"] for one in found] == [status]
    assert found[0]["message"].startswith(f"Pod argo/p: {words}")


@pytest.mark.parametrize(
    "one",
    [
        pod("Running", SIDECAR, entry("main", ALIVE)),
        pod("Running", entry("main", ALIVE, **before(1, 3 * DAY))),
        pod("Running", entry("main", ALIVE, **before(137, 3 * DAY, "OOMKilled"))),
        pod("Running", entry("main", ALIVE, restartCount=4)),
        pod("Running", entry("main", ended(1, since=2 * MINUTE)), SIDECAR),
        pod("Running", entry("main", ended(0)), entry("second", ALIVE)),
        pod("Running", entry("sidecar", ended(0)), entry("main", ALIVE)),
        pod("Running", entry("main", ALIVE), initContainerStatuses=[entry("init", ended(0))]),
        pod("Pending", conditions=[UNSCHEDULABLE], old=5 * MINUTE),
        pod("Pending", old=-HOUR),
        preparing(ALIVE, old=5 * MINUTE),
        pod("Succeeded", entry("main", ended(0))),
        pod("Failed", entry("main", ended(3, since=3 * DAY))),
        pod("Failed", reason="Evicted", startTime=ago(3 * DAY)),
        pod("Failed", entry("main", ended(3)), meta=OF_WORKFLOW),
        pod("Running", SIDECAR, meta={"deletionTimestamp": ago(MINUTE)}),
    ],
)
def test_what_is_well_or_history_is_counted(one):
    expected = [("ok", "1 pod: containers run or ended as they should")]
    assert said(look(CHECK, {"pods": [one]})) == expected


@pytest.mark.parametrize(
    ("one", "threshold"),
    [
        (pod("Running", entry("main", ALIVE, restartCount=1)), {"restarts": 1}),
        (pod("Pending", old=6 * MINUTE), {"pending": "5m"}),
        (pod("Running", entry("main", ended(1, since=2 * MINUTE)), SIDECAR), {"outlived": "1m"}),
        (pod("Running", SIDECAR, meta={"deletionTimestamp": ago(MINUTE)}), {"deleting": "30s"}),
        (pod("Failed", entry("main", ended(3, since=3 * DAY))), {"remembered": "1w"}),
    ],
)
def test_thresholds_can_be_changed(one, threshold):
    assert look(CHECK, {"pods": [one]})[0]["status"] == "ok"
    assert look(CHECK, {"pods": [one]}, **threshold)[0]["status"] != "ok"


def test_the_command_shows_the_container_or_the_pod():
    dead = pod("Running", entry("claude-code", ended(1)), SIDECAR)
    assert look(CHECK, {"pods": [dead]})[0]["evidence"] == "kubectl -n argo logs p -c claude-code"
    assert look(CHECK, {"pods": [pod("Pending")]})[0]["evidence"] == "kubectl -n argo describe pod p"


def test_several_faults_of_one_pod_are_one_finding_the_worst_first():
    one = pod("Running", entry("a", ALIVE, restartCount=9), entry("b", waits("CrashLoopBackOff")), SIDECAR)
    found = said(look(CHECK, {"pods": [one]}))
    words = "b crashes again and again, 0 restarts, a has restarted 9 times (limit 5)"
    assert found == [("critical", f"Pod argo/p: {words}")]


def test_names_and_messages_stay_what_they_are():
    one = pod("Pending", entry(NASTY, waits("ErrImagePull", NASTY)), meta={"name": NASTY})
    found = look(CHECK, {"pods": [one]})[0]
    assert found["message"] == f"Pod argo/{NASTY}: {NASTY} gets no image, ErrImagePull ({NASTY})"
    assert found["subject"]["name"] == NASTY


def test_good_ones_are_one_finding():
    found = look(CHECK, {"pods": [pod("Running", SIDECAR)] * 1_200 + [pod("Failed")]})
    assert [(one["status"], one["value"]) for one in found] == [("warning", None), ("ok", 1_200)]
    assert found[1]["message"] == "1,200 pods: containers run or ended as they should"


OF_AGENT = {"labels": {"github-user": "5dlabs-rex"}}


@pytest.mark.parametrize(
    ("one", "runbook"),
    [
        (pod("Running", entry("main", ended(137, reason="OOMKilled")), SIDECAR, meta=OF_AGENT), "diagnose_agent_oom"),
        (pod("Running", entry("main", ALIVE, **before(137, HOUR, "OOMKilled")), meta=OF_AGENT), "diagnose_agent_oom"),
        (pod("Running", entry("main", ended(1)), SIDECAR, meta=OF_AGENT), "agent_health"),
        (pod("Running", entry("main", ended(137, reason="OOMKilled")), SIDECAR), ""),
    ],
)
def test_the_pod_of_an_agent_has_a_runbook(one, runbook):
    assert look(CHECK, {"pods": [one]})[0]["runbook"] == runbook
