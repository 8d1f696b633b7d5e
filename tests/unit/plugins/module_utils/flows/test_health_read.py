# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Look, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Unread
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
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

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def check(*parts):
    return Check("x", "t", "w", parts, lambda view: [])


@pytest.fixture
def look(connect):
    def run(server, *parts, namespaces=("argo", "agent-platform"), sources=None):
        wanted = Look(NOW, namespaces, 86_400, Thresholds(), sources or Sources("agent-platform-ops"))
        return read(Client(connect(server)), [check(*parts)], wanted)

    return run


def thing(name, **more):
    return {"metadata": {"name": name, "namespace": "argo", "managedFields": ["x"]}, **more}


def paths(server):
    return sorted(request.path for request in server.requests if request.path != "/version")


def test_only_the_parts_that_checks_read_are_read_once_in_each_namespace(look):
    with Platform(
        {("argo", "pods"): [thing("b"), thing("a", spec={"nodeName": "n", "volumes": []})]}
    ).serve() as server:
        snapshot = look(server, "pods", "nodes", "pods")
        assert paths(server) == [
            "/api/v1/namespaces/agent-platform/pods",
            "/api/v1/namespaces/argo/pods",
            "/api/v1/nodes",
        ]
    assert [pod["metadata"]["name"] for pod in snapshot.parts["pods"]] == ["a", "b"]
    assert snapshot.parts["pods"][0]["spec"] == {"nodeName": "n"}
    assert "managedFields" not in snapshot.parts["pods"][0]["metadata"]
    assert (snapshot.parts["nodes"], snapshot.unread, snapshot.looked) == ([], [], {"pods", "nodes"})


def test_without_namespaces_the_whole_cluster_is_read(look):
    with Platform().serve() as server:
        look(server, "pods", "workflows", namespaces=())
        assert paths(server) == ["/api/v1/pods", "/apis/argoproj.io/v1alpha1/workflows"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (forbidden("pods", "argo"), "ops may not list pods in namespace argo"),
        (status(403, "no"), "the user of the kubeconfig may not list pods in namespace argo"),
        (status(404, "the server could not find the requested resource"), "this cluster does not know pods"),
        (status(422, "no\nway."), "no way"),
        (Answer({"kind": "Status"}), "the answer to GET /api/v1/namespaces/argo/pods is no list"),
        (Answer({**listed([]), "items": {"a": 1}}), "the answer to GET /api/v1/namespaces/argo/pods is no list"),
        (Answer(b"<html>"), "that are no Kubernetes object"),
        (Answer(hang_up=True), "gave no answer"),
        (Answer(listed([thing("a")]), cut_at=40), "gave no answer"),
    ],
)
def test_a_piece_that_cannot_be_read_is_missing_with_the_reason_and_the_others_are_there(look, answer, reason):
    platform = Platform({("agent-platform", "pods"): [thing("a")]}, {"/api/v1/namespaces/argo/pods": answer})
    with platform.serve() as server:
        snapshot = look(server, "pods")
    (missing,) = snapshot.unread
    assert (missing.part, missing.namespace) == ("pods", "argo")
    assert reason in missing.reason
    assert len(snapshot.parts["pods"]) == 1


def test_a_group_that_is_absent_is_named_as_a_server_calls_it(look):
    with Platform(unknown=("sensors", "workflows")).serve() as server:
        snapshot = look(server, "sensors", "workflows", namespaces=("argo",))
    assert sorted(snapshot.unread) == [
        Unread("sensors", "argo", "this cluster does not know sensors.argoproj.io"),
        Unread("workflows", "argo", "this cluster does not know workflows.argoproj.io"),
    ]
    assert snapshot.looked == set()


def test_workflows_of_all_namespaces_are_one_object(look):
    lists = {
        (namespace, "workflows"): [
            {"metadata": {"name": "w", "namespace": namespace}, "status": {"phase": "Succeeded"}}
        ]
        for namespace in ("argo", "agent-platform")
    }
    with Platform(lists).serve() as server:
        snapshot = look(server, "workflows")
    (seen,) = snapshot.parts["workflows"]
    assert seen["counts"]["succeeded"] == 2


def test_an_answer_that_nobody_foresaw_is_missing_and_hides_nothing(look, monkeypatch):
    def broken(*_arguments, **_options):
        raise KeyError("x")

    monkeypatch.setattr(
        "ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources.volume_usage.read", broken
    )
    sources = Sources("agent-platform-ops", prometheus_url="http://127.0.0.1:9")
    with Platform().serve() as server:
        snapshot = look(server, "volume_usage", "pods", sources=sources)
    assert snapshot.unread == [Unread("volume_usage", "", "the answer cannot be understood (KeyError)")]
    assert snapshot.looked == {"pods"}


@pytest.mark.parametrize("answer", [Answer(hang_up=True), status(401, "Unauthorized")])
def test_a_server_that_does_not_answer_at_all_is_an_error(look, answer):
    with FaultServer(lambda _request: answer) as server, pytest.raises(OpsError):
        look(server, "pods")


@pytest.mark.parametrize("answer", [status(403, "no"), status(404, "no"), Answer({})])
def test_a_server_that_hides_its_version_is_asked_all_the_same(look, answer):
    with Platform(answers={"/version": answer}).serve() as server:
        assert look(server, "pods").looked == {"pods"}


def test_what_is_not_on_the_api_server_does_not_need_it(look):
    with FaultServer(lambda _request: Answer(hang_up=True)) as server:
        snapshot = look(server, "services")
        assert server.requests == []
    assert snapshot.looked == {"services"}
