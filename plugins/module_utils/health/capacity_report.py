# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capacity for a reader: one line, measures and their trend, tables of a report. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import ROOM, WORDS, amount
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series

PREFIX = "capacity."
MOST_ROWS = 30
#: as many limits of quotas as are followed over time, the fullest ones
MOST_QUOTAS = 20
TOO_FEW = "not enough data"

Seen = Mapping[str, Any]


def line(seen: Seen) -> str:
    """ "memory 61 % · CPU 45 % requested · fullest quota argo/x pods 92 % · memory 30 % · CPU 12 % used"."""
    words = [_shares(seen, "requested")]
    known = [row for row in seen["quotas"] if row["percent"] is not None]
    if known:
        words.append(f"fullest quota {known[0]['namespace']}/{known[0]['name']} {_limit(known[0])}")
    words.append(_shares(seen, "used"))
    if seen["totals"]["pods"]["pending"]:
        words.append(f"{seen['totals']['pods']['pending']} without a node")
    return " · ".join(" ".join(word.split()) for word in words)


def measures(seen: Seen, limits: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """{name, label, value, unit, limit} of what is worth following; value None where it is not known."""
    totals, limit = seen["totals"], limits[ROOM]["warning"]
    found = [
        _measure(f"{name}.{field}.percent", f"{WORDS[name]} {field}", totals[name][f"{field}_percent"], "%", limit)
        for field in ("requested", "used")
        for name in RESOURCES
    ]
    found += [
        _measure("pods.percent", "Pods of those that nodes may run", totals["pods"]["percent"], "%", limit),
        _measure("pods.pending", "Pods without a node", totals["pods"]["pending"]),
        _measure("claims.requested.bytes", "Volumes asked for", seen["claim_totals"]["requested"], "bytes"),
    ]
    for row in seen["quotas"][:MOST_QUOTAS]:
        name = f"quota.{row['namespace']}.{row['name']}.{row['resource']}.percent"
        label = f"Quota {row['namespace']}/{row['name']}: {row['resource']}"
        found.append(_measure(name, label, row["percent"], "%", limits["capacity_quotas"]["warning"]))
    return found


def trend(series: Iterable[Series]) -> list[dict[str, Any]]:
    """{name, label, unit, now, first, first_at, change, points, words} of the measures of capacity.

    first: the oldest known value. change: from there to now, None with fewer than two. points: how many are known.
    """
    rows = []
    for one in series:
        if not one.name.startswith(PREFIX):
            continue
        first_at, first = next(((moment, value) for moment, value in one.points if value is not None), ("", None))
        told = one.known >= 2 and one.value is not None
        change = round(one.value - first, 3) if told else None
        rows.append(
            {
                "name": one.name,
                "label": one.label,
                "unit": one.unit,
                "now": one.value,
                "first": first,
                "first_at": first_at,
                "change": change,
                "points": one.known,
                "words": f"{_signed(change, one.unit)} since {first_at[:10]}" if told else TOO_FEW,
            }
        )
    return rows


def report_tables(seen: Seen) -> list[dict[str, Any]]:
    """{title, columns, rows, more} for the report: nodes, requests against usage, quotas, claims and the trend."""
    return [
        _table("Nodes", ["Node", "Takes pods", *_node_columns()], _fullest(seen["nodes"]), _node),
        _table("Requests and usage by namespace", ["Namespace", *_GROUP], _hungriest(seen["namespaces"]), _namespace),
        _table("Requests and usage by agent and controller", ["Owner", "Namespace", *_GROUP],
               _hungriest(seen["agents"]), _owner),
        _table("Quotas", ["Namespace", "Quota", "Resource", "Used", "Limit", "Percent"], seen["quotas"], _quota),
        _table("Volume claims", ["Namespace", "Claim", "Service", "Storage class", "Phase", "Asked for", "Volume"],
               seen["claims"], _claim),
        _table("Trend of capacity", ["Measure", "Now", "Trend", "Points"], seen["trend"], _trend),
    ]  # fmt: skip


_GROUP = ["Pods", "CPU requested", "CPU used", "Memory requested", "Memory used", "Memory that fits"]


def _node_columns() -> list[str]:
    return ["CPU requested", "CPU used", "Memory requested", "Memory used", "Pods"]


def _node(row: Seen) -> list[Any]:
    shares = [_percent(row[name][f"{field}_percent"]) for name in RESOURCES for field in ("requested", "used")]
    return [row["name"], "yes" if row["open"] else "no", *shares, _percent(row["pods"]["percent"])]


def _namespace(row: Seen) -> list[Any]:
    return [row["name"], *_group(row)]


def _owner(row: Seen) -> list[Any]:
    return [f"{row['kind']} {row['name']}".strip(), row["namespace"], *_group(row)]


def _group(row: Seen) -> list[Any]:
    cells = [row["pods"]]
    for name in RESOURCES:
        used = amount(name, row[name]["used"])
        percent = row[name]["percent"]
        cells += [amount(name, row[name]["requested"]), used if percent is None else f"{used} ({percent:g} %)"]
    return [*cells, amount("memory", row["memory"]["suggested"])]


def _quota(row: Seen) -> list[Any]:
    amounts = [_amount(row["resource"], row["used"]), _amount(row["resource"], row["hard"])]
    return [row["namespace"], row["name"], row["resource"], *amounts, _percent(row["percent"])]


def _claim(row: Seen) -> list[Any]:
    place = [row[field] for field in ("namespace", "name", "service", "storage_class", "phase")]
    return [*place, _bytes(row["requested"]), _bytes(row["capacity"])]


def _trend(row: Seen) -> list[Any]:
    return [row["label"], _number(row["now"], row["unit"]), row["words"], row["points"]]


def _table(title: str, columns: list[str], rows: list[Any], cells: Callable[[Seen], list[Any]]) -> dict[str, Any]:
    shown = [cells(row) for row in rows[:MOST_ROWS]]
    return {"title": title, "columns": columns, "rows": shown, "more": max(0, len(rows) - MOST_ROWS)}


def _fullest(rows: Iterable[Seen]) -> list[Seen]:
    """Nodes, the fullest first, unknown ones before them."""
    return sorted(
        rows, key=lambda row: (-max(_rank(row[name]["requested_percent"]) for name in RESOURCES), row["name"])
    )


def _hungriest(rows: Iterable[Seen]) -> list[Seen]:
    """Groups, those first that use most of what they ask for."""
    worst = {"under_requested": 0, "no_requests": 1, "unknown": 2, "over_requested": 3, "fits": 4}
    return sorted(
        rows, key=lambda row: (min(worst[row[name]["verdict"]] for name in RESOURCES), row["namespace"], row["name"])
    )


def _rank(percent: float | None) -> float:
    return float("inf") if percent is None else percent


def _measure(name: str, label: str, value: float | None, unit: str = "", limit: float | None = None) -> dict[str, Any]:
    return {"name": PREFIX + name, "label": label[:1].upper() + label[1:], "value": value, "unit": unit, "limit": limit}


def _shares(seen: Seen, field: str) -> str:
    told = (f"{WORDS[name]} {_percent(seen['totals'][name][field + '_percent'])}" for name in reversed(RESOURCES))
    return f"{' · '.join(told)} {field}"


def _limit(row: Seen) -> str:
    return f"{row['resource']} {_percent(row['percent'])}"


def _amount(resource: str, value: float | None) -> str:
    if value is None:
        return "?"
    last = resource.rpartition(".")[2]
    if last in ("memory", "storage", "ephemeral-storage"):
        return as_bytes(value)
    return amount("cpu", value) if last == "cpu" else f"{value:,}"


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g} %"


def _bytes(value: float | None) -> str:
    return "?" if value is None else as_bytes(value)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    return as_bytes(value) if unit == "bytes" else f"{value:,.10g} {unit}".strip()


def _signed(change: float, unit: str) -> str:
    return ("+" if change >= 0 else "−") + _number(abs(change), unit)
