# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
    listed,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

AS_OF = "2026-11-21T08:00:00Z"
NAMES = {check.name for check in CHECKS}
PODS = "/api/v1/namespaces/argo/pods"


@pytest.fixture
def info(run_module, kubeconfig):
    def run(server, **options):
        return run_module("health_info", kubeconfig=kubeconfig(server), **{"as_of": AS_OF, **options})

    return run


def pod(name, phase="Running"):
    return {"metadata": {"name": name, "namespace": "argo"}, "spec": {}, "status": {"phase": phase}}


def of(result, check):
    return [one for one in result["findings"] if one["check"] == check]


def test_every_check_says_something_and_nothing_is_written(info):
    with Platform().serve() as server:
        result = info(server)
        assert server.writes == []
    assert result["changed"] is False
    assert {row["name"] for row in result["checks"]} == {one["check"] for one in result["findings"]} == NAMES
    assert result["skipped"] == []
    assert sum(result["counts"].values()) == len(result["findings"])
    assert result["line"].startswith(f"{len(NAMES)} checks: ")
    assert result["cost"]["writes"] == 0


def test_check_mode_and_a_second_run_give_the_same_result(info):
    with Platform({("argo", "pods"): [pod("b"), pod("a", "Dancing")]}).serve() as server:
        results = [info(server), info(server), info(server, check=True)]
    for result in results:
        result.pop("cost")
        result.pop("invocation", None)
    assert results[0] == results[1] == results[2]


def test_403_in_one_namespace_is_unknown_there_and_the_others_are_judged(info):
    platform = Platform({("agent-platform", "pods"): [pod("a", "Dancing")]}, {PODS: forbidden("pods", "argo")})
    with platform.serve() as server:
        result = info(server, checks=["pods"])
    assert result["unread"] == [
        {"part": "pods", "namespace": "argo", "reason": "ops may not list pods in namespace argo"}
    ]
    assert result["verdict"] == "unknown"
    assert len(of(result, "pods")) == 2
    assert any("argo could not be read: ops may not list pods" in one["message"] for one in result["findings"])


def test_a_kind_that_the_cluster_does_not_know_is_unknown(info):
    with Platform(unknown=("certificates",)).serve() as server:
        result = info(server, checks=["certificates", "quotas"])
    assert [one["status"] for one in of(result, "certificates")] == ["unknown"]
    assert "this cluster does not know certificates.cert-manager.io" in of(result, "certificates")[0]["message"]
    assert [one["status"] for one in of(result, "quotas")] == ["ok"]


def test_half_a_list_is_unknown_never_a_shorter_one(info):
    half = listed([pod("a")])
    half["metadata"]["remainingItemCount"] = 3
    with Platform(answers={PODS: Answer(half)}).serve() as server:
        result = info(server, checks=["pods"], namespaces=["argo"])
    assert [one["status"] for one in result["findings"]] == ["unknown"]
    assert "ended before its last page" in result["unread"][0]["reason"]


def test_5000_findings_with_odd_names_are_all_told(info):
    names = [f"p{{{{ {number} }}}}<b>\n{number:04}" for number in range(5000)]
    with Platform({("argo", "pods"): [pod(name, "Dancing") for name in names]}).serve() as server:
        result = info(server, checks=["pods"])
    assert result["counts"]["unknown"] == 5000
    assert {one["subject"]["name"] for one in result["findings"] if one["status"] == "unknown"} == set(names)
    assert all("\n" not in one["message"] for one in result["findings"])


def test_a_server_that_knows_nobody_of_these_credentials_fails_the_module(info):
    with FaultServer(lambda _request: status(401, "Unauthorized")) as server:
        result = info(server)
    assert (result["failed"], result["error"]["kind"]) == (True, "forbidden")
    assert "findings" not in result


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"checks": ["nonsense"]}, "there is no check 'nonsense'"),
        ({"skip": sorted(NAMES)}, "no check is left to make"),
        ({"thresholds": {"pods": {"nonsense": 1}}}, "pods has no threshold 'nonsense'"),
        ({"thresholds": {"pods": {"pending": "soon"}}}, "pods.pending"),
        ({"thresholds": {"nonsense": {}}}, "no check 'nonsense'"),
        ({"prometheus_url": "ftp://x"}, "is not an http or https URL"),
        ({"http_timeout": 0}, "http_timeout is 0 s"),
        ({"window": "a day"}, "window"),
        ({"window": "0"}, "window is 0 s"),
        ({"as_of": "now"}, "as_of"),
        ({"rules": [{"name": "pods"}]}, "another check of this name"),
        ({"rules": [{"name": "x", "title": "t", "resource": {}, "holds": "a b"}]}, "no JMESPath expression"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_asked(info, options, words):
    with FaultServer() as server:
        result = info(server, **options)
        assert server.requests == []
    assert words in result["msg"]
    assert result["error"]["kind"] == "invalid"


def test_a_rule_of_the_site_is_a_check_like_the_others(info):
    rule = {
        "name": "no_bare_pods",
        "title": "Every pod has an owner",
        "resource": {"api": "v1", "plural": "pods", "namespaces": ["argo"]},
        "holds": "metadata.ownerReferences[0] != null && `true`",
        "status": "critical",
        "runbook": "health_check",
    }
    with Platform({("argo", "pods"): [pod("bare")]}).serve() as server:
        result = info(server, rules=[rule], checks=["no_bare_pods"])
    assert [(one["status"], one["subject"]["name"], one["runbook"]) for one in result["findings"]] == [
        ("critical", "bare", "health_check")
    ]
    assert result["checks"][0]["title"] == "Every pod has an owner"
    assert set(result["skipped"]) == NAMES
