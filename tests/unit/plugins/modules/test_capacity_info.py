# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    forbidden,
    listed,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    claim,
    node,
    node_metrics,
    pod,
    pod_metrics,
    quota,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

AS_OF = "2026-11-21T08:00:00Z"
METRICS = "/apis/metrics.k8s.io/v1beta1"
HOSTILE = "{{ x }}<script>\n"
WELL = {
    "/version": {"gitVersion": "v1.35.4"},
    "/api/v1/nodes": listed([node(), node("two")]),
    "/api/v1/pods": listed([pod("a", asks("1", "1Gi"), labels={"github-user": "5dlabs-rex"}), pod("b", node="")]),
    "/api/v1/resourcequotas": listed([quota("q", {"pods": "50"}, {"pods": "46"})]),
    "/api/v1/persistentvolumeclaims": listed([claim("w")]),
    f"{METRICS}/nodes": listed([node_metrics(), node_metrics("two")]),
    f"{METRICS}/pods": listed([pod_metrics("a")]),
}


@pytest.fixture
def info(run_module, kubeconfig):
    """Run the module against these answers by path; the result and what was written."""

    def run(answers=(), **options):
        paths = WELL | dict(answers)

        def route(request):
            answer = paths.get(request.path, status(404, "the server could not find the requested resource"))
            return answer if isinstance(answer, Answer) else Answer(answer)

        with FaultServer(route) as server:
            result = run_module("capacity_info", kubeconfig=kubeconfig(server), **{"as_of": AS_OF, **options})
            assert server.writes == []
            run.requests = len(server.requests)
        return result

    return run


def of(result, check):
    return [(one["status"], one["message"]) for one in result["findings"] if one["check"] == check]


def test_everything_is_told_in_one_request_for_each_list(info):
    result = info()
    assert result["changed"] is False
    assert info.requests == len(WELL)
    assert result["line"] == (
        "memory 6.2 % · CPU 12.5 % requested · fullest quota argo/q pods 92 % · memory 12.5 % · CPU 25 % used"
        " · 1 without a node"
    )
    assert [(row["kind"], row["name"]) for row in result["agents"]] == [("agent", "5dlabs-rex")]
    assert result["totals"]["claims"]["count"] == 1
    assert [row["name"] for row in result["nodes"]] == ["one", "two"]
    assert of(result, "capacity_quotas")[0] == ("warning", "quota argo/q: pods 92 % (46 of 50, limit 85 %)")
    assert {one["status"] for one in result["findings"]} == {"ok", "warning"}
    assert result["cost"]["writes"] == 0


def test_check_mode_and_a_second_run_give_the_same(info):
    results = [info(), info(), info(check=True)]
    for result in results:
        result.pop("cost")
        result.pop("invocation", None)
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (status(404, "the server could not find the requested resource"), "this cluster does not know"),
        (forbidden("nodes", ""), "ops may not list"),
        (status(503, "the server is currently unable to handle the request"), "unable to handle the request"),
        (Answer({"kind": "Status"}), "is no list"),
        (listed([]), "without data"),
    ],
)
def test_metrics_that_cannot_be_had_are_unknown_and_requests_are_told(info, monkeypatch, answer, words):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    result = info({f"{METRICS}/nodes": answer, f"{METRICS}/pods": answer})
    for check in ("capacity_usage", "capacity_requests"):
        assert [one[0] for one in of(result, check)] == ["unknown"]
        assert words in of(result, check)[0][1]
    assert result["totals"]["cpu"]["used"] is None
    assert result["totals"]["cpu"]["requested_percent"] == 12.5
    assert "memory unknown · CPU unknown used" in result["line"]
    assert of(result, "capacity_room")[0][0] == "ok"


def test_pods_that_may_not_be_listed_leave_what_nodes_use(info):
    result = info({"/api/v1/pods": forbidden("pods", "")})
    assert of(result, "capacity_room") == [("unknown", "pods could not be read: ops may not list pods")]
    assert result["nodes"][0]["cpu"]["requested"] is result["totals"]["pods"]["pending"] is None
    assert result["totals"]["cpu"]["used_percent"] == 25.0


def test_nodes_that_may_not_be_listed_leave_no_total(info):
    result = info({"/api/v1/nodes": forbidden("nodes", "")})
    assert result["totals"]["cpu"]["requested"] is result["totals"]["nodes"] is None
    assert result["line"].startswith("memory unknown · CPU unknown requested")


def test_403_in_one_namespace_is_unknown_there_and_half_a_sum_is_none(info):
    claims = "persistentvolumeclaims"
    answers = {
        f"/api/v1/namespaces/a/{claims}": forbidden(claims, "a"),
        f"/api/v1/namespaces/b/{claims}": listed([claim("w", namespace="b")]),
        "/api/v1/namespaces/a/resourcequotas": listed([]),
        "/api/v1/namespaces/b/resourcequotas": listed([]),
    }
    result = info(answers, namespaces=["a", "b"])
    assert [one[0] for one in of(result, "capacity_claims")] == ["unknown", "ok"]
    assert [row["name"] for row in result["claims"]] == ["w"]
    assert result["totals"]["claims"]["requested"] is None


def test_odd_objects_and_names_are_harmless(info):
    odd = [{"metadata": None, "spec": 7, "status": None}, None, "text", pod(HOSTILE, {"resources": []})]
    answers = {path: listed(odd) for path in WELL if path != "/version"}
    result = info(answers)
    assert "failed" not in result
    assert all("\n" not in one["message"] for one in result["findings"])
    assert "unknown" in {one["status"] for one in result["findings"]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"thresholds": {"nodes": {}}}, "there is no check 'nodes'"),
        ({"thresholds": {"capacity_room": {"most": 1}}}, "capacity_room has no threshold 'most'"),
        ({"thresholds": {"capacity_room": {"warning": "much"}}}, "capacity_room.warning"),
        ({"as_of": "now"}, "as_of"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_asked(info, options, words):
    result = info(**options)
    assert info.requests == 0
    assert words in result["msg"]
    assert result["error"]["kind"] == "invalid"
