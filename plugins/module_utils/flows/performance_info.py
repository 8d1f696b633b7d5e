# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance of a platform: what ended, from cluster, archive, records and Prometheus, judged. Private API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN, WORKFLOW
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import records
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Look, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.prometheus_ask import over
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import trends
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import performance, performance_report
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance import CodeRunTimes, WorkflowTimes
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance_checks import (
    CHECKS,
    CODERUNS,
    EARLIER,
    HISTORY,
    WORKFLOWS,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse

SOURCES = "performance_sources"
MOST_SERIES = 50
_LONGEST_LINE = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Query:
    """One question to Prometheus."""

    label: str
    query: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it.

    window: seconds back from now within which a workflow must have ended. store: URL of earlier records.
    runbooks: whose records count, every one's where none is named.
    archive: file with a workflow as JSON in each line, empty for none.
    """

    now: datetime
    window: float
    namespaces: Sequence[str] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    platform: str = ""
    store: str = ""
    store_options: Mapping[str, Any] = field(default_factory=dict)
    runbooks: Sequence[str] = ()
    archive: str = ""
    prometheus_url: str = ""
    queries: Sequence[Query] = ()
    timeout: float = 10.0
    validate_certs: bool = True

    def limits(self) -> dict[str, dict[str, float]]:
        """:raises OpsError: invalid, for thresholds or a URL that make no sense"""
        if self.prometheus_url:
            parse(self.prometheus_url)
        return run.limits(CHECKS, self.thresholds)


def review(client: Client, order: Order, limits: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Rows, findings, measures, trend, tables, sources and line; the same for the same cluster, files and records.

    :raises OpsError: when the API server does not answer at all
    """
    snapshot, workflows, coderuns = _read(client, order)
    sources = [_cluster(snapshot)]
    sources.append(_source("archive", order.archive, lambda: _add_archive(order, workflows)))
    seen: dict[str, Any] = {
        "overall": performance.overall(workflows),
        "templates": performance.template_rows(workflows),
        "stages": performance.stage_rows(workflows),
        "agents": performance.agent_rows(coderuns),
        "slowest": performance.slowest_rows(workflows),
        "oldest": performance.oldest(workflows),
        "measured": [],
        "trend": [],
    }
    if snapshot.looked & {WORKFLOWS} or workflows.phases:
        snapshot.parts[WORKFLOWS] = seen["templates"]
        snapshot.looked.add(WORKFLOWS)
    snapshot.parts[CODERUNS] = seen["agents"]
    measures = performance_report.measures(seen, limits)
    sources.append(_source("records", order.store and order.platform, lambda: _add_trend(order, measures, seen)))
    sources.append(_source("prometheus", order.prometheus_url, lambda: _add_measured(order, seen)))
    snapshot.add(EARLIER, seen["trend"])
    settings = {"window": order.window, "oldest": seen["oldest"]}
    findings = run.judge(CHECKS, snapshot, limits, order.now, settings)
    findings += [_blind(one) for one in sources if one["state"] == "unknown"]
    findings += [_without_stages(reason, count) for reason, count in sorted(workflows.without_stages.items())]
    seen["sources"] = sources
    return {
        **seen,
        "findings": worst_first(findings),
        "measures": measures,
        "tables": performance_report.report_tables(seen),
        "line": performance_report.line(seen),
    }


def _read(client: Client, order: Order) -> tuple[Snapshot, WorkflowTimes, CodeRunTimes]:
    """What ended in the cluster, and what could not be read."""
    until = order.now.timestamp()
    span = (until - order.window, until)
    own: dict[str, tuple[Part, Callable[[], Any]]] = {
        WORKFLOWS: (Part(WORKFLOWS, *WORKFLOW.at, WORKFLOW.kind), partial(WorkflowTimes, *span)),
        CODERUNS: (Part(CODERUNS, *CODERUN.at, CODERUN.kind), partial(CodeRunTimes, *span)),
    }
    namespaces = tuple(dict.fromkeys(order.namespaces))
    asked = [check for check in CHECKS if set(check.reads) <= set(own)]
    snapshot = read(client, asked, Look(order.now, namespaces, 0, Thresholds(), Sources(""), own))
    workflows, coderuns = WorkflowTimes(*span), CodeRunTimes(*span)
    for one in snapshot.parts[WORKFLOWS]:
        workflows.merge(one["times"])
    for one in snapshot.parts[CODERUNS]:
        coderuns.merge(one["times"])
    return snapshot, workflows, coderuns


def _source(name: str, told: object, read: Callable[[], str]) -> dict[str, str]:
    """{name, state, detail}; state is ok, not asked or unknown."""
    if not told:
        return {"name": name, "state": "not asked", "detail": "could not look: none is configured"}
    try:
        return {"name": name, "state": "ok", "detail": read()}
    except OpsError as error:
        return {"name": name, "state": "unknown", "detail": f"could not look: {' '.join(error.message.split())}"}


def _cluster(snapshot: Snapshot) -> dict[str, str]:
    """What could not be read of it is told by the checks that read it."""
    missing = [*snapshot.missing(WORKFLOWS), *snapshot.missing(CODERUNS)]
    words = f"could not look everywhere: {missing[0].reason}" if missing else "all that is left of what ended"
    return {"name": "cluster", "state": "in part" if missing else "ok", "detail": words}


def _add_archive(order: Order, workflows: WorkflowTimes) -> str:
    until = order.now.timestamp()
    own = WorkflowTimes(until - order.window, until, workflows.known)
    odd = 0
    try:
        with open(order.archive, "rb") as stream:
            for line in _lines(stream):
                found = _workflow(line)
                odd += found is None
                own.add([found] if found and _is_wanted(found, order) else [])
    except OSError as error:
        raise OpsError("invalid", f"{order.archive} cannot be read: {error.strerror}") from error
    workflows.merge(own)
    if odd:
        raise OpsError("invalid", f"{odd} lines of {order.archive} hold no workflow; the others were taken in")
    return f"{own.phases.total()} workflows that are not in the cluster any more"


def _lines(stream: Any) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST_LINE):
        if line.strip():
            yield line


