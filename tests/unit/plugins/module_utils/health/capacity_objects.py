# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes, pods, metrics and quotas as the API server writes them, small."""

from __future__ import annotations

from typing import Any


def asks(cpu: str = "", memory: str = "", **more: Any) -> dict[str, Any]:
    """A container with these requests."""
    given = {name: value for name, value in (("cpu", cpu), ("memory", memory)) if value}
    return {"resources": {"requests": given}, **more}


def pod(name: str, *containers: dict[str, Any], node: str = "one", namespace: str = "argo", **more: Any) -> dict:
    """A running pod; more: labels, phase, status, and fields of its spec."""
    labels, phase, status = more.pop("labels", {}), more.pop("phase", "Running"), more.pop("status", {})
    spec = {"containers": list(containers), **({"nodeName": node} if node else {}), **more}
    meta = {"name": name, "namespace": namespace, "labels": labels}
    return {"metadata": meta, "spec": spec, "status": {"phase": phase, **status}}


def node(name: str = "one", cpu: str = "4", memory: str = "8Gi", *, pods: str = "10", ready: str = "True", **spec: Any):
    status = {"allocatable": {"cpu": cpu, "memory": memory, "pods": pods}}
    status["conditions"] = [{"type": "Ready", "status": ready}]
    return {"metadata": {"name": name}, "spec": spec, "status": status}


def node_metrics(name: str = "one", cpu: str = "1", memory: str = "1Gi") -> dict:
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def pod_metrics(name: str, cpu: str = "100m", memory: str = "100Mi", namespace: str = "argo") -> dict:
    usage = {"cpu": cpu, "memory": memory}
    return {"metadata": {"name": name, "namespace": namespace}, "containers": [{"name": "main", "usage": usage}]}


def quota(name: str, hard: dict[str, Any], used: dict[str, Any], namespace: str = "argo") -> dict:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"hard": hard},
        "status": {"hard": hard, "used": used},
    }


def claim(name: str, size: str = "10Gi", has: str = "10Gi", namespace: str = "argo", **labels: str) -> dict:
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"resources": {"requests": {"storage": size}}, "storageClassName": "local-path"},
        "status": {"phase": "Bound", "capacity": {"storage": has}},
    }
