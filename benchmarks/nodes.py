# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain of every node of a large cluster played through, against parsing the same objects and doing nothing."""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import objects, plan, report
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy

from benchmarks.measure import Row, run
from tests.support.lab import Lab

PODS = 10_000
_A_NODE = 50
_PAGE = 500
_LIMIT = 5.0  # seconds for all of it
_HARD = "requiredDuringSchedulingIgnoredDuringExecution"


def against_parsing(_lab: Lab, count: int) -> Iterator[Row]:
    """:param count: of pods; there is a node for each fifty of them"""
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), count)
        ours, raw = (run(sys.executable, "-m", "benchmarks.nodes", what, folder) for what in ("simulate", "parse"))
    nodes = count // _A_NODE
    work = f"play the drain of {nodes:,} nodes with {count:,} pods through"
    yield Row(work, ours.seconds, ours.mb, "parsing the objects", raw.seconds, _LIMIT)


def _write(folder: Path, count: int) -> None:
    """Pages as an API server gives them."""
    nodes = count // _A_NODE
    (folder / "nodes.json").write_text(json.dumps([_node(index) for index in range(nodes)]))
    for start in range(0, count, _PAGE):
        page = [_pod(index, index % nodes) for index in range(start, min(start + _PAGE, count))]
        (folder / f"pods-{start:06}.json").write_text(json.dumps(page))


def _node(index: int) -> dict[str, Any]:
    name, size = f"node-{index:04}", {"cpu": "32", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "zone": f"zone-{index % 3}"}
    ready = [{"type": "Ready", "status": "True"}]
    return {"metadata": {"name": name, "labels": labels}, "status": {"allocatable": size, "conditions": ready}}


def _pod(index: int, on: int) -> dict[str, Any]:
    """Every tenth is of an agent and every tenth a step of a workflow; the others are of Deployments of five pods."""
    kind, owner, labels = "ReplicaSet", f"web-{index // 5}", {"app": f"web-{index // 5}"}
    if index % 10 == 0:
        kind, owner, labels = "Job", f"run-{index}", {"github-user": "5dlabs-rex", "job-name": f"run-{index}"}
    elif index % 10 == 1:
        kind, owner, labels = "Workflow", f"play-{index}", {"workflows.argoproj.io/workflow": f"play-{index}"}
    resources = {"requests": {"cpu": f"{100 + index % 7 * 50}m", "memory": f"{128 + index % 5 * 64}Mi"}}
    environment = [{"name": f"SETTING_{number}", "value": "x" * 20} for number in range(12)]
    container = {"name": "main", "image": "registry.example/app:1.2.3", "env": environment, "resources": resources}
    reference = {"kind": kind, "name": owner, "uid": owner, "controller": True, "apiVersion": "v1"}
    return {
        "metadata": {
            "namespace": f"team-{index // 5 % 20}",
            "name": f"pod-{index:06}",
            "uid": f"uid-{index:06}",
            "labels": labels,
            "ownerReferences": [reference],
        },
        "spec": {"nodeName": f"node-{on:04}", "containers": [container] * 2, **_rules(index, labels)},
        "status": {
            "phase": "Running",
            "startTime": "2026-11-21T07:00:00Z",
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def _rules(index: int, labels: dict[str, str]) -> dict[str, Any]:
    """Some keep apart from their like, some are spread over zones, some select nodes."""
    selector = {"matchLabels": labels}
    if index % 10 == 2:
        term = {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"}
        return {"affinity": {"podAntiAffinity": {_HARD: [term]}}}
    if index % 10 == 3:
        spread = {"labelSelector": selector, "topologyKey": "zone", "maxSkew": 5, "whenUnsatisfiable": "DoNotSchedule"}
        return {"topologySpreadConstraints": [spread]}
    return {"nodeSelector": {"kubernetes.io/os": "linux"}} if index % 10 == 4 else {}


def _simulate(folder: Path) -> str:
    reader, pods = objects.PodReader(), []
    # As the module does while it reads.
    gc.disable()
    for page in sorted(folder.glob("pods-*.json")):
        pods += map(reader.read, json.loads(page.read_text()))
    gc.enable()
    nodes = map(objects.node, json.loads((folder / "nodes.json").read_text()))
    scene = Scene(datetime(2026, 11, 21, 8, tzinfo=UTC), {one.name: one for one in nodes}, pods)
    plans = plan.simulate(scene, Policy(), [])
    assert all(one.may_start for one in plans)
    return report.line(plans)


def _parse(folder: Path) -> str:
    return f"{sum(len(json.loads(page.read_text())) for page in sorted(folder.glob('*.json'))):,} objects"


if __name__ == "__main__":
    print({"simulate": _simulate, "parse": _parse}[sys.argv[1]](Path(sys.argv[2])))
