# SPDX-License-Identifier: GPL-3.0-or-later
"""The query of flows/volume_usage.py, asked of a real Prometheus that scrapes an exporter of this test's own."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.flows.volume_usage import read

from tests.support.lab import Lab
from tests.support.prometheus import prometheus
from tests.support.services import Reply, serve

GIB = 2**30
# As kubelets write it: a claim known to two of them, one without a capacity, one of another namespace.
VOLUMES = {
    ("argo", "workspace", "node-a"): (9 * GIB, 10 * GIB),
    ("argo", "workspace", "node-b"): (2 * GIB, 20 * GIB),
    ("agent-platform", "workspace", "node-a"): (GIB, 10 * GIB),
    ("agent-platform", "no-capacity", "node-a"): (GIB, None),
    ("elsewhere", "workspace", "node-a"): (GIB, 10 * GIB),
}


def _exporter(_path: str) -> Reply:
    lines = []
    for (namespace, claim, node), (used, capacity) in VOLUMES.items():
        labels = f'{{namespace="{namespace}",persistentvolumeclaim="{claim}",node="{node}"}}'
        lines.append(f"kubelet_volume_stats_used_bytes{labels} {used}")
        if capacity is not None:
            lines.append(f"kubelet_volume_stats_capacity_bytes{labels} {capacity}")
    return Reply("\n".join([*lines, ""]).encode(), headers={"Content-Type": "text/plain; version=0.0.4"})


def test_a_real_prometheus_tells_how_full_the_claims_are(lab: Lab, tmp_path: Path) -> None:
    with serve(_exporter) as exporter, prometheus(lab.program("prometheus"), tmp_path, exporter.port) as server:
        server.wait_for("kubelet_volume_stats_capacity_bytes")
        assert read(server.url, ["argo", "agent-platform", "empty"]) == [
            {"namespace": "agent-platform", "name": "workspace", "used": GIB, "capacity": 10 * GIB},
            {"namespace": "argo", "name": "workspace", "used": 9 * GIB, "capacity": 10 * GIB},
        ]
        assert read(server.url, ["empty"]) == []
