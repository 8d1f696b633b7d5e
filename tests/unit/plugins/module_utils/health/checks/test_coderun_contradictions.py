# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.coderun_contradictions import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    NASTY,
    ago,
    condition,
    look,
    said,
)


def coderun(phase: str = "Running", name: str = "x", task: int = 7, **status: object) -> dict:
    return {
        "metadata": {"namespace": "argo", "name": name, "uid": f"uid-{name}", "creationTimestamp": ago(HOUR)},
        "spec": {"taskId": task, "service": "cto", "githubApp": "5DLabs-Rex"},
        "status": {"phase": phase, "jobName": "j", "lastUpdate": ago(HOUR), **status},
    }


def job(*conditions: object, name: str = "j") -> dict:
    return {"metadata": {"namespace": "argo", "name": name}, "status": {"active": 1, "conditions": list(conditions)}}


def pod(phase: object = "Running", labels: object = None, owners: object = None) -> dict:
    meta = {"namespace": "argo", "name": "p", "labels": labels, "ownerReferences": owners}
    return {"metadata": meta, "status": {"phase": phase}}


GONE = "Running although its Job j is gone"
OF_JOB, OWNED = {"job-name": "j"}, [{"uid": "uid-x"}, None, {}]


@pytest.mark.parametrize(
    ("parts", "status", "words"),
    [
        ({}, "critical", GONE),
        ({"pods": [pod()]}, "critical", GONE),
        ({"pods": [pod("Succeeded", OF_JOB)]}, "critical", GONE),
        ({"pods": [pod("Failed", None, OWNED)]}, "critical", GONE),
        ({"jobs": [job(name="other")]}, "critical", GONE),
        ({"jobs": [job(condition("Complete"))]}, "warning", "Running although its Job j has ended"),
        ({"jobs": [job(condition("Failed"))], "pods": [pod()]}, "warning", "Running although its Job j has ended"),
    ],
)
def test_a_running_one_that_nothing_works_on_is_told(parts, status, words):
    found = look(CHECK, {"coderuns": [coderun()], **parts})
    assert said(found) == [(status, f"CodeRun argo/x: {words}")]
    assert found[0]["evidence"] == "kubectl -n argo get coderun x -o yaml"


@pytest.mark.parametrize(
    "parts",
    [
        {"jobs": [job()]},
        {"jobs": [job(condition("Complete", "False"))]},
        {"pods": [pod("Running", OF_JOB)]},
        {"pods": [pod("Pending", {"batch.kubernetes.io/job-name": "j"})]},
        {"pods": [pod("Running", None, OWNED)]},
    ],
)
def test_one_that_something_works_on_is_left_alone(parts):
    found = look(CHECK, {"coderuns": [coderun()], **parts})
    assert said(found) == [("ok", "1 CodeRun: what they say agrees with their Jobs")]


@pytest.mark.parametrize("unread", [("jobs", "argo"), ("pods", "argo"), ("jobs", "")])
def test_where_nobody_could_look_nothing_is_called_gone_and_nothing_well(unread):
    assert look(CHECK, {"coderuns": [coderun()]}, unread=(unread,)) == []
    (one,) = look(CHECK, {"coderuns": [coderun(retryCount=9)]}, unread=(unread,))
    assert one["status"] == "warning"


def test_several_contradictions_are_one_finding():
    one = coderun(workCompleted=True, retryCount=9)
    words = f"{GONE}, Running although its work is said to be completed, retried 9 times (limit 5)"
    assert said(look(CHECK, {"coderuns": [one], "pods": [pod()]})) == [("critical", f"CodeRun argo/x: {words}")]


def test_duplicates_are_one_finding_beside_the_others():
    runs = [coderun(), coderun("Pending", NASTY), coderun("Running", "other", task=8)]
    found = look(CHECK, {"coderuns": runs, "jobs": [job()]})
    assert said(found) == [
        ("ok", "3 CodeRuns: what they say agrees with their Jobs"),
        ("warning", f"CodeRun argo/x: 1 more unfinished for task 7 of cto by 5DLabs-Rex, such as {NASTY}"),
    ]
    assert (found[1]["value"], found[1]["subject"]["name"]) == (2, "x")


def test_thresholds_can_be_changed():
    parts = {"coderuns": [coderun(retryCount=3)], "jobs": [job()]}
    assert look(CHECK, parts)[0]["status"] == "ok"
    assert look(CHECK, parts, retries=2)[0]["status"] == "warning"
    assert look(CHECK, {"coderuns": [coderun()], "pods": [pod()]}, grace="2h")[0]["status"] == "ok"
