# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance for a reader: one line, measures and how they went, tables of a report. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import duration
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series

PREFIX = "performance."
MOST_ROWS = 30
#: as many stages are followed over time, those that took most
MOST_STAGES = 12
#: earlier values that make what is usual
LEAST_EARLIER = 3
TOO_FEW = "not enough data"
_LONG = "min"

Row = Mapping[str, Any]


def line(seen: Row) -> str:
    """ "412 workflows ended · half within 2 h, nine of ten within 5 h · 2.1 % failed · most time: quality-work"."""
    whole = seen["overall"]
    if not whole["ended"]:
        return "no workflow ended in the time that was asked for"
    words = [f"{counted(whole['ended'], 'workflow')} ended"]
    if whole["p50"] is not None:
        words.append(f"half within {duration(whole['p50'])}, nine of ten within {duration(whole['p90'])}")
    words.append(f"{whole['failed_percent']:g} % failed")
    if seen["stages"]:
        first = seen["stages"][0]
        words.append(f"most time: {first['stage']} ({first['kind']}, {_of_all(first, seen['stages'])})")
    return " · ".join(words)


def measures(seen: Row, limits: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """{name, label, value, unit, limit} of what is worth following; durations in minutes."""
    target, failed = limits["performance_duration"]["target"], limits["performance_failures"]["warning"]
    whole = seen["overall"]
    found = [
        _measure("workflows.p50", "Workflows, half within", _minutes(whole["p50"]), _LONG),
        _measure("workflows.p90", "Workflows, nine of ten within", _minutes(whole["p90"]), _LONG, target / 60),
        _measure("workflows.failed.percent", "Workflows that failed", whole["failed_percent"], "%", failed),
        _measure("workflows.ended", "Workflows that ended", whole["ended"]),
    ]
    for row in seen["stages"][:MOST_STAGES]:
        name = ".".join(part for part in ("stage", row["template"], row["stage"], row["agent"]) if part)
        label = " ".join(part for part in (row["stage"], row["agent"], "of", row["template"]) if part)
        found.append(_measure(f"{name}.p50", f"{label}, half within", _minutes(row["p50"]), _LONG))
    for row in seen["agents"][:MOST_STAGES]:
        name = ".".join(part for part in ("agent", row["agent"], row["stage"]) if part)
        label = " ".join(part for part in (row["agent"], row["stage"]) if part) or "unnamed agent"
        found.append(_measure(f"{name}.p50", f"{label}, half within", _minutes(row["p50"]), _LONG))
        found.append(_measure(f"{name}.failed.percent", f"{label}, failed", row["failed_percent"], "%", failed))
    return found


def trend(series: Iterable[Series]) -> list[dict[str, Any]]:
    """{name, label, unit, now, usual, factor, points, words} of the durations.

    usual: the median of the earlier values, None with fewer than three. factor: now against usual, None where that says
    nothing: without both, or where they differ by less than a minute, then it is 1.
    """
    rows = []
    for one in series:
        if not one.name.startswith(PREFIX) or one.unit != _LONG:
            continue
        earlier = [value for _moment, value in one.points[:-1] if value is not None]
        usual = median(earlier) if len(earlier) >= LEAST_EARLIER else None
        factor = _factor(one.value, usual)
        words = f"{axis.amount(one.value, _LONG)}, usually {axis.amount(usual, _LONG)}" if factor else TOO_FEW
        rows.append(
            {
                "name": one.name,
                "label": one.label,
                "unit": one.unit,
                "now": one.value,
                "usual": usual,
                "factor": factor,
                "points": len(earlier),
                "words": words,
            }
        )
    return rows


def report_tables(seen: Row) -> list[dict[str, Any]]:
    """{title, columns, rows, more}: templates, stages, agents, the slowest, what Prometheus measured, and sources."""
    tables = [
        _table("Workflows by template", ["Template", "Ended", "Failed", *_TIMES], seen["templates"], _template),
        _table("Stages, by the time they took", ["Stage", "Agent", "Template", "Share", "Ended", *_SHORT],
               seen["stages"], lambda row: _stage(row, seen["stages"])),
        _table("Agents", ["Agent", "Stage", "Ended", "Failed", *_TIMES], seen["agents"], _agent),
        _table("Slowest workflows", ["Workflow", "Template", "Phase", "Took", "Longest stage", "It took"],
               seen["slowest"], _slow),
        _table("Trend of performance", ["Measure", "Now", "Usually", "Earlier reports"], seen["trend"], _trend),
        _table("Measured by Prometheus", ["Measure", "On average", "At most", "Last"], seen["measured"], _measured),
        _table("Sources", ["Source", "State", "What it gave"], seen["sources"], _source),
    ]  # fmt: skip
    return [table for table in tables if table["rows"]]


_TIMES = ["Half within", "9 of 10", "95 %", "99 %", "Longest"]
#: in a table that has many columns besides
_SHORT = ["Half within", "9 of 10", "99 %", "Longest"]


def _times(row: Row) -> list[str]:
    return [_took(row[field]) for field in ("p50", "p90", "p95", "p99", "longest")]


def _template(row: Row) -> list[Any]:
    return [row["template"] or "none", row["ended"], _failed(row), *_times(row)]


def _stage(row: Row, rows: list[Row]) -> list[Any]:
    name = f"{row['stage']} (hold)" if row["kind"] == "hold" else row["stage"]
    took = [_took(row[field]) for field in ("p50", "p90", "p99", "longest")]
    return [name, row["agent"] or "–", row["template"], _of_all(row, rows), row["ended"], *took]


def _agent(row: Row) -> list[Any]:
    return [row["agent"] or "unnamed", row["stage"] or "–", row["ended"], _failed(row), *_times(row)]


def _slow(row: Row) -> list[Any]:
    longest = [row["stage"] or "–", _took(row["stage_seconds"]) if row["stage"] else "–"]
    place = f"{row['namespace']}/{row['name']}"
    return [place, row["template"], row["phase"], _took(row["seconds"]), *longest]


def _trend(row: Row) -> list[Any]:
    usual = axis.amount(row["usual"], row["unit"]) if row["usual"] is not None else TOO_FEW
    return [row["label"], axis.amount(row["now"], row["unit"]), usual, row["points"]]


def _measured(row: Row) -> list[Any]:
    return [row["label"], *(axis.amount(row[field], row["unit"]) for field in ("average", "peak", "last"))]


def _source(row: Row) -> list[Any]:
    return [row["name"], row["state"], row["detail"]]


def _table(title: str, columns: list[str], rows: list[Any], cells: Callable[[Row], list[Any]]) -> dict[str, Any]:
    shown = [cells(row) for row in rows[:MOST_ROWS]]
    return {"title": title, "columns": columns, "rows": shown, "more": max(0, len(rows) - MOST_ROWS)}


def _factor(now: float | None, usual: float | None) -> float | None:
    if now is None or usual is None:
        return None
    return round(now / usual, 2) if usual > 0 and now - usual >= 1 else 1.0


def _of_all(row: Row, rows: list[Row]) -> str:
    total = sum(one["total"] for one in rows)
    return f"{100 * row['total'] / total:.0f} %" if total else "–"


def _failed(row: Row) -> str:
    return f"{row['failed']} ({row['failed_percent']:g} %)" if row["failed"] else "0"


def _took(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)


def _measure(name: str, label: str, value: float | None, unit: str = "", limit: float | None = None) -> dict[str, Any]:
    return {"name": PREFIX + name, "label": label, "value": value, "unit": unit, "limit": limit}
