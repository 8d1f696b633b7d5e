# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the measures of a platform say of the time to come: rows, findings, a table and charts. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Threshold, View, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, parse_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.projection import (
    DAY,
    Crossing,
    Line,
    Projection,
    project,
)

NAME = "capacity_projection"
MONTH = 30 * DAY
MOST_ROWS = 60
MOST_CHARTS = 12
#: of each chart, evenly chosen
MOST_POINTS = 120
#: nothing is known ahead of what has no history
_BLIND = ("not_enough_data", "recurring")
_UNDER_LIMIT = "90 % is when the scheduler and the disks have no room left for the peaks of several agents at once."

Row = dict[str, Any]


def row(series: Series, source: str, now: float) -> Row:
    """{name, label, unit, source, now, full, state, words, month, month_interval, points, since, resets, crossings}.

    full: what must not be reached: 100 of a percentage, else the limit; None without one. month: the change in 30 days
    that its line expects, month_interval between which values. since: from when on the points count.
    crossings: {percent, words, at, earliest, latest, reached}, moments as RFC 3339 or None.
    """
    points = [(moment.timestamp(), value) for at, value in series.points if (moment := parse_time(at))]
    seen = project(points, now, full(series), series.value)
    return {
        "name": series.name,
        "label": series.label,
        "unit": series.unit,
        "source": source,
        "now": series.value,
        "full": full(series),
        "state": seen.state,
        "words": seen.words,
        "month": _over_a_month(seen.middle),
        "month_interval": [_over_a_month(seen.low), _over_a_month(seen.high)] if seen.middle else None,
        "points": seen.points,
        "since": _moment(seen.since),
        "resets": seen.resets,
        "crossings": [_crossing(one) for one in seen.crossings],
        "chart": _chart(series, seen, now),
    }


def full(series: Series) -> float | None:
    """A percentage is full at 100, whatever is a warning before; of others the limit is what they have."""
    return 100.0 if series.unit == "%" else series.limit


def pressing(rows: Iterable[Row]) -> list[Row]:
    """Those first that are full first; what cannot be told comes last."""
    return sorted(rows, key=lambda one: (*_urgency(one), one["name"]))


def table(rows: list[Row]) -> dict[str, Any]:
    """{title, columns, rows, more} for the report."""
    columns = ["Measure", "Now", "Outlook", "A month", "80 %", "90 %", "100 %", "Points"]
    return {
        "title": "Outlook of capacity",
        "columns": columns,
        "rows": [_cells(one) for one in rows[:MOST_ROWS]],
        "more": max(0, len(rows) - MOST_ROWS),
    }


def charts(rows: list[Row]) -> list[dict[str, Any]]:
    """data.outlooks of the step: those that have a line, the most pressing first."""
    return [one["chart"] for one in rows if one["chart"]][:MOST_CHARTS]


def line(rows: list[Row]) -> str:
    """ "Memory requested: 90 % about 2027-02-01 · 3 of 14 grow · not enough data for 9"."""
    if not rows:
        return "not enough data: no measure of capacity is known yet"
    first = next((one for one in rows if one["state"] == "growing" or _reached(one, 90)), None)
    words = []
    if first and (crossing := _of(first, 90)):
        words.append(f"{first['label']}: 90 % {crossing['words']}")
    growing = sum(1 for one in rows if one["state"] == "growing")
    blind = sum(1 for one in rows if one["state"] in _BLIND)
    words.append(f"{growing} of {counted(len(rows), 'measure')} grow{'s' if growing == 1 else ''}")
    if blind:
        words.append(f"not enough data for {blind}")
    return " · ".join(words)


def judge(view: View) -> Iterator[dict]:
    """One finding for each that is full soon, one for those that nobody can tell ahead, one for the others."""
    rows = [one for one in view.items("projections") if one["full"]]
    if not rows:
        yield finding(NAME, "unknown", subject("Measure"), "not enough data: no measure of capacity is known yet")
        return
    soon = [found for one in rows if (found := _soon(one, view))]
    yield from soon
    named = {found["subject"]["name"] for found in soon}
    blind = [one for one in rows if one["state"] in _BLIND and one["name"] not in named]
    if blind:
        labels = ", ".join(one["label"] for one in blind[:3]) + (", …" if len(blind) > 3 else "")
        words = f"not enough data to tell ahead of {counted(len(blind), 'measure')}: {labels}"
        yield finding(NAME, "unknown", subject("Measure"), words, value=len(blind), evidence=blind[0]["words"])
    others = len(rows) - len(named) - len(blind)
    if others:
        ahead = round(view.limits["warning"] / DAY)
        yield all_well(NAME, "Measure", others, f"{counted(others, 'measure')}: 90 % are not expected within {ahead} d")


