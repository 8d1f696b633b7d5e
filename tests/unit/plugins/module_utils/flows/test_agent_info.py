# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass over what stands around agents, where each piece may be missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_info, agent_read
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    FaultServer,
    Request,
    status,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
NAMESPACE = "agent-platform"
TABLE = names.table([{"name": name, "github_app": f"5DLabs-{name.title()}"} for name in ("rex", "cleo")])
PODS, METRICS = "/api/v1/namespaces/agent-platform/pods", "/apis/metrics.k8s.io/v1beta1/namespaces/agent-platform/pods"


def pod(name: str, agent: str = "rex") -> dict[str, Any]:
    return {
        "metadata": {
            "namespace": NAMESPACE, "name": name, "creationTimestamp": "2026-11-21T07:00:00Z",
            "labels": {"github-user": f"5dlabs-{agent}"},
        },
        "spec": {"containers": [{"name": "claude-code"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }  # fmt: skip


class Agents(Platform):
    """Its pods and their metrics stand at two paths that end alike; requests are kept."""

    def __init__(self, *pods: dict[str, Any], **more: Any) -> None:
        super().__init__({(NAMESPACE, "pods"): list(pods)}, **more)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Any:
        self.asked.append(request)
        if request.path == METRICS and request.path not in self.answers:
            usage = [{"name": "claude-code", "usage": {"cpu": "1", "memory": "1Gi"}}]
            own = self.lists[NAMESPACE, "pods"]
            self.lists[NAMESPACE, "pods"] = [{"metadata": one["metadata"], "containers": usage} for one in own]
            try:
                return super().__call__(request)
            finally:
                self.lists[NAMESPACE, "pods"] = own
        return super().__call__(request)


@pytest.fixture
def look(tmp_path):
    def run(server: Platform, **options: Any) -> dict[str, Any]:
        path = tmp_path / "kubeconfig"
        with server.serve() as serving:
            path.write_text(json.dumps(serving.kubeconfig()))
            order = agent_info.Order(NOW, TABLE, **{"namespaces": [NAMESPACE], **options})
            # One after the other: the stand-in changes its lists while it answers for the metrics.
            return agent_info.look(Client(Transport(lambda: load(str(path))), concurrency=1), order)

    return run


def of(result: dict[str, Any], check: str) -> list[tuple[str, str]]:
    return [(one["status"], one["message"]) for one in result["findings"] if one["check"] == check]


def test_each_kind_is_listed_once_and_only_what_is_needed_of_it(look) -> None:
    server = Agents(pod("a"), pod("b", "cleo"), pod("c", "zed"))
    seen = look(server)
    assert [(row["name"], row["agent"]) for row in seen["pods"]] == [("b", "cleo"), ("a", "rex")]
    assert [row["name"] for row in seen["strangers"]] == ["c"]
    assert seen["pods"][0]["memory"]["used"] == 1 << 30
    assert len(server.asked) == len(agent_read.PARTS)
    queries = {request.path.rsplit("/", 1)[-1]: request.query for request in server.asked}
    assert queries["events"]["fieldSelector"] == "involvedObject.kind=Pod,type=Warning"
    assert (queries["pods"]["labelSelector"], queries["jobs"]["labelSelector"]) == ("github-user", "github-user")


def test_of_one_agent_nothing_of_others_is_told(look) -> None:
    seen = look(Agents(pod("a"), pod("b", "cleo"), pod("c", "zed")), names=["5DLabs-Rex", "REX"])
    assert [row["name"] for row in seen["agents"]] == ["rex"]
    assert ([row["name"] for row in seen["pods"]], seen["strangers"]) == (["a"], [])
    assert "cleo" not in json.dumps(seen)


def test_an_agent_without_pods_is_idle_and_nothing_of_it_is_healthy(look) -> None:
    seen = look(Agents(), names=["rex"])
    assert seen["agents"][0]["line"] == "rex: idle, 0 pods; no CodeRun of it is left"
    assert of(seen, "pods") == []
    assert "healthy" not in json.dumps(seen["findings"])


@pytest.mark.parametrize(("path", "plural"), [(PODS, "pods"), (METRICS, "pod_metrics")])
def test_what_may_not_be_read_is_unknown_and_the_rest_is_told(look, path: str, plural: str) -> None:
    seen = look(Agents(pod("a"), answers={path: forbidden("pods", NAMESPACE)}))
    rex = seen["agents"][0]
    unread = [one["check"] for one in seen["findings"] if f"{plural} in namespace" in one["message"]]
    if plural == "pods":
        assert (rex["state"], rex["status"]) == ("unknown", "unknown")
        assert "ops may not list pods" in rex["line"]
        assert unread
    else:
        assert (rex["state"], rex["cpu"]["used"], unread) == ("at work", None, ["agent_usage"])


def test_a_server_that_does_not_answer_or_accept_the_credentials_is_an_error(look, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(OpsError, match="credentials"):
        look(Agents(answers={PODS: status(401, "Unauthorized")}))
    path = tmp_path / "gone"
    with FaultServer() as server:
        path.write_text(json.dumps(server.kubeconfig()))
    client = Client(Transport(lambda: load(str(path))))
    with pytest.raises(OpsError):
        agent_read.read(client, [NAMESPACE], agent_info.Order(NOW, TABLE).sources)


def test_wrong_names_and_thresholds_are_refused_before_anything_is_read(look) -> None:
    server = Agents()
    for wrong in ({"names": ["zed"]}, {"thresholds": {"agent_usage": {"odd": 1}}}, {"thresholds": {"odd": {}}}):
        with pytest.raises(OpsError) as refused:
            look(server, **wrong)
        assert refused.value.kind == "invalid"
    assert server.asked == []