def _workflow(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("metadata"), dict) else None


def _is_wanted(workflow: Mapping[str, Any], order: Order) -> bool:
    return not order.namespaces or workflow["metadata"].get("namespace") in order.namespaces


def _add_trend(order: Order, measures: list[dict[str, Any]], seen: dict[str, Any]) -> str:
    store = open_store(order.store, order.store_options, create=False)
    moment = format_time(order.now)
    earlier = [
        one
        for one in records.together(store, order.platform, order.runbooks, before=moment, keep=trends.kept)
        if any(measure["name"].startswith(performance_report.PREFIX) for measure in trends.measures(one))
    ]
    now = {"started": moment, "steps": [{"data": {"measures": measures}}]}
    seen["trend"] = performance_report.trend(trends.series([*earlier, now]))
    return f"{len(earlier)} earlier reports"


def _add_measured(order: Order, seen: dict[str, Any]) -> str:
    end = order.now.timestamp()
    for asked in order.queries:
        found = over(
            order.prometheus_url,
            asked.query,
            end - order.window,
            end,
            order.timeout,
            validate_certs=order.validate_certs,
        )
        seen["measured"] += [_measured(asked, one.labels, one.points) for one in found[:MOST_SERIES]]
    return f"{len(seen['measured'])} series for {len(order.queries)} questions"


def _measured(asked: Query, labels: Mapping[str, str], points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    values = [value for _at, value in points]
    named = [value for name, value in sorted(labels.items()) if name != "__name__"]
    return {
        "label": " ".join([asked.label, *named]),
        "unit": asked.unit,
        "average": sum(values) / len(values) if values else None,
        "peak": max(values, default=None),
        "last": values[-1] if values else None,
    }


def _blind(source: Mapping[str, str]) -> dict[str, Any]:
    return finding(SOURCES, "unknown", subject("Source", "", source["name"]), f"{source['name']}: {source['detail']}")


def _without_stages(reason: str, count: int) -> dict[str, Any]:
    words = f"stages of {count} workflows cannot be told: {reason}"
    return finding(HISTORY, "unknown", subject("Workflow"), words, value=count)
