# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small builders that the sample's objects share: times, names, metadata, nodes of a workflow. Pure; private API."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Object = dict[str, Any]

PLATFORM_NAMESPACE = "agent-platform"
ARGO = "workflows.argoproj.io"
KEEP = {"ops.agent-platform/keep": "true"}
# Tells which situation an object of the sample stands for.
STATE_LABEL = "agents.platform/sample-state"

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True)
class Clock:
    """Times relative to the moment of the sample, as Kubernetes writes them."""

    now: datetime

    def ago(self, past: timedelta) -> str:
        """RFC 3339 in UTC with whole seconds; a negative past lies in the future."""
        return (self.now - past).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def suffix(chance: random.Random, length: int = 5) -> str:
    """Letters as Kubernetes puts behind a generateName."""
    return "".join(chance.choices(_LETTERS, k=length))


def metadata(
    name: str, namespace: str | None = PLATFORM_NAMESPACE, labels: dict[str, str] | None = None, **more: Any
) -> Object:
    meta: Object = {"name": name, **({"namespace": namespace} if namespace else {}), **more}
    if labels:
        meta["labels"] = labels
    return meta


def owned_by(api: str, kind: str, name: str) -> list[Object]:
    """An ownerReference whose uid is filled in when the owner exists."""
    return [{"apiVersion": api, "kind": kind, "name": name, "uid": "", "controller": True, "blockOwnerDeletion": True}]


def node_id(workflow: str, node: str) -> str:
    """The id that Argo's controller computes for a node: FNV-1a of its full name. It finds a node by nothing else."""
    if node == workflow:
        return workflow
    digest = 0x811C9DC5
    for byte in node.encode():
        digest = ((digest ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{workflow}-{digest}"


def node(workflow: str, name: str, kind: str, phase: str, times: tuple[str, str | None], **more: Any) -> Object:
    """One entry of status.nodes; ``name`` is the full one, times are start and end (None while it lasts)."""
    display = name.removeprefix(f"{workflow}.") if name != workflow else name
    entry: Object = {
        "id": node_id(workflow, name),
        "name": name,
        "displayName": more.pop("display", display),
        "type": kind,
        "phase": phase,
        "startedAt": times[0],
        "finishedAt": times[1],
        "templateScope": f"local/{workflow}",
        **more,
    }
    if name != workflow:
        entry.setdefault("boundaryID", workflow)
    return entry


def claim(name: str, size: str, labels: dict[str, str] | None = None, **meta: Any) -> list[Object]:
    """A PersistentVolumeClaim and the volume it is bound to."""
    namespace = meta.pop("namespace", PLATFORM_NAMESPACE)
    volume = f"pvc-sample-{namespace}-{name}"
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "local-path",
        "volumeName": volume,
        "resources": {"requests": {"storage": size}},
    }
    return [
        _volume(volume, name, namespace, size),
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": metadata(name, namespace, labels, **meta),
            "spec": spec,
        },
    ]


def _volume(name: str, claimed_by: str, namespace: str, size: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        # With an external provisioner named, the volume controller never tries to delete files itself.
        "metadata": metadata(name, None, annotations={"pv.kubernetes.io/provisioned-by": "rancher.io/local-path"}),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": size},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "name": claimed_by,
                "namespace": namespace,
            },
            "csi": {"driver": "local.sample.agents.platform", "volumeHandle": name},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": "local-path",
        },
    }
