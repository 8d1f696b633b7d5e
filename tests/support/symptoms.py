# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects on the practice cluster that show what is wrong, as decision trees look for it.

Nobody schedules their pods, so their status stays as it was written.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.coderun_start import SETTINGS_MAPS
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import AgentPods, ended, pod_labels
from tests.support.cluster import Namespace, ago
from tests.support.diagnosis import World
from tests.support.lab import Lab
from tests.support.services import Reply, serve

CODERUNS = ("agents.platform/v1", "coderuns")
OPERATIONS = "agent-platform-ops"
LIMITS = {"requests": {"memory": "128Mi"}, "limits": {"memory": "256Mi"}}
KILLED = ended("claude-code", 137, "OOMKilled")
#: marks what lies outside the namespace of a test
_OURS = {"ops-test/diagnosis": "true"}
_SECONDS = 60.0
#: a kubelet or a controller that nobody runs here
_NOBODY = "ops-test.example/nobody"


def pod(
    world: World,
    name: str,
    *statuses: dict[str, Any],
    phase: str = "Running",
    labels: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
    resources: Mapping[str, Any] | None = None,
    node: str = "",
    status: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A pod with that status, whose containers are those that have one, else an agent's.

    :param claims: claim by the path where it is mounted
    """
    volumes = {path: f"v{at}" for at, path in enumerate(claims or {})}
    names = [one["name"] for one in statuses] or ["claude-code", "sidecar"]
    spec: dict[str, Any] = {
        "schedulerName": _NOBODY.replace("/", "-"),
        "restartPolicy": "Never",
        "containers": [
            {
                "name": each,
                "image": "busybox:1.36",
                "resources": dict(resources or {}),
                "volumeMounts": [{"name": volume, "mountPath": path} for path, volume in volumes.items()],
            }
            for each in names
        ],
        "volumes": [
            {"name": volumes[path], "persistentVolumeClaim": {"claimName": claim}}
            for path, claim in (claims or {}).items()
        ],
        **({"nodeName": node} if node else {}),
    }
    meta = {"name": name, "labels": dict(labels or {})}
    world.namespace.create("v1", "pods", {"kind": "Pod", "metadata": meta, "spec": spec})
    body = {"phase": phase, "containerStatuses": list(statuses), **(status or {})}
    path = resource("v1", "pods", world.namespace.name, name)
    return world.namespace.api.patch(f"{path}/status", {"status": body})


def agent_pod(world: World, *statuses: dict[str, Any], name: str = "agent", task: str = "7", **more: Any) -> None:
    """A pod of Rex."""
    labels = {**pod_labels("5DLabs-Rex", "shop", task), **more.pop("labels", {})}
    pod(world, name, *statuses, labels=labels, **more)


def waits(name: str, reason: str, message: str = "") -> dict[str, Any]:
    """The status of a container that cannot be started."""
    waiting = {"reason": reason, "message": message}
    common = {"image": "busybox:1.36", "imageID": "", "restartCount": 0, "ready": False}
    return {"name": name, "state": {"waiting": waiting}, **common}


def unscheduled(message: str, since: str = "") -> dict[str, Any]:
    """The status of a pod that no node takes."""
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {"conditions": [{**condition, "lastTransitionTime": since or ago(minutes=30)}]}


def node(world: World, **conditions: str) -> str:
    """A node of the test's own, with these conditions besides Ready; `tidy` removes it."""
    name = f"{world.namespace.name}-node"
    path = resource("v1", "nodes")
    world.namespace.api.create(path, {"kind": "Node", "apiVersion": "v1", "metadata": {"name": name, "labels": _OURS}})
    kinds = {"Ready": "True", "MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False", **conditions}
    told = [
        {"type": kind, "status": word, "lastHeartbeatTime": ago(), "lastTransitionTime": ago(minutes=5)}
        for kind, word in kinds.items()
    ]
    world.namespace.api.patch(f"{path}/{name}/status", {"status": {"conditions": told}})
    return name


def emergency_stop(world: World, level: str) -> None:
    """The emergency stop of the practice cluster; `tidy` removes it."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "emergency-stop", "labels": _OURS}}
    world.namespace.api.create(resource("v1", "configmaps", OPERATIONS), {**body, "data": {"level": level}})


def tidy(api: Client) -> None:
    """Remove what cases have put outside their namespaces."""
    for path in (resource("v1", "nodes"), resource("v1", "configmaps", OPERATIONS)):
        for item in [one for page in api.pages(path, label_selector=next(iter(_OURS))) for one in page]:
            _remove(api, f"{path}/{item['metadata']['name']}")


def _remove(api: Client, path: str, tries: int = 5) -> None:
    """The simulated kubelet writes to nodes meanwhile."""
    while found := api.get_or_none(path):
        try:
            api.delete(path, found["metadata"]["uid"], found["metadata"]["resourceVersion"])
            return
        except OpsError as error:
            tries -= 1
            if error.kind != "conflict" or not tries:
                raise


def config_map(world: World, name: str, **data: str) -> None:
    world.namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": name}, "data": data})


def controller_settings(world: World, *, without: str = "", empty: str = "") -> None:
    """The ConfigMaps of the CodeRun controller."""
    for name in SETTINGS_MAPS:
        if name != without:
            config_map(world, name, **({} if name == empty else {"template.hbs": "words"}))


def coderun(
    world: World, name: str = "run", *, app: str = "5DLabs-Rex", phase: str = "", task: int = 7, **meta: Any
) -> dict[str, Any]:
    """A CodeRun whose status changed an hour ago; without a phase it has none."""
    fresh = meta.pop("fresh", False)
    status = meta.pop("status", {})
    spec = {
        "taskId": task,
        "service": "shop",
        "repositoryUrl": "https://github.com/5dlabs/shop",
        "docsRepositoryUrl": "https://github.com/5dlabs/docs",
        "workingDirectory": ".",
        "model": "opus",
        "githubApp": app,
    }
    body = {"kind": "CodeRun", "metadata": {"name": name, **meta}, "spec": spec}
    made = world.namespace.create(*CODERUNS, body)
    path = resource(*CODERUNS, world.namespace.name, name)
    told = {"phase": phase, "lastUpdate": ago() if fresh else ago(hours=1), **status}
    world.namespace.api.patch(f"{path}/status", {"status": told})
    return made


def job(world: World, run: dict[str, Any], *, suspend: bool = False, status: dict[str, Any] | None = None) -> str:
    """The Job of a CodeRun, which no controller looks at; returns its name."""
    meta = run["metadata"]
    owner = {"apiVersion": CODERUNS[0], "kind": "CodeRun", "name": meta["name"], "uid": meta["uid"]}
    name = f"play-{meta['name']}-v1"
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "claude-code", "image": "busybox:1.36"}]}}
    spec = {"template": template, "backoffLimit": 0, "suspend": suspend, "managedBy": _NOBODY}
    body = {"kind": "Job", "metadata": {"name": name, "ownerReferences": [owner]}, "spec": spec}
    world.namespace.create("batch/v1", "jobs", body)
    if status:
        path = resource("batch/v1", "jobs", world.namespace.name, name)
        world.namespace.api.patch(f"{path}/status", {"status": status})
    return name


def claim(world: World, name: str, phase: str = "Pending", **meta: Any) -> None:
    """A claim; Pending ones have no volume, that of Lost ones is gone."""
    if phase == "Bound":
        AgentPods(world.namespace).add_claim(name, **meta.get("labels", {}))
        return
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "nobody-provisions",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    if phase == "Lost":
        spec["volumeName"] = "gone"
        meta["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    body = {"kind": "PersistentVolumeClaim", "metadata": {"name": name, **meta}, "spec": spec}
    world.namespace.create("v1", "persistentvolumeclaims", body)
    path = resource("v1", "persistentvolumeclaims", world.namespace.name, name)
    wait_for(world.namespace.api, path, lambda one: one["status"].get("phase") == phase)


def event(world: World, kind: str, name: str, reason: str, message: str, uid: str = "") -> None:
    """A warning about an object."""
    about = {"kind": kind, "name": name, "namespace": world.namespace.name, "uid": uid}
    body = {"kind": "Event", "metadata": {"generateName": f"{name}."}, "involvedObject": about, "type": "Warning"}
    world.namespace.create("v1", "events", {**body, "reason": reason, "message": message, "lastTimestamp": ago()})


def quota(world: World, **hard: str) -> None:
    """A quota whose use has been counted."""
    limits = {name.replace("_", "/"): value for name, value in hard.items()}
    world.namespace.create(
        "v1", "resourcequotas", {"kind": "ResourceQuota", "metadata": {"name": "limits"}, "spec": {"hard": limits}}
    )
    _wait_for_use(world, bool)


def full_quota(world: World) -> None:
    """A quota of one claim, and that claim.

    In this order, so that it counts as it is let in: the first count misses what its controller has not heard of yet.
    """
    quota(world, persistentvolumeclaims="1")
    claim(world, "one")
    _wait_for_use(world, lambda used: used == {"persistentvolumeclaims": "1"})


def _wait_for_use(world: World, holds: Callable[[Mapping[str, str]], bool]) -> None:
    path = resource("v1", "resourcequotas", world.namespace.name, "limits")
    wait_for(world.namespace.api, path, lambda one: holds((one.get("status") or {}).get("used") or {}))


def deployment(namespace: Namespace, name: str, replicas: int = 1) -> None:
    """A Deployment as its controller sees it: one replica becomes available on a simulated node."""
    labels = {"app": name}
    containers = [{"name": name, "image": "busybox:1.36"}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    namespace.create("apps/v1", "deployments", {"kind": "Deployment", "metadata": {"name": name}, "spec": spec})
    path = resource("apps/v1", "deployments", namespace.name, name)

    def is_there(one: dict[str, Any]) -> object:
        status = one.get("status") or {}
        return status.get("observedGeneration") and status.get("availableReplicas", 0) == replicas

    wait_for(namespace.api, path, is_there)


@cache
def controllers(api: Client) -> Namespace:
    """A namespace in which both controllers are available; cases that need them share it, each by names of its own."""
    namespace = Namespace(api)
    for name in ("controller", "argo-workflows-workflow-controller"):
        deployment(namespace, name)
    return namespace


@cache
def measured_pods(api: Client) -> dict[str, Namespace]:
    """Namespaces with a pod of Rex that uses nearly all of its memory (near) or a part of it (far).

    It takes metrics-server half a minute to tell, so they are better made early.
    """
    found = {}
    for word, memory in (("near", "250Mi"), ("far", "60Mi")):
        pods = AgentPods(Namespace(api))
        pods.add(annotations={"kwok.x-k8s.io/usage-cpu": "10m", "kwok.x-k8s.io/usage-memory": memory})
        found[word] = pods.namespace
    return found


def beside_controllers(make: Callable[[World, str], Any]) -> Callable[[World], Any]:
    """A maker of a case in that namespace; it gets a name that no other case has."""

    def made(world: World) -> Any:
        own = world.namespace.name
        world.namespace = controllers(world.namespace.api)
        return make(world, own)

    return made


def find_cause(lab: Lab, tree: str, namespace: Namespace, *arguments: str, **options: Any) -> dict[str, Any]:
    """The step of a run of the tree's runbook over one namespace, under just its own rights; it has written nothing."""
    name, position = f"diagnose_{tree}", lab.audit_position()
    account = name.replace("_", "-")
    given = {
        "platform_kubeconfig": str(lab.kubeconfig_of(account)),
        "platform_namespaces": [namespace.name],
        **options,
    }
    run = lab.run_playbook(name, "-e", json.dumps(given), *arguments)
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    assert lab.writes(position, f"system:serviceaccount:{OPERATIONS}:{account}") == []
    (step,) = run.record["steps"]
    return step


def wait_for(api: Client, path: str, holds: Callable[[dict[str, Any]], object]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not holds(api.get(path)):
        assert time.monotonic() < deadline, path
        time.sleep(0.1)


@contextmanager
def kubelets() -> Iterator[Callable[[World, Mapping[str, float]], None]]:
    """Prometheus as far as volumes go; what is yielded tells it how many percent of the claims of a world are used."""
    series: list[dict[str, Any]] = []

    def answer(_path: str) -> Reply:
        data = {"resultType": "vector", "result": series}
        return Reply(json.dumps({"status": "success", "data": data}).encode())

    def tell(world: World, percent: Mapping[str, float]) -> None:
        world.prometheus_url = service.url()
        amounts = [
            (name, what, value)
            for name, used in percent.items()
            for what, value in (("used", f"{used * 1e7:.0f}"), ("capacity", "1000000000"))
        ]
        labels = {"namespace": world.namespace.name}
        series[:] = [
            {"metric": {**labels, "persistentvolumeclaim": name, "what": what}, "value": [0, value]}
            for name, what, value in amounts
        ]

    with serve(answer) as service:
        yield tell
