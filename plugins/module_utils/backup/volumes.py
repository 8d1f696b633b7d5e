# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of volumes: how they are asked for, what they say, and which may go. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import KEEP
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

API = "snapshot.storage.k8s.io/v1"
PLURAL = "volumesnapshots"
#: what this collection made, and nothing else, is ever deleted
OWN = "ops.agent-platform/volume-snapshot"
REASON, ACTOR = "ops.agent-platform/volume-snapshot-reason", "ops.agent-platform/volume-snapshot-actor"
_LONGEST_CLAIM = 230  # of a name of 253 characters


@dataclass(frozen=True, slots=True)
class Claim:
    """A PersistentVolumeClaim. problem: why no snapshot of it can be taken, nothing when one can."""

    namespace: str
    name: str
    uid: str
    problem: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A VolumeSnapshot. ready: it can be restored from. error: what the driver said last."""

    namespace: str
    name: str
    uid: str
    version: str
    claim: str
    own: bool
    kept: bool
    ready: bool
    error: str
    size: str
    created: datetime | None


def claim_of(item: Mapping[str, Any]) -> Claim:
    """From an object of the API server, whatever its fields hold."""
    metadata, phase = mapping(item.get("metadata")), text(mapping(item.get("status")).get("phase"))
    problem = "" if phase == "Bound" else f"it is {phase.lower() or 'of no known phase'}, not bound"
    if metadata.get("deletionTimestamp"):
        problem = "it is being deleted"
    return Claim(text(metadata.get("namespace")), text(metadata.get("name")), text(metadata.get("uid")), problem)


def snapshot_of(item: Mapping[str, Any]) -> Snapshot:
    """From an object of the API server, whatever its fields hold."""
    metadata, status = mapping(item.get("metadata")), mapping(item.get("status"))
    labels, source = mapping(metadata.get("labels")), mapping(mapping(item.get("spec")).get("source"))
    return Snapshot(
        namespace=text(metadata.get("namespace")),
        name=text(metadata.get("name")),
        uid=text(metadata.get("uid")),
        version=text(metadata.get("resourceVersion")),
        claim=text(source.get("persistentVolumeClaimName")),
        own=labels.get(OWN) == "true",
        kept=labels.get(KEEP) == "true",
        ready=status.get("readyToUse") is True and not metadata.get("deletionTimestamp"),
        error=" ".join(text(mapping(status.get("error")).get("message")).split()),
        size=text(status.get("restoreSize")),
        created=parse_time(metadata.get("creationTimestamp")),
    )


def body(claim: Claim, moment: datetime, snapshot_class: str, why: Mapping[str, str]) -> dict[str, Any]:
    """A VolumeSnapshot to create. Its name is that of the claim and the moment, so that one moment makes it once.

    :param snapshot_class: empty for the default one of the driver
    """
    spec: dict[str, Any] = {"source": {"persistentVolumeClaimName": claim.name}}
    if snapshot_class:
        spec["volumeSnapshotClassName"] = snapshot_class
    name = f"{claim.name[:_LONGEST_CLAIM].rstrip('-.')}-{moment:%Y%m%d-%H%M%S}"
    annotations = {REASON: why["reason"], ACTOR: why["actor"]}
    metadata = {"name": name, "namespace": claim.namespace, "labels": {OWN: "true"}, "annotations": annotations}
    return {"apiVersion": API, "kind": "VolumeSnapshot", "metadata": metadata, "spec": spec}


def surplus(snapshots: Iterable[Snapshot], keep_newest: int) -> list[Snapshot]:
    """Of the own snapshots of one claim those that may go, oldest first.

    Only ready ones count, and the newest ready ones stay; one that is not ready goes when a newer one is. One whose age
    nobody knows, and one that a label keeps, stays.

    :param keep_newest: at least 1
    """
    own = [(one.created, one) for one in snapshots if one.own and not one.kept and one.created]
    ready = sorted((created for created, one in own if one.ready), reverse=True)
    if not ready:
        return []
    oldest_kept = ready[: max(1, keep_newest)][-1]
    gone = [(at, one) for at, one in own if at < oldest_kept or (not one.ready and at < ready[0])]
    return [one for _at, one in sorted(gone, key=lambda pair: (pair[0], pair[1].name))]
