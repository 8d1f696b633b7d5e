# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes are recommended from what a real Prometheus has measured, set, rolled out and taken back.

Runbook tune_resources, roles resource_tuning and cost_review; modules resource_tuning_info, resource_tuning, cost_info.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.tuning import MARK

from tests.support.cluster import Namespace
from tests.support.lab import Lab, Run
from tests.support.modules import run_module
from tests.support.prometheus import Prometheus, prometheus
from tests.support.services import Reply, serve

USER = "system:serviceaccount:agent-platform-ops:tune-resources"
AS_IT_WAS = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}
SIZED = {"requests": {"cpu": "10m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}}
WHY = "It used less than a fifth of it"


class Sized(NamedTuple):
    """A Deployment that asks for too much, in a namespace of its own, and a Prometheus that has measured it."""

    namespace: Namespace
    prometheus: Prometheus

    @property
    def prometheus_url(self) -> str:
        return self.prometheus.url

    def wait_until_measured(self) -> None:
        """Until Prometheus knows enough of the pods that are there now, which may have just begun."""
        space, found = self.namespace, []
        while not found:
            there = space.api.get(resource("v1", "pods", space.name))["items"]
            found = [item for item in there if "deletionTimestamp" not in item["metadata"]]
        for item in found:
            where = f'namespace="{space.name}",pod="{item["metadata"]["name"]}"'
            query = f"count_over_time(rate(container_cpu_usage_seconds_total{{{where}}}[5m])[5m:15s])"
            self.prometheus.wait_for(query, 60.0)

    def read(self) -> dict[str, Any]:
        return self.namespace.api.get(resource("apps/v1", "deployments", self.namespace.name, "sized"))

    @property
    def resources(self) -> dict[str, Any]:
        return self.read()["spec"]["template"]["spec"]["containers"][0]["resources"]

    @property
    def name(self) -> str:
        return f"deployment/{self.namespace.name}/sized"


@pytest.fixture(scope="module")
def sized(api, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sized]:
    namespace = Namespace(api)
    labels = {"app.kubernetes.io/name": "sized"}
    container = {"name": "main", "image": "quay.io/example/sized:1", "resources": AS_IT_WAS}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    namespace.create("apps/v1", "deployments", {"kind": "Deployment", "metadata": {"name": "sized"}, "spec": spec})
    pods = resource("v1", "pods", namespace.name)

    def exporter(_path: str) -> Reply:
        """As kubelets write it: 100 MiB, whatever the pod is called by now. Its CPU rests, since a rate over a few
        seconds is not yet what it will be over minutes."""
        lines = []
        for item in api.get(pods)["items"]:
            where = f'{{namespace="{namespace.name}",pod="{item["metadata"]["name"]}",container="main"}}'
            lines.append(f"container_cpu_usage_seconds_total{where} 5")
            lines.append(f"container_memory_working_set_bytes{where} {100 * 1024**2}")
        return Reply("\n".join([*lines, ""]).encode(), headers={"Content-Type": "text/plain; version=0.0.4"})

    folder = tmp_path_factory.mktemp("prometheus")
    with serve(exporter) as scraped, prometheus(lab.program("prometheus"), folder, scraped.port) as server:
        made = Sized(namespace, server)
        made.wait_until_measured()
        yield made


def options(sized: Sized, **more: Any) -> dict[str, Any]:
    """Of a role, prefixed; what the test measured is a quarter of a minute old."""
    roles = ("resource_tuning", "cost_review")
    small = {"window": "5m", "samples": 1, "namespaces": [sized.namespace.name]}
    shared = {f"{role}_{name}": value for role in roles for name, value in small.items()}
    prices = {"cpu_month": 20, "memory_gib_month": 3, "currency": "EUR"}
    return {**shared, "platform_prometheus_url": sized.prometheus_url, "platform_prices": prices, **more}


def run(lab: Lab, sized: Sized, *arguments: str, **more: Any) -> Run:
    kubeconfig = lab.kubeconfig_of("tune-resources")
    told = json.dumps(options(sized, platform_kubeconfig=str(kubeconfig), runbook_confirm="lab", **more))
    return lab.run_playbook("tune_resources", "-e", told, *arguments)


def test_what_is_named_is_set_rolled_out_and_taken_back_under_its_own_rights(lab: Lab, sized: Sized) -> None:
    named = {"resource_tuning_apply": f"{sized.name}/resources", "resource_tuning_reason": WHY}
    position = lab.audit_position()
    planned = run(lab, sized, "--check", **named)
    assert planned.rc == 0, planned.stdout
    assert lab.writes(position, USER) == []
    sizes = planned.record["steps"][0]["data"]["tables"][0]
    [row] = [row for row in sizes["rows"] if row[0] == f"{sized.name}/resources"]
    assert row[1:3] == [
        "main: cpu 1, memory 1024Mi, memory limit 2048Mi",
        "lower to main: cpu 10m, memory 128Mi, memory limit 128Mi",
    ]
    assert "CPU and 100.0 MiB, at most 100.0 MiB; " in row[3]
    assert "EUR a month" in planned.record["steps"][1]["summary"]
    assert [one["outcome"] for one in planned.record["steps"][2]["changes"]["rows"]] == ["planned"]

    done = run(lab, sized, **named)
    assert done.rc == 0, done.stdout
    assert sized.resources == SIZED
    assert sized.read()["metadata"]["annotations"][f"{MARK}-reason"] == WHY
    written = [one for one in lab.writes(position, USER) if "leases" not in one]
    assert written == [f"patch deployments {sized.namespace.name}/sized"]

    sized.wait_until_measured()
    again = run(lab, sized, **named, resource_tuning_revert=sized.name)
    assert again.rc == 0, again.stdout
    assert again.record["steps"][2]["changes"]["total"] == 0
    assert sized.resources == AS_IT_WAS
    assert MARK not in json.dumps(sized.read()["metadata"])


def test_what_is_not_rolled_out_is_rolled_back_by_the_run_itself(lab: Lab, sized: Sized) -> None:
    sized.wait_until_measured()
    named = {"resource_tuning_apply": f"{sized.name}/resources", "resource_tuning_reason": WHY}
    failed = run(lab, sized, **named, resource_tuning_wait=0)
    assert failed.rc == 2
    assert failed.record["outcome"] == "failed"
    assert "after 0 s" in failed.stdout
    assert sized.resources == AS_IT_WAS


@pytest.fixture
def module(lab: Lab, sized: Sized):
    def call(name: str = "resource_tuning", **more: Any) -> dict[str, Any]:
        if name == "resource_tuning":
            more = {"reason": WHY, "wait": 30, **more}
        return run_module(name, kubeconfig=str(lab.kubeconfig), **more)

    return call


def change(sized: Sized, **more: Any) -> dict[str, Any]:
    return {"namespace": sized.namespace.name, "name": "sized", **more}


def test_a_size_for_which_there_is_no_room_is_unverified_and_comes_back(module, sized: Sized) -> None:
    large = [{"name": "main", "requests": {"cpu": "900"}}]
    stuck = module(changes=[change(sized, containers=large)], wait=1)
    assert stuck["error"]["kind"] == "unverified"
    back = module(state="reverted", changes=[change(sized)])
    assert (back["changed"], sized.resources) == (True, AS_IT_WAS)


def test_what_an_autoscaler_decides_is_refused_and_nothing_is_written(module, lab: Lab, sized: Sized) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "sized"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 2}
    kind = "HorizontalPodAutoscaler"
    body = {"kind": kind, "metadata": {"name": "follows"}, "spec": spec}
    sized.namespace.create("autoscaling/v2", "horizontalpodautoscalers", body)
    position = lab.audit_position()
    refused = module(changes=[change(sized, replicas=3)])
    assert refused["error"]["kind"] == "refused"
    assert "HorizontalPodAutoscaler follows decides how many run" in refused["msg"]
    assert lab.writes(position) == []


def test_what_is_paid_for_and_not_used_is_told_with_its_price(module, sized: Sized) -> None:
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "local-path",
    }
    body = {"kind": "PersistentVolumeClaim", "metadata": {"name": "left"}, "spec": claim}
    sized.namespace.create("v1", "persistentvolumeclaims", body)
    sized.wait_until_measured()
    told = module(
        "cost_info",
        namespaces=[sized.namespace.name],
        prometheus_url=sized.prometheus_url,
        window="5m",
        samples=1,
        prices={"cpu_month": 20, "memory_gib_month": 4, "storage_gib_month": 1, "currency": "EUR"},
    )
    assert [row["what"] for row in told["waste"]] == ["oversized requests"], "a claim without a volume costs nothing"
    assert told["waste"][0]["month"] == round(0.99 * 20 + 4 * 7 / 8, 2)
    assert told["findings"][0]["status"] == "warning"
