# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of Argo Events in the namespace of a test, standing as on a platform that is well."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import Namespace, ago

EVENTS = "argoproj.io/v1alpha1"
HEADER = "headers.X-Github-Event.0"
MERGED = {HEADER: "pull_request", "body.action": "closed"}
LABELED = {HEADER: "pull_request", "body.action": "labeled"}
HELPER = {
    "name": "resume",
    "k8s": {
        "operation": "create",
        "source": {"resource": {"apiVersion": EVENTS, "kind": "Workflow", "metadata": {"generateName": "resume-"}}},
    },
}
NAMELESS = {
    "name": "resume",
    "argoWorkflow": {
        "operation": "resume",
        "source": {"resource": {"apiVersion": EVENTS, "kind": "Workflow", "metadata": {"generateName": "resume-"}}},
    },
}


def _put(namespace: Namespace, plural: str, name: str, kind: str, spec: dict, conditions: dict[str, str]) -> None:
    namespace.create(EVENTS, plural, {"kind": kind, "metadata": {"name": name}, "spec": spec})
    told = [{"type": one, "status": status} for one, status in conditions.items()]
    path = resource(EVENTS, plural, namespace.name, name)
    namespace.api.patch(f"{path}/status", {"status": {"conditions": told}})


def deployment(namespace: Namespace, name: str, labels: dict[str, str]) -> None:
    """One that is available when this returns."""
    selector = {"app": name}
    pod = {"containers": [{"name": "main", "image": "busybox:1.36"}]}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": selector},
        "template": {"metadata": {"labels": {**selector, **labels}}, "spec": pod},
    }
    meta = {"name": name, "labels": labels}
    namespace.create("apps/v1", "deployments", {"kind": "Deployment", "metadata": meta, "spec": spec})
    path, until = resource("apps/v1", "deployments", namespace.name, name), time.monotonic() + 60
    while not namespace.api.get(path)["status"].get("availableReplicas"):
        assert time.monotonic() < until, f"{name} does not become available"
        time.sleep(0.1)


def sensor(
    namespace: Namespace,
    hears: dict[str, str],
    *,
    name: str = "merged",
    trigger: dict[str, Any] = HELPER,
    deployed: str = "True",
    runs: bool = True,
) -> None:
    """A sensor with one dependency and one trigger, with its Deployment or without."""
    data = [{"path": path, "type": "string", "value": [value]} for path, value in hears.items()]
    spec = {
        "dependencies": [{"name": "event", "eventSourceName": "github", "eventName": "org", "filters": {"data": data}}],
        "triggers": [{"template": trigger}],
    }
    _put(namespace, "sensors", name, "Sensor", spec, {"Deployed": deployed, "TriggersProvided": "True"})
    if runs:
        deployment(namespace, f"{name}-sensor", {"sensor-name": name})


def event_source(namespace: Namespace, *, runs: bool = True, service: bool = False, endpoints: bool = False) -> None:
    """The event source github, with its Deployment, Service and ready endpoint or without."""
    spec = {"github": {"org": {"organizations": ["5dlabs"], "events": ["*"]}}}
    _put(namespace, "eventsources", "github", "EventSource", spec, {"Deployed": "True", "SourcesProvided": "True"})
    if runs:
        deployment(namespace, "github-eventsource", {"eventsource-name": "github"})
    if service:
        port = {"port": 12000, "targetPort": 12000}
        meta = {"name": "github-eventsource-svc"}
        # Without a selector nobody else writes its endpoints.
        namespace.create("v1", "services", {"kind": "Service", "metadata": meta, "spec": {"ports": [port]}})
    if endpoints:
        meta = {"name": "github", "labels": {"kubernetes.io/service-name": "github-eventsource-svc"}}
        body = {"endpoints": [{"addresses": ["10.0.0.7"], "conditions": {"ready": True}}], "addressType": "IPv4"}
        namespace.create("discovery.k8s.io/v1", "endpointslices", {"kind": "EndpointSlice", "metadata": meta, **body})


def event_bus(namespace: Namespace, deployed: str = "True") -> None:
    """The bus default, as its controller tells of it."""
    spec = {"nats": {"native": {"replicas": 3, "maxAge": "5m"}}}
    _put(namespace, "eventbus", "default", "EventBus", spec, {"Deployed": deployed, "Configured": "True"})


def pod(namespace: Namespace, *, minutes: float, restarts: int = 0) -> None:
    """A pod of a sensor that no scheduler takes, running for so many minutes by its status."""
    container = {"name": "main", "image": "busybox:1.36"}
    meta = {"name": "merged-sensor", "labels": {"sensor-name": "merged"}}
    spec = {"schedulerName": "nobody", "containers": [container]}
    namespace.create("v1", "pods", {"kind": "Pod", "metadata": meta, "spec": spec})
    state = {"state": {"running": {"startedAt": ago(minutes=minutes)}}, "restartCount": restarts}
    told = {"phase": "Running", "containerStatuses": [{**container, "imageID": "", "ready": True, **state}]}
    namespace.api.patch(f"{resource('v1', 'pods', namespace.name, 'merged-sensor')}/status", {"status": told})


def delivery(event: str, action: str, *, minutes: float, code: int = 202, **row: Any) -> dict[str, Any]:
    """One row of GitHub's list of deliveries."""
    return {
        "id": int(minutes * 1000),
        "guid": f"guid-{event}-{minutes}",
        "event": event,
        "action": action,
        "delivered_at": ago(minutes=minutes),
        "duration": 0.1,
        "status_code": code,
        "redelivery": False,
        **row,
    }


def merge(*, minutes: float, code: int = 202, **row: Any) -> dict[str, Any]:
    """The delivery of a merge, with the payload of pull request 7 of task 1101."""
    payload = {"action": "closed", "pull_request": {"number": 7, "merged": True, "labels": [{"name": "task-1101"}]}}
    return delivery("pull_request", "closed", minutes=minutes, code=code, request={"payload": payload}, **row)
