# SPDX-License-Identifier: GPL-3.0-or-later
"""Module capacity_info and role capacity_review on a cluster with the real scheduler and the real metrics-server."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.modules import run_module
from tests.support.roles import run_step
from tests.support.s3 import s3

METRICS_AFTER = 120  # seconds; the first ones come about 40 s after the start
API = "metrics.k8s.io/v1beta1"


@pytest.fixture(scope="module")
def metrics(lab, api):
    """Wait until the metrics-server has measured every node."""
    limit = time.monotonic() + METRICS_AFTER
    while time.monotonic() < limit:
        measured = api.get_or_none(resource(API, "nodes")) or {}
        if len(measured.get("items") or ()) == len(api.get(resource("v1", "nodes"))["items"]):
            return
        time.sleep(1)
    pytest.fail(f"no metrics of all nodes after {METRICS_AFTER} s")


def _wait(look):
    limit = time.monotonic() + 20
    while not (found := look()) and time.monotonic() < limit:
        time.sleep(0.2)
    return found


def _remove(api, plural, made):
    """The cluster is shared: what would change the verdict of other tests goes."""
    meta = api.get(resource("v1", plural, made["metadata"]["namespace"], made["metadata"]["name"]))["metadata"]
    api.delete(resource("v1", plural, meta["namespace"], meta["name"]), meta["uid"], meta["resourceVersion"])


def _of(result, check, name=None):
    found = [one for one in result["findings"] if one["check"] == check]
    return [one for one in found if name is None or one["subject"]["name"] == name]


def test_the_step_tells_requests_as_the_scheduler_counts_and_usage_and_writes_nothing(lab, api, metrics, tmp_path):
    position = lab.audit_position()
    step = run_step(tmp_path, "capacity_review", *lab.options)
    assert step.rc == 0, step.stdout
    assert lab.writes(position) == []
    data = step.result["data"]
    assert step.result["changes"]["total"] == 0
    assert "unknown" not in step.result["summary"]
    assert data["totals"]["cpu"]["used"] > 0
    assert data["tables"][0]["title"] == "Nodes"
    assert {one["name"] for one in data["measures"]} >= {"capacity.memory.used.percent", "capacity.pods.pending"}
    assert {row["words"] for row in data["trend"]} == {"not enough data"}
    assert _of(step.result, "capacity_usage")[0]["status"] == "ok"
    assert data["cost"]["writes"] == 0


def test_the_trend_comes_from_a_store_that_needs_options(lab, tmp_path, monkeypatch):
    started = "2026-11-01T08:00:00Z"
    measure = {"name": "capacity.memory.requested.percent", "value": 1, "label": "memory", "unit": "%"}
    earlier = {"id": "x", "started": started, "steps": [{"data": {"measures": [measure]}}]}
    with s3(tmp_path) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        key = f"records/lab/weekly_maintenance/{started.replace(':', '-')}.json"
        open_store(server.url, server.options).put(key, json.dumps(earlier).encode())
        own = {"platform_store": server.url, "platform_store_options": server.options}
        step = run_step(tmp_path, "capacity_review", *lab.options, "-e", json.dumps(own), **server.environment)
    assert step.rc == 0, step.stdout
    [row] = [row for row in step.result["data"]["trend"] if row["name"] == measure["name"]]
    assert (row["first"], row["first_at"]) == (1, started)
    assert _of(step.result, "capacity_trend") == []


def test_a_pod_counts_on_its_node_with_sidecars_and_init_containers(lab, api, namespace):
    def before_and_after(node):
        result = run_module("capacity_info", kubeconfig=str(lab.kubeconfig), namespaces=[namespace.name])
        return result, next(row["cpu"]["requested"] for row in result["nodes"] if row["name"] == node)

    node = api.get(resource("v1", "nodes"))["items"][0]["metadata"]["name"]
    _result, before = before_and_after(node)

    def container(name, cpu, **more):
        return {"name": name, "image": "example", "resources": {"requests": {"cpu": cpu}}, **more}

    spec = {
        "nodeName": node,
        "containers": [container("main", "250m")],
        "initContainers": [container("sidecar", "100m", restartPolicy="Always"), container("prepare", "600m")],
    }
    labels = {"github-user": "5dlabs-rex"}
    body = {"kind": "Pod", "metadata": {"name": "counted", "labels": labels}, "spec": spec}
    made = namespace.create("v1", "pods", body)
    result, after = before_and_after(node)
    _remove(api, "pods", made)
    assert round(after - before, 3) == 0.7
    [owner] = result["agents"]
    assert (owner["kind"], owner["name"], owner["cpu"]["requested"]) == ("agent", "5dlabs-rex", 0.7)


def test_a_quota_over_its_threshold_is_told_with_its_numbers(lab, api, namespace):
    for number in range(18):
        namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": f"full-{number}"}})
    hard = {"count/configmaps": "20", "requests.memory": "1Gi"}
    body = {"kind": "ResourceQuota", "metadata": {"name": "tight"}, "spec": {"hard": hard}}
    made = namespace.create("v1", "resourcequotas", body)

    def told():
        result = run_module("capacity_info", kubeconfig=str(lab.kubeconfig), namespaces=[namespace.name])
        found = _of(result, "capacity_quotas", "tight")
        if enough := [one for one in found if "count/configmaps 9" in one["message"]]:
            return enough
        # The quota controller counts what its own watch has seen by then, and again only when asked for another sum.
        hard["requests.memory"] = f"{int(time.time())}Mi"
        api.patch(resource("v1", "resourcequotas", namespace.name, "tight"), {"spec": {"hard": hard}})
        return []

    [one] = _wait(told)
    _remove(api, "resourcequotas", made)
    assert one["status"] in ("warning", "critical")
    assert "limit" in one["message"]


def test_without_rights_on_metrics_usage_is_unknown_and_requests_are_told(lab, api, namespace):
    name = f"capacity-{namespace.name}"
    api.create(resource("v1", "serviceaccounts", namespace.name), {"apiVersion": "v1", "metadata": {"name": name}})
    plain = {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list"]}
    kind = "rbac.authorization.k8s.io/v1"
    api.create(resource(kind, "clusterroles"), {"apiVersion": kind, "metadata": {"name": name}, "rules": [plain]})
    binding = {
        "apiVersion": kind,
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace.name}],
    }
    api.create(resource(kind, "clusterrolebindings"), binding)
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    token = api.create(resource("v1", "serviceaccounts", namespace.name, name) + "/token", asked)["status"]["token"]
    kubeconfig = str(lab.kubeconfig_with_token(name, token))
    result = _wait(lambda: (found := run_module("capacity_info", kubeconfig=kubeconfig))["totals"]["nodes"] and found)
    for cluster_wide in ("clusterrolebindings", "clusterroles"):
        made = api.get(resource(kind, cluster_wide, name=name))["metadata"]
        api.delete(resource(kind, cluster_wide, name=name), made["uid"], made["resourceVersion"])
    [usage] = _of(result, "capacity_usage")
    assert usage["status"] == "unknown"
    assert f"system:serviceaccount:{namespace.name}:{name} may not list nodes.metrics.k8s.io" in usage["message"]
    assert _of(result, "capacity_quotas")[0]["status"] == "unknown"
    assert result["totals"]["cpu"]["used"] is None
    assert result["totals"]["cpu"]["requested"] > 0
