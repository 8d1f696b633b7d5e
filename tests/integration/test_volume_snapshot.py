# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of volumes, with the real definitions and a simulated driver of the storage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.claims import bind
from tests.support.cluster import KEEP, Namespace
from tests.support.csi import API, SimulatedDriver
from tests.support.lab import Lab
from tests.support.modules import run_module
from tests.support.roles import run_step


def _claim(namespace: Namespace, name: str) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}
    volume_name = f"{namespace.name}-{name}"
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "labels": {"of": "test"}}}
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume_name}}
    bound = {"claimRef": {"namespace": namespace.name, "name": name}, "hostPath": {"path": "/nowhere"}}
    more = {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "capacity": {"storage": "1Gi"}, **bound}
    bind(
        namespace.api, namespace.name, {**volume, "spec": more}, {**claim, "spec": {**spec, "volumeName": volume_name}}
    )


@pytest.fixture
def driver(namespace: Namespace, tmp_path: Path) -> Iterator[SimulatedDriver]:
    with SimulatedDriver(namespace.api, namespace.name, tmp_path) as running:
        yield running


def _there(namespace: Namespace) -> dict[str, dict[str, Any]]:
    path = resource(API, "volumesnapshots", namespace.name)
    return {item["metadata"]["name"]: item for page in namespace.api.pages(path) for item in page}


def test_each_claim_gets_one_that_is_ready_and_old_ones_of_ours_go(
    lab: Lab, driver: SimulatedDriver, namespace: Namespace, tmp_path: Path
) -> None:
    _claim(namespace, "a")
    namespace.create("v1", "persistentvolumeclaims", {"kind": "PersistentVolumeClaim", **_unbound("waits")})
    foreign = {"kind": "VolumeSnapshot", "metadata": {"name": "foreign"}, "spec": _source("a")}
    pinned = {"metadata": {"name": "pinned", "labels": {KEEP: "true", "ops.agent-platform/volume-snapshot": "true"}}}
    namespace.create(API, "volumesnapshots", foreign)
    namespace.create(API, "volumesnapshots", {"kind": "VolumeSnapshot", **pinned, "spec": _source("a")})
    options = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name], "keep_newest": 1}

    looked = run_module("volume_snapshot", check=True, **options)
    assert (looked["total"], len(_there(namespace))) == (1, 2)
    variables = {
        "platform_kubeconfig": str(lab.kubeconfig_of("backup-data")),
        "volume_snapshot_namespaces": [namespace.name],
        "volume_snapshot_keep_newest": 1,
        "volume_snapshot_reason": "a drill",
    }
    step = run_step(tmp_path, "volume_snapshot", "-e", json.dumps(variables))
    assert step.rc == 0, step.stdout
    assert step.findings == {"waits": ("warning", "it is pending, not bound")}
    first = set(_there(namespace)) - {"foreign", "pinned"}
    assert [name.rsplit("-", 2)[0] for name in first] == ["a"]
    assert all(_there(namespace)[name]["status"]["readyToUse"] for name in first)

    again = run_module("volume_snapshot", **options)
    assert again["line"] == "1 refused · 1 taken · 1 deleted"
    second = set(_there(namespace))
    assert first.isdisjoint(second)
    assert {"foreign", "pinned"} < second
    assert len(second) == 3


def test_one_that_is_never_ready_is_unverified_and_nothing_old_goes(
    lab: Lab, driver: SimulatedDriver, namespace: Namespace
) -> None:
    _claim(namespace, "a")
    options = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name], "keep_newest": 1}
    assert not run_module("volume_snapshot", **options).get("failed")
    before = set(_there(namespace))
    driver.broken.add("a")
    failed = run_module("volume_snapshot", wait=3, **options)
    assert failed.get("failed")
    assert "the simulated driver is full" in failed["msg"]
    assert [one["status"] for one in failed["findings"]] == ["unknown"]
    assert before < set(_there(namespace))
    for wrong, why in (
        ({"names": ["a", "absent"]}, "there is no claim of this name"),
        ({"keep_newest": 0}, "at least 1"),
        ({"max_changes": 0}, "max_changes is 0"),
    ):
        there = set(_there(namespace))
        refused = run_module("volume_snapshot", **{**options, **wrong})
        assert why in refused["msg"]
        assert set(_there(namespace)) == there


def test_a_cluster_without_volume_snapshots_is_unknown(lab: Lab, tmp_path: Path) -> None:
    step = run_step(tmp_path, "volume_snapshot", "-e", f"platform_kubeconfig={lab.kubeconfig}")
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]


def _source(claim: str) -> dict[str, Any]:
    return {"source": {"persistentVolumeClaimName": claim}}


def _unbound(name: str) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "none", "resources": {"requests": {"storage": "1Gi"}}}
    return {"metadata": {"name": name}, "spec": spec}
