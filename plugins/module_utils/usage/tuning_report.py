# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recommendations for a reader: findings, one line, measures and tables of a report. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import duration
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices, told
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import FITS, LACKING, LOWER, RAISE

CHECK = "resource_tuning"
RUNBOOK = "tune_resources"
MOST_ROWS = 60
_ORDER = (RAISE, LOWER, LACKING, FITS)
_WORDS = {RAISE: "raise", LOWER: "lower", LACKING: "not enough data", FITS: "fits"}
_COLUMNS = ["Recommendation", "Now", "Proposed", "Evidence", "Saves", "How"]
Row = Mapping[str, Any]


def ordered(rows: Iterable[Row]) -> list[Row]:
    """What a person must hear first, then what saves most."""
    return sorted(rows, key=lambda row: (_ORDER.index(row["verdict"]), -(row["month"] or 0), row["id"]))


def findings(rows: Sequence[Row]) -> list[dict]:
    """A warning for each that needs more than it has; one finding for those that fit, one for those nobody can tell."""
    found = [
        finding(
            CHECK,
            "warning",
            subject(name=row["id"]),
            f"{row['workload']}: {row['what']} {row['now']} is too little, {row['proposed']} fits ({row['evidence']})",
            runbook=RUNBOOK if row["change"] else "",
        )
        for row in rows
        if row["verdict"] == RAISE and not row["weak"]
    ]
    by = Counter(row["verdict"] for row in rows)
    guessed = sum(row["verdict"] == RAISE and row["weak"] for row in rows)
    if guessed:
        words = f"{counted(guessed, 'size')} may be too small: one look at the metrics is no history"
        found.append(finding(CHECK, "unknown", subject(name=CHECK), words, value=guessed))
    if by[LACKING]:
        words = f"{counted(by[LACKING], 'size')}: not enough data"
        found.append(finding(CHECK, "unknown", subject(name=CHECK), words, value=by[LACKING]))
    well = by[FITS] + by[LOWER]
    if well:
        found.append(all_well(CHECK, "", well, f"{counted(well, 'size')} large enough, {by[LOWER]} of them larger"))
    return found


def line(rows: Sequence[Row], prices: Prices) -> str:
    """ "2 to raise · 3 to lower (saves 1.5 cores CPU, 12.40 EUR a month) · 4 fit · not enough data for 1"."""
    by = Counter(row["verdict"] for row in rows)
    saved = _saved(row for row in rows if row["verdict"] == LOWER)
    worth = [told(saved), prices.words(prices.month(saved) if saved else None)]
    lower = f"{by[LOWER]} to lower (saves {', '.join(word for word in worth if word)})" if by[LOWER] else ""
    words = [f"{by[RAISE]} to raise" if by[RAISE] else "", lower, f"{by[FITS]} fit" if by[FITS] else ""]
    words.append(f"not enough data for {by[LACKING]}" if by[LACKING] else "")
    return " · ".join(word for word in words if word) or "nothing runs here"


def measures(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """{name, label, value, unit, limit} of what is worth following."""
    saved = _saved(row for row in rows if row["verdict"] == LOWER)
    to_raise = sum(row["verdict"] == RAISE for row in rows)
    return [
        _measure("raise", "Sizes to raise", to_raise, ""),
        _measure("cpu.saved", "CPU that nobody uses", round(saved.get("cpu", 0.0), 3), "cores"),
        _measure("memory.saved", "Memory that nobody uses", saved.get("memory", 0.0), "bytes"),
    ]


def tables(rows: Sequence[Row], ideas: Sequence[Row], prices: Prices) -> list[dict[str, Any]]:
    """{title, columns, rows, more}: the recommendations, and what could run at the same time."""
    shown = [_cells(row, prices) for row in rows[:MOST_ROWS]]
    sizes = {"title": "Sizes", "columns": _COLUMNS, "rows": shown, "more": max(0, len(rows) - MOST_ROWS)}
    columns = ["Idea", "Saves at most, per play", "Evidence", "What it needs"]
    plays = [
        [one["title"], "unknown" if one["saves"] is None else duration(one["saves"]), one["evidence"], one["needs"]]
        for one in ideas
    ]
    return [sizes, {"title": "What could run at the same time", "columns": columns, "rows": plays, "more": 0}]


def _cells(row: Row, prices: Prices) -> list[Any]:
    less = {name: value for name, value in row["saves"].items() if value > 0}
    more = {name: -value for name, value in row["saves"].items() if value < 0}
    amounts = [told(less) if less else "", f"costs {told(more)}" if more else "", prices.words(row["month"])]
    how = row["by_hand"] or ("by its name" if row["change"] else "")
    proposed = f"{_WORDS[row['verdict']]}{' to ' + row['proposed'] if row['proposed'] else ''}"
    saves = "; ".join(word for word in amounts if word)
    return [row["id"], row["now"], proposed, row["evidence"], saves, how]


def _saved(rows: Iterable[Row]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for row in rows:
        for name, value in row["saves"].items():
            total[name] += max(0.0, value)
    return {name: value for name, value in total.items() if value}


def _measure(name: str, label: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": f"tuning.{name}", "label": label, "value": value, "unit": unit, "limit": None}
