# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
    status,
)

PATH = "/apis/argoproj.io/v1alpha1/workflows"
AS_OF = "2026-11-21T08:00:00Z"


def workflow(name, created="2026-11-21T00:00:00Z", **status_fields):
    meta = {"name": name, "namespace": "argo", "uid": f"uid-{name}", "creationTimestamp": created, "labels": {}}
    return {"kind": "Workflow", "metadata": meta, "spec": {}, "status": status_fields}


def held(name, since):
    node = {"id": name, "displayName": "wait-pr-merged", "type": "Suspend", "phase": "Running", "startedAt": since}
    return workflow(name, phase="Running", startedAt="2026-11-20T00:00:00Z", nodes={name: node})


WORKFLOWS = [
    workflow("done", phase="Succeeded", startedAt="2026-11-20T00:00:00Z", finishedAt="2026-11-20T01:00:00Z"),
    held("waits", "2026-11-21T07:00:00Z"),
    held("stuck", "2026-11-21T01:00:00Z"),
    workflow("orphan"),
    workflow("strange", phase="Dancing"),
    workflow("far", phase="Running", startedAt="2026-11-21T07:00:00Z", offloadNodeStatusVersion="fnv:1"),
]


@pytest.fixture
def info(run_module, kubeconfig):
    def run(server, **options):
        return run_module("workflow_info", kubeconfig=kubeconfig(server), as_of=AS_OF, **options)

    return run


def test_every_workflow_is_judged_and_counted(info):
    with FaultServer(Collection(WORKFLOWS, PATH)) as server:
        result = info(server)
        assert server.writes == []
    assert {row["name"]: row["state"] for row in result["workflows"]} == {
        "done": "succeeded",
        "waits": "held",
        "stuck": "stuck",
        "orphan": "never_picked_up",
        "strange": "unknown",
        "far": "unknown",
    }
    assert sum(result["counts"].values()) == 6
    assert result["line"] == "1 stuck · 2 unknown · 1 never picked up · 1 held · 1 succeeded"
    assert result["changed"] is False


def test_a_stuck_one_is_told_with_its_hold_and_the_holds_own_age(info):
    with FaultServer(Collection(WORKFLOWS, PATH)) as server:
        result = info(server, states=["stuck"])
    (row,) = result["workflows"]
    assert (row["hold"]["name"], row["hold"]["age"]) == ("wait-pr-merged", 7 * 3600)
    worst = result["findings"][0]
    assert (worst["status"], worst["subject"]["name"], worst["value"]) == ("critical", "stuck", 7 * 3600)


def test_what_cannot_be_judged_is_unknown_never_healthy(info):
    with FaultServer(Collection(WORKFLOWS, PATH)) as server:
        result = info(server, names=["far", "strange"])
    assert result["counts"]["unknown"] == 2
    assert {one["status"] for one in result["findings"]} == {"unknown"}


@pytest.mark.parametrize(
    ("options", "words"),
    [({"stuck_after": "a while"}, "stuck_after"), ({"never_picked_up_after": "-1h"}, "never_picked_up_after")],
)
def test_bad_input_is_one_sentence_before_anything_is_asked(info, options, words):
    with FaultServer() as server:
        result = info(server, **options)
        assert server.requests == []
    assert words in result["msg"]


def test_403_in_the_middle_is_an_error_not_a_shorter_list(info):
    first = Answer(
        {"kind": "WorkflowList", "metadata": {"resourceVersion": "1", "continue": "2"}, "items": WORKFLOWS[:2]}
    )
    with FaultServer(script=[first, status(403, "workflows is forbidden")]) as server:
        result = info(server)
    assert result["error"]["kind"] == "forbidden"
    assert "counts" not in result
