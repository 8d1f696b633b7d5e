# SPDX-License-Identifier: GPL-3.0-or-later
"""What sizes and costs are found from, and what is told when a part of it cannot be read (usage_read,
resource_tuning_info and cost_info)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import cost_info, resource_tuning_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.usage_read import read
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, status
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import (
    container,
    pod,
    series,
    workload,
)

from tests.support.services import Reply, serve

GI = 1024**3
OPTIONS = {
    "namespaces": ["argo"], "agents": [], "components": [{"kind": "Deployment", "namespace": "argo", "name": "web"}],
    "prometheus_url": "", "prometheus_timeout": 5.0, "validate_certs": True, "window": "7d", "percentile": 95.0,
    "target": 80.0, "samples": 10, "prices": {}, "as_of": "2026-11-21T08:00:00Z", "rows_directory": None, "replicas": 3,
    "may_be_several": ["web"], "follow_queue": ["web"], "queue_depth": 10, "idle_cores": 0.01, "idle_after": "1h",
    "orphan_after": "7d",
}  # fmt: skip
CLAIM = {"metadata": {"name": "left", "namespace": "argo", "creationTimestamp": "2026-01-01T00:00:00Z"},
         "spec": {"resources": {"requests": {"storage": "10Gi"}}}, "status": {"phase": "Bound"}}  # fmt: skip
METRICS = {"metadata": {"name": "a", "namespace": "argo"},
           "containers": [{"name": "main", "usage": {"cpu": "100m", "memory": "100Mi"}}]}  # fmt: skip
LISTS = {
    ("", "pods"): [pod("a", "web", container(cpu="1", memory="1Gi"))],
    ("", "deployments"): [workload()],
    ("", "persistentvolumeclaims"): [CLAIM],
}


@pytest.fixture
def look(connect):
    """Run a flow on a platform: look(resource_tuning_info, answers=…, **options)."""

    def run(flow, answers=None, lists=None, **more):
        prepared = flow.prepare({**OPTIONS, **more})
        with Platform({**LISTS, **(lists or {})}, answers or {}).serve() as server:
            result = prepared(Client(connect(server)))
            assert server.writes == []
        return result

    return run


def prometheus(**values):
    """Answers by what they tell; each question names it by its function."""
    told = {
        "quantile_over_time(0.95, rate": "cpu",
        "quantile_over_time(0.95, container": "memory",
        "max_over_time(container": "memory_peak",
        "count_over_time": "samples",
        "max_over_time(kubelet": "claims",
    }

    def answer(path):
        query = parse_qs(urlsplit(path).query)["query"][0]
        what = next(name for lead, name in told.items() if query.startswith(lead))
        data = {"resultType": "vector", "result": values.get(what, [])}
        return Reply(json.dumps({"status": "success", "data": data}).encode())

    return answer


HISTORY = {
    "cpu": [series(0.1)],
    "memory": [series(0.1 * GI)],
    "memory_peak": [series(0.1 * GI)],
    "samples": [series(99)],
}


def sizes(result):
    return {one["id"]: one for one in result["recommendations"]}


def test_a_history_is_asked_for_and_recommends_changes(look):
    with serve(prometheus(**HISTORY)) as service:
        result = look(resource_tuning_info, prometheus_url=service.url(""))
        wasted = look(cost_info, prometheus_url=service.url(""), prices={"cpu_month": 10, "memory_gib_month": 1})
    found = sizes(result)
    assert found["deployment/argo/web/resources"]["proposed"] == "main: cpu 130m, memory 128Mi"
    assert found["deployment/argo/web/replicas"]["change"]["replicas"] == 3
    assert [one["metadata"]["name"] for one in result["autoscalers"]] == ["web"]
    assert [row["what"] for row in wasted["waste"]] == ["oversized requests", "claim that nobody mounts"]
    assert wasted["waste"][0]["month"] == round(8.7 + 0.875, 2)


def test_without_prometheus_one_look_changes_nothing(look):
    lists = {("", "pods"): LISTS["", "pods"]}
    answers = {"/apis/metrics.k8s.io/v1beta1/pods": status(404, "no metrics")}
    unknown = look(resource_tuning_info, answers)
    assert sizes(unknown)["deployment/argo/web/resources"]["verdict"] == "not_enough_data"
    messages = [one["message"] for one in unknown["findings"] if one["status"] == "unknown"]
    assert "usage could not be read: this cluster does not know metrics.k8s.io" in messages
    body = {"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [METRICS]}
    weak = look(resource_tuning_info, {"/apis/metrics.k8s.io/v1beta1/pods": Answer(body)}, lists)
    one = sizes(weak)["deployment/argo/web/resources"]
    assert (one["weak"], one["change"], one["verdict"]) == (True, None, "lower")


def test_a_prometheus_that_fails_halfway_makes_nothing_look_idle(look):
    def broken(path):
        return prometheus(**HISTORY)(path) if "cpu_usage" in path else Reply(b"", status=500)

    with serve(broken) as service:
        result = look(resource_tuning_info, prometheus_url=service.url(""))
    assert sizes(result)["deployment/argo/web/resources"]["verdict"] == "not_enough_data"
    assert any("usage could not be read: Prometheus" in one["message"] for one in result["findings"])


@pytest.mark.parametrize(
    ("what", "api", "plural"),
    [
        ("pods", "/api/v1", "pods"),
        ("claims", "/api/v1", "persistentvolumeclaims"),
        ("controllers", "/apis/apps/v1", "deployments"),
        ("autoscalers", "/apis/autoscaling/v2", "horizontalpodautoscalers"),
    ],
)
def test_what_may_not_be_read_is_unknown_and_the_rest_is_told(look, what, api, plural):
    for flow in (resource_tuning_info, cost_info):
        result = look(flow, {f"{api}/{plural}": forbidden(plural, "argo")})
        [one] = [one for one in result["findings"] if one["subject"]["name"] == what]
        assert (one["status"], f"{what} could not be read" in one["message"]) == ("unknown", True)
    if what == "pods":
        assert result["waste"] == [], "no claim is called unused when nobody could look who mounts it"


def test_an_api_server_that_fails_is_no_result(look):
    with pytest.raises(OpsError):
        look(cost_info, {"/api/v1/pods": status(500, "broken")})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"window": "1m"}, "window is '1m'; it must lie between 5m and 90d"),
        ({"percentile": 20}, "percentile is 20; it must lie between 50 and 100"),
        ({"target": 0}, "target is 0"),
        ({"samples": 0}, "samples is 0"),
        ({"namespaces": ["{{ x }}"]}, "is no name of a namespace"),
        ({"prices": {"cpu": 1}}, "prices: 'cpu' is none of"),
        ({"idle_cores": -1}, "idle_cores is -1"),
        ({"orphan_after": "soon"}, "orphan_after: 'soon' is not a duration"),
    ],
)
def test_bad_input_is_refused_before_anything_is_read(options, words):
    with pytest.raises(OpsError) as refused:
        cost_info.prepare({**OPTIONS, **options})
    assert words in refused.value.message
    assert refused.value.kind == "invalid"


def test_what_another_controller_makes_is_known(connect):
    owned = workload("made")
    owned["metadata"]["ownerReferences"] = [{"kind": "Sensor", "name": "x", "controller": True}]
    order = resource_tuning_info.order_of(OPTIONS, datetime(2026, 11, 21, tzinfo=UTC))
    with Platform({**LISTS, ("", "deployments"): [workload(), owned]}).serve() as server:
        seen = read(Client(connect(server)), order)
    assert [one.name for one in seen.generated] == ["made"]
    assert [one["metadata"]["name"] for one in seen.components] == ["web"]
