# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module against a stand-in API server that misbehaves; the real one is used in tests/integration."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
    status,
)

PATH = "/apis/argoproj.io/v1alpha1/workflows"
NAMESPACED = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows"
OLD = "2020-01-01T00:00:00Z"


def workflow(name, phase="Succeeded", finished=OLD, **meta):
    labels = {"workflows.argoproj.io/completed": "true", **meta.pop("labels", {})}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "name": name,
            "namespace": "argo",
            "uid": f"uid-{name}",
            "resourceVersion": "7",
            "labels": labels,
            **meta,
        },
        "spec": {"workflowTemplateRef": {"name": "play"}},
        "status": {"phase": phase, "finishedAt": finished},
    }


class Platform(Collection):
    """The workflows, and empty lists of everything else that is asked for."""

    def __init__(self, items, others=None):
        super().__init__(items, PATH, page=3)
        self.others = others or {}

    def __call__(self, request):
        if request.method == "GET" and request.path != PATH:
            plural = request.path.rsplit("/", 1)[-1]
            items = self.others.get(plural, [])
            return Answer({"kind": "PartialObjectMetadataList", "metadata": {"resourceVersion": "1"}, "items": items})
        return super().__call__(request)


@pytest.fixture
def prune(run_module, kubeconfig):
    def run(server, **options):
        fixed = {"kubeconfig": kubeconfig(server), "keep_newest": 0, "wait": 0}
        return run_module("workflow_prune", **{**fixed, **options})

    return run


def test_what_is_past_its_retention_goes_and_the_rest_stays(prune):
    platform = Platform(
        [
            workflow("old"),
            workflow("running", phase="Running", finished=None),
            workflow("pinned", labels={"ops.agent-platform/keep": "true"}),
            workflow("timeless", finished=None),
            workflow("fresh", finished="2999-01-01T00:00:00Z"),
        ]
    )
    with FaultServer(platform) as server:
        result = prune(server)
        assert [request.path for request in server.writes] == [f"{NAMESPACED}/old"]
    assert set(platform.items) == {"running", "pinned", "timeless", "fresh"}
    assert result["changed"] is True
    assert result["line"] == "1 deleted · 1 pinned · 2 cannot be judged"
    assert {row["subject"]["name"]: row["outcome"] for row in result["rows"]} == {
        "old": "deleted",
        "pinned": "kept",
        "timeless": "kept",
        "fresh": "kept",
    }


def test_check_mode_plans_the_same_and_writes_nothing(prune):
    platform = Platform([workflow(f"w{number}") for number in range(8)])
    with FaultServer(platform) as server:
        look = prune(server, check=True, as_of="2026-11-21T08:00:00Z")
        assert server.writes == []
        assert look["changed"] is True
        assert look["line"] == "8 would be deleted"
        assert look["diff"]["before"].count("argo/w") == 8
        assert look["diff"]["after"] == ""
        done = prune(server, as_of="2026-11-21T08:00:00Z", plan_digest=look["plan"]["digest"])
    assert done["plan"] == look["plan"]
    assert done["summary"]["deleted"] == 8


def test_a_plan_that_is_not_the_one_agreed_to_is_refused(prune):
    with FaultServer(Platform([workflow("old")])) as server:
        result = prune(server, plan_digest="another")
        assert server.writes == []
    assert result["error"]["kind"] == "refused"


def test_over_max_deletions_nothing_is_deleted(prune):
    with FaultServer(Platform([workflow(f"w{number}") for number in range(8)])) as server:
        result = prune(server, max_deletions=7)
        assert server.writes == []
    assert result["error"]["kind"] == "refused"
    assert "8 workflows would be deleted" in result["msg"]


def test_one_that_changed_between_list_and_delete_is_not_deleted(prune):
    platform = Platform([workflow("a"), workflow("b")])

    def changed_meanwhile(request):
        if request.method == "DELETE" and request.path.endswith("/a"):
            platform.items["a"]["metadata"]["resourceVersion"] = "8"
        return platform(request)

    with FaultServer(changed_meanwhile) as server:
        result = prune(server)
    assert set(platform.items) == {"a"}
    assert result["summary"]["changed"] == 1
    assert "failed" not in result


def test_one_with_a_finalizer_is_reported_as_held_and_its_finalizer_stays(prune):
    platform = Platform([workflow("held", finalizers=["example/hold"])])
    with FaultServer(platform) as server:
        first, second = prune(server), prune(server)
    assert platform.items["held"]["metadata"]["finalizers"] == ["example/hold"]
    assert (first["changed"], first["summary"]["held"]) == (True, 1)
    assert (second["changed"], second["summary"]["held"]) == (False, 1)
    assert second["findings"][0]["status"] == "warning"
    assert "example/hold" in second["findings"][0]["message"]


def test_an_owner_of_something_pinned_stays(prune):
    claim = {
        "metadata": {
            "name": "workspace",
            "namespace": "argo",
            "uid": "uid-claim",
            "labels": {"ops.agent-platform/keep": "true"},
            "ownerReferences": [{"uid": "uid-owner"}],
        }
    }
    platform = Platform([workflow("owner"), workflow("plain")], {"persistentvolumeclaims": [claim]})
    with FaultServer(platform) as server:
        prune(server)
    assert set(platform.items) == {"owner"}


