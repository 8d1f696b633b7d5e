# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capacity of a platform: read in one pass, judge, and compare with earlier records. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import records
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Look, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health import (
    capacity,
    capacity_report,
    capacity_tables,
    run,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import trends
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

TREND = "capacity_trend"
LISTS = ("nodes", "namespaces", "agents", "quotas", "claims")
_METRICS = "metrics.k8s.io/v1beta1"
#: what is read, and what is kept of each object. Pods are read everywhere: a node carries those of all namespaces.
_READ: dict[str, tuple[Part, Callable[[object], Item]]] = {
    "nodes": (Part("nodes", "v1", "nodes", "Node", "cluster"), capacity.node_row),
    "pods": (Part("pods", "v1", "pods", "Pod", "cluster"), capacity.pod_row),
    "node_metrics": (Part("node_metrics", _METRICS, "nodes", "NodeMetrics", "cluster"), capacity.node_usage),
    "pod_metrics": (Part("pod_metrics", _METRICS, "pods", "PodMetrics", "cluster"), capacity.pod_usage),
    "claims": (Part("claims", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"), capacity.claim_row),
}


class Reduced:
    """Reduces pages of objects to one row for each."""

    def __init__(self, row: Callable[[object], Item]) -> None:
        self._row = row
        self.items: list[Item] = []

    def add(self, items: list[Item]) -> None:
        self.items.extend(map(self._row, items))


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it.

    namespaces: whose owners, quotas and claims are told. store: URL of earlier records, empty for none.
    runbook: only records of this one. rows_directory: where long lists go.
    """

    now: datetime
    namespaces: Sequence[str] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    store: str = ""
    store_options: Mapping[str, Any] = field(default_factory=dict)
    platform: str = ""
    runbook: str = ""
    rows_directory: str | None = None

    def limits(self) -> dict[str, dict[str, float]]:
        """:raises OpsError: invalid, for thresholds that make no sense"""
        return run.limits(CHECKS, self.thresholds)


def review(client: Client, order: Order, limits: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Tables, totals, findings, measures, trend, line; the same for the same cluster and records.

    :raises OpsError: when the API server does not answer at all, or a long list cannot be written
    """
    namespaces = tuple(dict.fromkeys(order.namespaces))
    own = {name: (part, partial(Reduced, row)) for name, (part, row) in _READ.items()}
    snapshot = read(client, CHECKS, Look(order.now, namespaces, 0, Thresholds(), Sources(""), own))
    findings = run.judge(CHECKS, snapshot, limits, order.now, {"namespaces": namespaces})
    seen = _tables(snapshot, namespaces)
    measures = capacity_report.measures(seen, limits)
    trend, problem = _trend(order, measures)
    seen["trend"] = trend
    if problem:
        about = subject("Store", name="records")
        findings.append(finding(TREND, "unknown", about, f"the earlier records could not be read: {problem}"))
    shown, files = _shown(seen, order.rows_directory)
    return {
        **shown,
        "rows_files": files,
        "totals": {**seen["totals"], "claims": seen["claim_totals"]},
        "findings": worst_first(findings),
        "measures": measures,
        "trend": trend,
        "tables": capacity_report.report_tables(seen),
        "line": capacity_report.line(seen),
    }


def _tables(snapshot: Snapshot, namespaces: tuple[str, ...]) -> dict[str, Any]:
    """What could not be read is None in numbers, and an empty list; a finding tells why."""
    parts = {name: snapshot.parts[name] if name in snapshot.looked else None for name in snapshot.parts}
    pods, usage = parts["pods"], parts["pod_metrics"]
    nodes = capacity_tables.nodes(parts["nodes"] or (), pods, parts["node_metrics"])
    claims = capacity_tables.claims(parts["claims"] or ())
    of_platform = capacity_tables.chosen(pods or (), namespaces)
    totals = capacity_tables.totals(nodes, pods) if parts["nodes"] else capacity_tables.no_totals(pods)
    seen = {
        "nodes": nodes,
        "totals": totals,
        "namespaces": capacity_tables.groups(of_platform, usage, "namespace"),
        "agents": capacity_tables.groups(of_platform, usage, "owner"),
        "quotas": capacity_tables.quotas(parts["quotas"] or ()),
        "claims": claims,
        "claim_totals": capacity_tables.claim_totals(claims),
    }
    if snapshot.missing("claims"):
        # Half of the claims would look like room that is not there.
        seen["claim_totals"] |= {"requested": None, "capacity": None}
    return seen


def _trend(order: Order, measures: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """(rows of the trend up to now, why there is nothing earlier)."""
    moment, earlier, problem = format_time(order.now), [], ""
    if order.store and order.platform:
        try:
            store = open_store(order.store, order.store_options, create=False)
            earlier = records.earlier(store, order.platform, order.runbook, before=moment, keep=trends.kept)
        except OpsError as error:
            problem = " ".join(str(error).split())
    now = {"started": moment, "steps": [{"data": {"measures": measures}}]}
    return capacity_report.trend(trends.series([*earlier, now])), problem


def _shown(seen: Mapping[str, Any], directory: str | None) -> tuple[dict[str, list[Any]], dict[str, str]]:
    shown, files = {}, {}
    for name in LISTS:
        shown[name], file = present(seen[name], directory, f"capacity-{name}")
        if file:
            files[name] = file
    return shown, files
