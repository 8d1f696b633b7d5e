# SPDX-License-Identifier: GPL-3.0-or-later
"""The module against a stand-in API server; the real one is used in tests/integration."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
    status,
)

PATH = "/apis/agents.platform/v1/coderuns"
CONTROLLER = "/apis/apps/v1/namespaces/agent-platform/deployments/controller"


class Platform(Collection):
    """One CodeRun past its retention, a controller with that many available replicas, and nothing else."""

    def __init__(self, replicas, job=None):
        meta = {"name": "old", "namespace": "agents", "uid": "u", "resourceVersion": "1"}
        old = {"phase": "Succeeded", "finishedAt": "2020-01-01T00:00:00Z"}
        super().__init__([{"metadata": meta, "spec": {"githubApp": "Rex", "service": "s"}, "status": old}], PATH)
        self.replicas = replicas
        self.job = job

    def __call__(self, request):
        if request.path == CONTROLLER:
            return Answer({"metadata": {"name": "controller"}, "status": {"availableReplicas": self.replicas}})
        if request.method == "GET" and request.path != PATH:
            items = [self.job] if self.job and request.path.endswith("/jobs") else []
            return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": items})
        return super().__call__(request)


@pytest.fixture
def prune(run_module, kubeconfig):
    def run(server, **options):
        return run_module("coderun_prune", **{"kubeconfig": kubeconfig(server), "keep_newest": 0, "wait": 0, **options})

    return run


def test_with_its_controller_available_it_goes(prune):
    with FaultServer(Platform(1)) as server:
        result = prune(server)
        assert len(server.writes) == 1
    assert (result["changed"], result["line"]) == (True, "1 deleted")


@pytest.mark.parametrize("replicas", [0, None, "1"])
def test_without_it_nothing_is_asked_for_unless_that_is_meant(prune, replicas):
    with FaultServer(Platform(replicas)) as server:
        refused = prune(server)
        assert server.writes == []
        assert prune(server, without_controller=True)["changed"] is True
    assert refused["error"]["kind"] == "refused"


def test_a_pinned_job_protects_the_one_that_owns_it(prune):
    labels = {"ops.agent-platform/keep": "true"}
    job = {"metadata": {"name": "j", "namespace": "agents", "uid": "j", "labels": labels}}
    job["metadata"]["ownerReferences"] = [{"uid": "u"}]
    with FaultServer(Platform(1, job)) as server:
        result = prune(server)
        assert server.writes == []
    assert result["rows"][0]["reason"] == "owns Job j, which is to be kept"


def test_another_plan_than_the_one_agreed_to_is_refused(prune):
    with FaultServer(Platform(1)) as server:
        result = prune(server, plan_digest="other")
        assert server.writes == []
    assert result["plan_changed"] is True
    assert "CodeRuns have changed" in result["msg"]


def test_a_cluster_that_knows_no_coderuns_is_told_in_words(prune):
    with FaultServer(lambda _request: status(404, "page not found")) as server:
        result = prune(server)
    assert result["error"]["status"] == 404
    assert "knows no coderuns.agents.platform" in result["msg"]