def test_a_selector_chooses_who_may_go_and_one_that_matches_nothing_ends_with_0(prune):
    platform = Platform([workflow("a"), workflow("b")])

    def route(request):
        if request.query.get("labelSelector"):
            chosen = [platform.items["a"]] if request.query["labelSelector"] == "x=a" else []
            return Answer({"kind": "List", "metadata": {"resourceVersion": "100"}, "items": chosen})
        return platform(request)

    with FaultServer(route) as server:
        none = prune(server, selector="x=nothing")
        assert (none["changed"], none["summary"]["deleted"]) == (False, 0)
        assert prune(server, selector="x=a")["summary"]["deleted"] == 1
    assert set(platform.items) == {"b"}


FAULTS = {
    "403 on the list": [status(403, "workflows is forbidden")],
    "410 for ever": [status(410, "too old")] * 9,
    "cut short for ever": [Answer({"kind": "WorkflowList", "x": "y" * 900}, cut_at=50)] * 9,
    "hangs up for ever": [Answer(hang_up=True)] * 9,
    "429 for ever": [status(429, "too many", Retry_After="0")] * 9,
    "expired token": [status(401, "Unauthorized")] * 9,
    "a login page": [Answer(b"<html>")],
    "no list": [Answer({"kind": "Status"})],
    "items are no list": [Answer({"kind": "WorkflowList", "metadata": {}, "items": "many"})],
    "no such kind": [status(404, "the server could not find the requested resource")],
    "too slow": [Answer({"kind": "WorkflowList"}, delay=1.3)] * 9,
    "403 in the middle": [
        Answer(
            {
                "kind": "WorkflowList",
                "metadata": {"resourceVersion": "100", "continue": "3"},
                "items": [workflow("a"), workflow("b")],
            }
        ),
        status(403, "forbidden"),
    ],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reading_that_fails_deletes_nothing_and_is_one_sentence(prune, fault, monkeypatch):
    monkeypatch.setattr(Transport, "_pause", lambda *_arguments: None)
    with FaultServer(Platform([workflow(f"w{number}") for number in range(8)]), script=list(FAULTS[fault])) as server:
        result = prune(server, request_timeout=1)
        assert server.writes == []
    assert result["failed"] is True
    assert result["error"]["kind"]
    assert "\n" not in result["msg"]
    assert "Traceback" not in json.dumps(result)


def test_what_would_go_along_may_not_be_read_so_nothing_goes(prune):
    def route(request):
        return status(403, "pods is forbidden") if request.path.endswith("/pods") else platform(request)

    platform = Platform([workflow("old")])
    with FaultServer(route) as server:
        result = prune(server)
        assert server.writes == []
    assert result["error"]["kind"] == "forbidden"


def test_a_delete_that_is_forbidden_stops_the_work_and_tells_what_was_done(prune):
    platform = Platform([workflow("a"), workflow("b")])

    def route(request):
        return status(403, "no") if request.method == "DELETE" and request.path.endswith("/b") else platform(request)

    with FaultServer(route) as server:
        result = prune(server)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["summary"]["deleted"] == 1
    assert result["summary"]["failed"] == 1


def test_a_deletion_that_was_accepted_but_did_not_happen_is_unverified(prune):
    platform = Platform([workflow("stubborn")])

    def route(request):
        return Answer({"kind": "Status", "status": "Success"}) if request.method == "DELETE" else platform(request)

    with FaultServer(route) as server:
        result = prune(server)
    assert result["error"]["kind"] == "unverified"
    assert result["changed"] is False


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"succeeded": "-1d"}, "succeeded"),
        ({"failed": "soon"}, "failed"),
        ({"error": ""}, "error"),
        ({"max_deletions": -1}, "max_deletions"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "2999-01-01T00:00:00Z"}, "as_of"),
        ({"concurrency": 0}, "concurrency"),
        ({"request_timeout": -5}, "request_timeout"),
        ({"wait": -1}, "wait"),
        ({"context": "nowhere"}, "nowhere"),
        ({"cluster_uid": "another"}, "another"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(prune, options, words):
    platform = Platform([workflow("old")])

    def route(request):
        if request.path.endswith("/kube-system"):
            return Answer({"kind": "Namespace", "metadata": {"uid": "this-one"}})
        return platform(request)

    with FaultServer(route) as server:
        result = prune(server, **{"as_of": "2026-11-21T08:00:00Z", **options})
        assert server.writes == []
    assert result["failed"] is True
    assert words in result["msg"]
    assert "\n" not in result["msg"]


def test_more_than_a_thousand_rows_go_to_a_file(prune, tmp_path):
    platform = Platform([workflow(f"w{number:04}") for number in range(1100)])
    platform.page = 500
    with FaultServer(platform) as server:
        result = prune(server, check=True, rows_directory=str(tmp_path / "rows"))
    assert len(result["rows"]) == 1000
    with open(result["rows_file"], encoding="utf-8") as stream:
        assert len({json.loads(line)["subject"]["name"] for line in stream}) == 1100
