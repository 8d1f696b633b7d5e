# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as the API server gives them, and scenes made of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import objects
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def node(name: str, *, cpu: str = "4", memory: str = "8Gi", pods: str = "10", **more: Any) -> dict[str, Any]:
    """One that is ready; ready, cordoned, taints, labels and annotations as they are given."""
    size = {"cpu": cpu, "memory": memory, "pods": pods, **more.get("extra", {})}
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": "5",
            "labels": {"kubernetes.io/hostname": name, **more.get("labels", {})},
            "annotations": more.get("annotations", {}),
        },
        "spec": {"unschedulable": more.get("cordoned", False), "taints": more.get("taints", [])},
        "status": {
            "allocatable": size,
            "conditions": [{"type": "Ready", "status": "True" if more.get("ready", True) else "Unknown"}],
        },
    }


def pod(
    name: str, on: str = "a", owner: tuple[str, str] = ("ReplicaSet", "web-1"), cpu: str = "100m", **more: Any
) -> dict[str, Any]:
    """One that is ready; ready, labels, annotations, deleting, spec and status as given. owner: () is nobody."""
    about: dict[str, Any] = {
        "namespace": more.get("namespace", "ns"),
        "name": name,
        "uid": f"uid-{name}",
        "labels": more.get("labels", {}),
        "annotations": more.get("annotations", {}),
    }
    if owner:
        reference = {"kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}
        about["ownerReferences"] = [reference]
    if more.get("deleting"):
        about["deletionTimestamp"] = "2026-11-21T07:59:00Z"
    requests = {"cpu": cpu, "memory": "64Mi", **more.get("asks", {})}
    return {
        "metadata": about,
        "spec": {
            "nodeName": on,
            "containers": [{"name": "main", "resources": {"requests": requests}}],
            **more.get("spec", {}),
        },
        "status": {
            "phase": "Running",
            "startTime": "2026-11-21T07:00:00Z",
            "conditions": [{"type": "Ready", "status": "True" if more.get("ready", True) else "False"}],
            **more.get("status", {}),
        },
    }


def scene(nodes: Iterable[dict], pods: Iterable[dict], **more: Any) -> Scene:
    reader = objects.PodReader()
    read = (objects.node(one) for one in nodes)
    return Scene(NOW, {one.name: one for one in read}, [reader.read(one) for one in pods], **more)
