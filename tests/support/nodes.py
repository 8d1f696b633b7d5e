# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated nodes of one test, on which nothing runs but what the test puts there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import Namespace

_LABEL = "ops-test"
_SECONDS = 300.0


class Nodes:
    """Nodes with a taint that the pods of the test alone tolerate, and workloads on them; `remove` takes all away."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace, self.api = namespace, namespace.api
        self.names: list[str] = []

    def add(self, cpu: str = "4") -> str:
        """A node that is ready; returns its name."""
        name = f"{self.namespace.name}-{len(self.names) + 1}"
        size = {"cpu": cpu, "memory": "8Gi", "pods": "50"}
        body = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "annotations": {"kwok.x-k8s.io/node": "fake"},
                "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", _LABEL: self.namespace.name},
            },
            "spec": {"taints": [{"key": _LABEL, "value": self.namespace.name, "effect": "NoSchedule"}]},
            "status": {"allocatable": size, "capacity": size},
        }
        self.api.create(_path(), body)
        self.names.append(name)
        until(lambda: _condition(self.get(name), "Ready"), f"node {name} is not ready")
        return name

    def get(self, name: str) -> dict[str, Any]:
        return self.api.get(_path(name))

    def spec(self, **more: Any) -> dict[str, Any]:
        """Of a pod that runs on these nodes alone."""
        resources = {"requests": {"cpu": "100m", "memory": "64Mi"}}
        return {
            "nodeSelector": {_LABEL: self.namespace.name},
            "tolerations": [{"key": _LABEL, "operator": "Exists", "effect": "NoSchedule"}],
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "main", "image": "busybox:1.36", "resources": resources}],
            **more,
        }

    def deploy(self, name: str, replicas: int, **more: Any) -> None:
        """A Deployment, all of whose pods are ready."""
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": self.spec(**more)}
        body = {
            "kind": "Deployment",
            "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        }
        self.namespace.create("apps/v1", "deployments", body)
        until(lambda: len(self.ready(name)) == replicas, f"Deployment {name} is not available")

    def budget(self, app: str, least: int) -> None:
        """A disruption budget that its controller has read and that lets some pod go."""
        spec = {"minAvailable": least, "selector": {"matchLabels": {"app": app}}}
        body = {"kind": "PodDisruptionBudget", "metadata": {"name": app}, "spec": spec}
        self.namespace.create("policy/v1", "poddisruptionbudgets", body)
        path = resource("policy/v1", "poddisruptionbudgets", self.namespace.name, app)
        until(lambda: (self.api.get(path).get("status") or {}).get("disruptionsAllowed"), "the budget was not read")

    def add_pod(self, name: str, **labels: str) -> None:
        """One that nobody would make again, and that runs."""
        body = {"kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": self.spec(restartPolicy="Never")}
        self.namespace.create("v1", "pods", body)
        until(lambda: self.pod(name)["status"].get("phase") == "Running", f"pod {name} does not run")

    def end_pod(self, name: str) -> None:
        """It has done its work."""
        path = resource("v1", "pods", self.namespace.name, name)
        self.api.patch(f"{path}/status", {"status": {"phase": "Succeeded", "conditions": []}})

    def pod(self, name: str) -> dict[str, Any]:
        return self.api.get(resource("v1", "pods", self.namespace.name, name))

    def pods(self, **labels: str) -> list[dict[str, Any]]:
        query = ",".join(f"{key}={value}" for key, value in labels.items())
        found, _version = self.api.list_at(resource("v1", "pods", self.namespace.name), {"labelSelector": query})
        return found

    def ready(self, app: str) -> list[str]:
        """The nodes of its pods that are ready."""
        return sorted(one["spec"]["nodeName"] for one in self.pods(app=app) if _condition(one, "Ready"))

    def remove(self) -> None:
        for api, plural in (("apps/v1", "deployments"), ("policy/v1", "poddisruptionbudgets"), ("v1", "pods")):
            for page in self.api.pages(resource(api, plural, self.namespace.name)):
                for one in page:
                    delete(self.api, resource(api, plural, self.namespace.name, one["metadata"]["name"]))
        for name in self.names:
            delete(self.api, _path(name))


def until(holds: Callable[[], Any], otherwise: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def delete(api: Client, path: str) -> None:
    """Whatever version it has by now."""
    while (found := api.get_or_none(path)) and not found["metadata"].get("deletionTimestamp"):
        try:
            api.delete(path, found["metadata"]["uid"], found["metadata"]["resourceVersion"])
        except OpsError as error:
            if error.kind != "conflict":
                raise


def _condition(item: dict[str, Any], name: str) -> bool:
    found = (item.get("status") or {}).get("conditions") or []
    return any(one["type"] == name and one["status"] == "True" for one in found)


def _path(name: str | None = None) -> str:
    return resource("v1", "nodes", None, name)
