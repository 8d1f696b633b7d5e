# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods of agents on the simulated nodes of the practice cluster, with what a real node would say of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import as_label
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import claim

from tests.support.claims import bind
from tests.support.cluster import Namespace, ago
from tests.support.commands import CACHE, emptied

KWOK = "kwok.x-k8s.io/v1alpha1"
MAIN, SIDECAR, DOCKER = "claude-code", "sidecar", "docker-daemon"
#: as variable platform_agents of an inventory
TABLE = [
    {"name": "rex", "github_app": "5DLabs-Rex", "workspace": "shared"},
    {"name": "blaze", "github_app": "5DLabs-Blaze", "workspace": "shared"},
    {"name": "cleo", "github_app": "5DLabs-Cleo"},
    {"name": "tess", "github_app": "5DLabs-Tess"},
]
_SECONDS = 30.0


def pod_labels(agent: str, service: str, task: str, **more: str) -> dict[str, str]:
    """Labels of a CodeRun's Job and pods, as the controller writes them; agent is the GitHub App."""
    return {
        "app": "controller",
        "component": "code-runner",
        "job-type": "code",
        "task-type": "code",
        "github-user": as_label(agent),
        "service": service,
        "task-id": task,
        **more,
    }


def pod_spec(claims: Iterable[str] = (), containers: Iterable[str] = (MAIN, SIDECAR), **more: Any) -> dict[str, Any]:
    """The pod of a Job; it asks for 100m, 128Mi and is limited to 256Mi."""
    resources = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}
    volumes = [{"name": f"v{at}", "persistentVolumeClaim": {"claimName": name}} for at, name in enumerate(claims)]
    mounts = [{"name": volume["name"], "mountPath": f"/{volume['name']}"} for volume in volumes]
    return {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 0,
        "containers": [
            {"name": name, "image": "busybox:1.36", "resources": resources, "volumeMounts": mounts}
            for name in containers
        ],
        "volumes": volumes,
        **more,
    }


def ended(name: str, code: int, reason: str, **since: float) -> dict[str, Any]:
    """The status of a container that has ended; a minute ago by default."""
    over = {
        "exitCode": code,
        "reason": reason,
        "startedAt": ago(hours=1),
        "finishedAt": ago(**(since or {"minutes": 1})),
    }
    return _container(name, ready=False, state={"terminated": over})


def running(name: str) -> dict[str, Any]:
    """The status of a container that runs."""
    return _container(name, ready=True, state={"running": {"startedAt": ago(hours=1)}})


class AgentPods:
    """Pods of agents in one namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.api = namespace.api
        self.path = resource("v1", "pods", namespace.name)
        self._folder = emptied(CACHE / "agents" / namespace.name)

    def add(
        self,
        agent: str = "5DLabs-Rex",
        service: str = "shop",
        task: str = "7",
        *,
        name: str = "",
        state: str = "running",
        labels: dict[str, str] | None = None,
        annotations: dict[str, str] | None = None,
        claims: Iterable[str] = (),
        containers: Iterable[str] = (MAIN, SIDECAR),
        job: str = "",
        exec_workdir: Path | None = None,
        exec_env: dict[str, str] | None = None,
        log: str | None = None,
        forward_port: int | None = None,
        **spec: Any,
    ) -> str:
        """Make one pod, and wait until it is as it was wished; returns its name.

        :param state: running; oom_killed and failed (it has ended); main_dead (beside a living sidecar); pending (no
            node takes it)
        :param claims: of its namespace; without those, which `add_claim` makes, no node takes the pod
        :param exec_workdir: commands in any of its containers run in this folder of this very host
        :param log: what every container of it has written
        :param forward_port: the port of the loopback address to which port-forwards lead
        """
        job = job or f"play-coderun-t{task}-{as_label(agent).removeprefix('5dlabs-')}-claude-v1"
        meta: dict[str, Any] = {
            "labels": {**pod_labels(agent, service, task), "job-name": job, **(labels or {})},
            "annotations": annotations or {},
            **({"name": name} if name else {"generateName": f"{job}-"}),
        }
        body = pod_spec(claims, containers, **spec)
        if state == "pending":
            body["nodeSelector"] = {"kubernetes.io/hostname": "a-node-that-is-not-there"}
        made = self.namespace.create("v1", "pods", {"kind": "Pod", "metadata": meta, "spec": body})["metadata"]["name"]
        self.serve(made, exec_workdir=exec_workdir, exec_env=exec_env, log=log, forward_port=forward_port)
        if state == "pending":
            self.wait(made, lambda pod: bool((pod.get("status") or {}).get("conditions")))
            return made
        self.wait(made, lambda pod: (pod.get("status") or {}).get("phase") == "Running")
        if state != "running":
            self.api.patch(f"{self.path}/{made}/status", {"status": _ended_status(state, list(containers))})
        return made

    def serve(
        self,
        pod: str,
        *,
        exec_workdir: Path | None = None,
        exec_env: dict[str, str] | None = None,
        log: str | None = None,
        forward_port: int | None = None,
    ) -> None:
        """What the simulated node does for a pod of this name, which may come later; effective after a second."""
        if exec_workdir is not None:
            envs = [{"name": key, "value": value} for key, value in (exec_env or {}).items()]
            self._serve("Exec", pod, {"execs": [{"local": {"workDir": str(exec_workdir), "envs": envs}}]})
        if log is not None:
            file = self._folder / f"{pod}.log"
            file.write_text("".join(f"{ago()[:-1]}.000000000Z stdout F {line}\n" for line in log.splitlines()))
            self._serve("Logs", pod, {"logs": [{"logsFile": str(file), "previousLogsFile": str(file)}]})
        if forward_port is not None:
            target = {"address": "127.0.0.1", "port": forward_port}
            self._serve("PortForward", pod, {"forwards": [{"target": target}]})

    def add_claim(self, name: str, size: str = "10Gi", **labels: str) -> None:
        """A workspace with its volume, bound."""
        bind(self.api, self.namespace.name, *claim(name, size, labels, namespace=self.namespace.name))

    def get(self, name: str) -> dict[str, Any] | None:
        return self.api.get_or_none(f"{self.path}/{name}")

    def wait(self, name: str, holds: Callable[[dict[str, Any]], bool], seconds: float = _SECONDS) -> None:
        _until(lambda: holds(self.get(name) or {}), f"pod {name} did not become as it was wished", seconds)

    def _serve(self, kind: str, pod: str, spec: dict[str, Any]) -> None:
        plural = kind.lower() if kind.endswith("s") else f"{kind.lower()}s"
        path = resource(KWOK, plural, self.namespace.name, pod)
        self.api.apply(path, {"apiVersion": KWOK, "kind": kind, "metadata": {"name": pod}, "spec": spec})


def _ended_status(state: str, containers: list[str]) -> dict[str, Any]:
    reason = {"oom_killed": (137, "OOMKilled")}.get(state, (1, "Error"))
    ready = {"status": "False", "reason": "ContainersNotReady", "lastTransitionTime": ago(minutes=10)}
    conditions = [{"type": "Ready", **ready}, {"type": "ContainersReady", **ready}]
    main, others = ended(containers[0], *reason, minutes=10), containers[1:]
    if state == "main_dead":
        return {"conditions": conditions, "containerStatuses": [main, *map(running, others)]}
    over = [ended(name, 0, "Completed", minutes=10) for name in others]
    return {"phase": "Failed", "conditions": conditions, "containerStatuses": [main, *over]}


def _container(name: str, **state: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox:1.36", "imageID": "", "restartCount": 0, **state}


def _until(holds: Callable[[], bool], otherwise: str, seconds: float = _SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)
