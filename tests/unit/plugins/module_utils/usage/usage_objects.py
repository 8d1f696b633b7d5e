# SPDX-License-Identifier: GPL-3.0-or-later
"""Workloads, their pods and what Prometheus knows of them, as the servers write them, small."""

from __future__ import annotations

from typing import Any


def pod(name: str, workload: str = "", *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A running pod of a Deployment, or of an agent; more: namespace, agent, phase, started, ended, claims, killed."""
    agent, labels = more.get("agent", ""), {"pod-template-hash": "5c9"}
    owners = [{"kind": "ReplicaSet", "name": f"{workload}-5c9", "controller": True}] if workload else []
    ended = {"terminated": {"finishedAt": more["ended"], "reason": "Completed"}} if more.get("ended") else {}
    killed = {"terminated": {"reason": "OOMKilled"}} if more.get("killed") else {}
    volumes = [{"persistentVolumeClaim": {"claimName": claim}} for claim in more.get("claims", ())]
    statuses = [{"name": one["name"], "state": ended, "lastState": killed} for one in containers]
    meta = {"name": name, "namespace": more.get("namespace", "argo"), "ownerReferences": owners}
    return {
        "metadata": {**meta, "labels": {**labels, **({"github-user": agent} if agent else {})}},
        "spec": {"containers": list(containers), "volumes": volumes},
        "status": {
            "phase": more.get("phase", "Running"),
            "startTime": more.get("started", "2026-11-21T00:00:00Z"),
            "containerStatuses": statuses,
        },
    }


def container(name: str = "main", *, limits: dict[str, str] | None = None, **requests: str) -> dict[str, Any]:
    return {"name": name, "resources": {"requests": requests, **({"limits": limits} if limits else {})}}


def series(value: object, pod: str = "a", container: str = "main", namespace: str = "argo") -> dict[str, Any]:
    """One of a vector, as Prometheus answers it."""
    return {"metric": {"namespace": namespace, "pod": pod, "container": container}, "value": [0, str(value)]}


def workload(name: str = "web", kind: str = "Deployment", replicas: int | None = 1, **resources: Any) -> dict[str, Any]:
    """A Deployment with one container; resources: as its container has them."""
    meta = {"name": name, "namespace": "argo", "uid": f"uid-{name}", "resourceVersion": "1", "generation": 1}
    spec = {"containers": [{"name": "main", "resources": resources}]}
    return {"kind": kind, "metadata": meta, "spec": {"replicas": replicas, "template": {"spec": spec}}}
