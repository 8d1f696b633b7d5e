# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)

OBJECTS = {
    "/version": {"gitVersion": "v1.35.4"},
    "/api/v1/namespaces/kube-system": {"metadata": {"uid": "uid-1"}},
    "/api/v1/namespaces/agent-platform-ops": {"metadata": {"name": "agent-platform-ops"}},
    "/apis/apps/v1/namespaces/argo/deployments/argo-workflows-workflow-controller": {
        "spec": {"replicas": 1},
        "status": {"availableReplicas": 1},
    },
}
STOP = "/api/v1/namespaces/agent-platform-ops/configmaps/emergency-stop"


def serve(**answers):
    """A server with a healthy platform; answers replaces some by path."""

    def route(request: Request) -> Answer:
        if request.path in answers:
            return answers[request.path]
        return Answer(OBJECTS[request.path]) if request.path in OBJECTS else status(404, "not found")

    return FaultServer(route)


@pytest.fixture
def look(run_module, kubeconfig):
    def run(server, **options):
        result = run_module("platform_info", kubeconfig=kubeconfig(server), platform="lab", **options)
        assert server.writes == []
        return result

    return run


def test_a_healthy_platform(look):
    with serve() as server:
        seen = look(server)
    assert (seen["version"], seen["cluster_uid"], seen["emergency_stop"]["level"]) == ("v1.35.4", "uid-1", 0)
    assert seen["operations_namespace"]["present"] is True
    assert seen["workflow_controller"]["available"] == 1
    assert seen["changed"] is False
    assert seen["cost"]["writes"] == 0


def test_a_level_is_read(look):
    with serve(**{STOP: Answer({"data": {"level": "3"}})}) as server:
        assert look(server)["emergency_stop"]["level"] == 3


def test_what_may_not_be_read_is_told_and_not_guessed(look):
    forbidden = status(403, "configmaps is forbidden")
    with serve(**{STOP: forbidden, "/api/v1/namespaces/agent-platform-ops": forbidden}) as server:
        seen = look(server)
    assert (seen["emergency_stop"]["level"], seen["operations_namespace"]["present"]) == (None, None)
    assert "forbidden" in seen["emergency_stop"]["message"]


def test_another_cluster_is_refused(look):
    with serve() as server:
        seen = look(server, cluster_uid="uid-2")
        assert len(server.requests) == 1
    assert seen["error"]["kind"] == "refused"
    assert "is cluster uid-1, but platform_cluster_uid pins uid-2" in seen["msg"]


def test_a_server_that_does_not_answer_is_one_sentence(run_module, kubeconfig):
    with serve() as server:
        path = kubeconfig(server)
    seen = run_module("platform_info", kubeconfig=path, platform="lab")
    assert seen["error"]["kind"] == "unreachable"
    assert seen["msg"].startswith("lab: ")