CHECK = Check(
    name=NAME,
    title="No measure of capacity reaches its limit in the time to come",
    why="A node, a disk or a quota takes weeks to order, and its end can be seen coming for as long.",
    reads=("projections",),
    judge=judge,
    thresholds=(
        Threshold("warning", "90d", "Within a quarter somebody must plan for it. " + _UNDER_LIMIT),
        Threshold("critical", "14d", "There is hardly time left to get more."),
    ),
)


def _soon(one: Row, view: View) -> dict | None:
    now = view.now.timestamp()
    named = subject("Measure", "", one["name"])
    for percent, status in ((100, "critical"), (90, "warning")):
        crossing = _of(one, percent)
        at = parse_time(crossing["at"]) if crossing else None
        if at and at.timestamp() - now <= view.limits[status]:
            value = axis.amount(one["now"], one["unit"])
            words = f"{one['label']}: {percent} % {crossing['words']} (now {value}, {one['words']})"
            return finding(NAME, status, named, words, value=one["now"], threshold=one["full"] * percent / 100)
    return None


def _of(one: Row, percent: int) -> Mapping[str, Any]:
    return next((crossing for crossing in one["crossings"] if crossing["percent"] == percent), {})


def _reached(one: Row, percent: int) -> bool:
    return bool(_of(one, percent).get("reached"))


def _urgency(one: Row) -> tuple[int, str]:
    at = _of(one, 90).get("at") or _of(one, 80).get("at")
    if at:
        return 0, at
    order = ("growing", "steady", "shrinking", "constant", *_BLIND)
    return 1 + order.index(one["state"]), ""


def _over_a_month(line: Line | None) -> float | None:
    return line.slope * MONTH if line else None


def _crossing(one: Crossing) -> dict[str, Any]:
    moments = {field: _moment(getattr(one, field)) for field in ("at", "earliest", "latest")}
    return {"percent": one.percent, "words": one.words, "reached": one.reached, **moments}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else format_time(seconds)


def _chart(series: Series, seen: Projection, now: float) -> dict[str, Any] | None:
    """{label, unit, limit, words, points, low, middle, high}; the lines are two points each, from the first one on."""
    if not (seen.low and seen.middle and seen.high and seen.until and seen.since is not None):
        return None
    history = [(at, value) for at, value in series.points if parse_time(at)]
    step = max(1, -(-len(history) // MOST_POINTS))
    end = _end(seen, now)
    lines = {
        name: [[format_time(at), line.at(at)] for at in (seen.since, end)]
        for name, line in (("low", seen.low), ("middle", seen.middle), ("high", seen.high))
    }
    points = [[at, value] for at, value in history[::-1][::step][::-1]]
    told = next((one.words for one in seen.crossings if one.percent == 90), "")
    return {
        "label": series.label,
        "unit": series.unit,
        "limit": full(series),
        "words": f"90 % {told}" if told else seen.words,
        "points": points,
        **lines,
    }


def _end(seen: Projection, now: float) -> float:
    """The moment when it is full, else as far as the history is long; not beyond what can be told."""
    full_at = next((one.at for one in seen.crossings if one.percent == 100 and one.at and not one.reached), None)
    target = full_at or now + (now - (seen.since or now))
    return min(max(target, now + MONTH), seen.until or target)


def _cells(one: Row) -> list[Any]:
    told = [_of(one, percent).get("words", "no limit") for percent in (80, 90, 100)]
    if one["month_interval"]:
        low, high = (_signed(value, one["unit"]) for value in one["month_interval"])
        month = low if low == high else f"{_signed(one['month'], one['unit'])} ({low} to {high})"
    else:
        month = "–"
    return [one["label"], axis.amount(one["now"], one["unit"]), one["words"], month, *told, one["points"]]


def _signed(value: float, unit: str) -> str:
    return ("−" if value < 0 else "+") + axis.amount(abs(value), unit)
