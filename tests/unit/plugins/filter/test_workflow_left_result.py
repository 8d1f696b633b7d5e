# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.workflow_left_result import FilterModule

result = FilterModule().filters()["workflow_left_result"]
PLAY = [{"namespace": "argo", "name": "play"}]
NONE = {"resources": []}


def pod(name: str, phase: str | None = "Running", namespace: str = "argo", workflow: str = "play", **meta) -> dict:
    labels = {"workflows.argoproj.io/workflow": workflow}
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels, **meta}, "status": {"phase": phase}}


def coderun(name: str, phase: str) -> dict:
    meta = {"name": name, "namespace": "agent-platform", "uid": "1"}
    return {"kind": "CodeRun", "metadata": meta, "spec": {}, "status": {"phase": phase}}


def said(seen: dict) -> list[tuple[str, str]]:
    return [(one["status"], one["message"]) for one in seen["findings"]]


def test_nothing_left_is_no_finding() -> None:
    seen = result({"resources": [pod("done", "Succeeded")]}, {"resources": [coderun("done", "Failed")]}, PLAY)
    assert (seen["summary"], seen["findings"]) == ("nothing is left", [])


def test_what_still_works_is_a_warning_with_the_command_that_shows_it() -> None:
    pods = [pod("a"), pod("b", None, deletionTimestamp="2026-11-21T08:00:00Z")]
    seen = result({"resources": pods}, {"resources": [coderun("rex", "Running")]}, PLAY)
    assert seen["summary"] == "2 pods and 1 CodeRun left"
    assert said(seen) == [
        ("warning", "CodeRun agent-platform/rex is still running"),
        ("warning", "Pod argo/a is still Running"),
        ("warning", "Pod argo/b is still without a phase, and is being deleted"),
    ]
    assert seen["findings"][0]["runbook"] == "cancel_coderun"
    assert seen["findings"][1]["evidence"] == "kubectl -n argo get pod a"


def test_a_workflow_of_the_same_name_elsewhere_is_another_one() -> None:
    seen = result({"resources": [pod("a", namespace="agent-platform"), pod("b", workflow="other")]}, NONE, PLAY)
    assert seen["findings"] == []


def test_where_nothing_was_cancelled_what_works_is_as_it_should_be() -> None:
    seen = result({"resources": [pod("a")]}, NONE, PLAY, check=True)
    assert (seen["summary"], said(seen)) == ("1 pod at work", [("ok", "Pod argo/a is Running")])


@pytest.mark.parametrize(
    ("answer", "statuses"),
    [
        ({"failed": True, "msg": "pods is forbidden\nreally"}, ["unknown"]),
        ({"failed": True, "api_found": False, "msg": "Failed to find API"}, []),
        ({"skipped": True}, []),
        ({"resources": [None, 7, {}, {"metadata": None, "status": 3}]}, []),
    ],
    ids=["forbidden", "no such kind", "skipped", "odd"],
)
def test_what_could_not_be_read_is_unknown(answer: dict, statuses: list[str]) -> None:
    seen = result(answer, NONE, PLAY)
    assert [one["status"] for one in seen["findings"]] == statuses
    assert ("not everything could be read" in seen["summary"]) == bool(statuses)
