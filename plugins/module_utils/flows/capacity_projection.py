# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell ahead from earlier records and from Prometheus when a platform runs full. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import records
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.prometheus_ask import over
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import Samples
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import trends
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import outlook
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse

#: two years of weekly records and some more
MOST_RECORDS = 200
MOST_SERIES = 500
RECORDS, PROMETHEUS = "records", "prometheus"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to Prometheus; each series of its answer is a measure, told apart by its labels."""

    name: str
    query: str
    label: str = ""
    unit: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it.

    store: URL of the records, empty for none. runbooks: whose records count, every one's where none is named.
    measures: those of this very run, newer than every record.
    names: patterns of the measures that count. window: seconds that Prometheus is asked to look back.
    """

    now: datetime
    platform: str = ""
    store: str = ""
    store_options: Mapping[str, Any] = field(default_factory=dict)
    runbooks: Sequence[str] = ()
    measures: Sequence[Mapping[str, Any]] = ()
    names: Sequence[str] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    prometheus_url: str = ""
    queries: Sequence[Query] = ()
    window: float = 90 * 86_400
    timeout: float = 5.0
    validate_certs: bool = True

    def limits(self) -> dict[str, dict[str, float]]:
        """:raises OpsError: invalid, for thresholds or a URL that make no sense"""
        if self.prometheus_url:
            parse(self.prometheus_url)
        return run.limits([outlook.CHECK], self.thresholds)


def look_ahead(order: Order, limits: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """{projections, findings, tables, outlooks, sources, line}; a source that cannot be read is an unknown finding."""
    found, sources = _series(order)
    now = order.now.timestamp()
    rows = outlook.pressing(outlook.row(one, source, now) for source, one in found)
    snapshot = Snapshot()
    snapshot.add("projections", rows)
    findings = run.judge([outlook.CHECK], snapshot, limits, order.now, {})
    findings += [_blind(source) for source in sources if source["state"] == "unknown"]
    return {
        "projections": [{name: value for name, value in one.items() if name != "chart"} for one in rows],
        "findings": worst_first(findings),
        "tables": [outlook.table(rows)] if rows else [],
        "outlooks": outlook.charts(rows),
        "sources": sources,
        "line": outlook.line(rows),
    }


def _series(order: Order) -> tuple[list[tuple[str, Series]], list[dict[str, str]]]:
    """(measures with where they come from, what could be looked at)."""
    found: list[tuple[str, Series]] = []
    sources = []
    for name, told, read in (
        (RECORDS, bool(order.store and order.platform), _recorded),
        (PROMETHEUS, bool(order.prometheus_url and order.queries), _measured),
    ):
        if not told:
            sources.append({"name": name, "state": "not asked", "detail": "could not look: none is configured"})
            found += [(name, one) for one in _now(order)] if name == RECORDS else []
            continue
        try:
            own = list(read(order))
        except OpsError as error:
            words = " ".join(error.message.split())
            sources.append({"name": name, "state": "unknown", "detail": f"could not look: {words}"})
        else:
            sources.append({"name": name, "state": "ok", "detail": f"{len(own)} measures"})
            found += [(name, one) for one in own[:MOST_SERIES]]
    return found, sources


def _recorded(order: Order) -> Iterator[Series]:
    store = open_store(order.store, order.store_options, create=False)
    moment = format_time(order.now)
    earlier = records.together(
        store, order.platform, order.runbooks, most=MOST_RECORDS, before=moment, keep=trends.kept
    )
    yield from _wanted(trends.every([*earlier, *_own(order)]), order)


def _now(order: Order) -> Iterator[Series]:
    """Measures of this run alone, where there are no records."""
    yield from _wanted(trends.every(_own(order)), order)


def _own(order: Order) -> list[dict[str, Any]]:
    measures = [dict(one) for one in order.measures]
    return [{"started": format_time(order.now), "steps": [{"data": {"measures": measures}}]}] if measures else []


def _wanted(series: Sequence[Series], order: Order) -> Iterator[Series]:
    yield from (one for one in series if any(fnmatchcase(one.name, pattern) for pattern in order.names))


def _measured(order: Order) -> Iterator[Series]:
    end = order.now.timestamp()
    for asked in order.queries:
        for samples in over(
            order.prometheus_url,
            asked.query,
            end - order.window,
            end,
            order.timeout,
            validate_certs=order.validate_certs,
        ):
            yield _of_samples(asked, samples)


def _of_samples(asked: Query, samples: Samples) -> Series:
    labels = [value for name, value in sorted(samples.labels.items()) if name != "__name__"]
    points = tuple((format_time(at), value) for at, value in samples.points) or (("", None),)
    return Series(
        name=".".join([asked.name, *labels]),
        label=" ".join([asked.label or asked.name, *labels]),
        unit=asked.unit,
        limit=asked.limit,
        points=points,
    )


def _blind(source: Mapping[str, str]) -> dict[str, Any]:
    about = subject("Source", "", source["name"])
    return finding(outlook.NAME, "unknown", about, f"{source['name']}: {source['detail']}")
