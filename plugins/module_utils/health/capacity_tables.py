# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capacity by node, cluster, namespace, owner, quota and claim, from the rows of health/capacity.py. Pure. Private API.

Numbers are plain: cores, bytes and percent; None where it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import (
    NOTHING,
    RESOURCES,
    Amounts,
    added,
    amounts,
    readable,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, about, mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import share

#: of what a pod asks for, so much should be used: the rest is room for its peaks
TARGET = 80
#: below this share of the target its requests keep others out
WASTED = 60

UNKNOWN: Amounts = dict.fromkeys(RESOURCES)


def nodes(nodes: Iterable[Item], pods: Iterable[Item] | None, usage: Iterable[Item] | None) -> list[dict[str, Any]]:
    """{name, open, cpu, memory, pods} of each node, by name; each resource is {allocatable, requested, used, …}.

    :param pods: None where they could not be read; then nothing of them is known
    :param usage: None where the metrics could not be read
    """
    on: dict[str, list[Item]] = {}
    for pod in pods or ():
        if not pod["ended"]:
            on.setdefault(pod["node"], []).append(pod)
    used = {one["name"]: one["used"] for one in usage or ()}
    rows = []
    for node in sorted(nodes, key=lambda one: one["name"]):
        own = on.get(node["name"], [])
        asked = UNKNOWN if pods is None else added(amounts(None), *(pod["requests"] for pod in own))
        count = None if pods is None else Decimal(len(own))
        rows.append(
            {
                "name": node["name"],
                "open": node["open"],
                **_measured(node["allocatable"], asked, used.get(node["name"], UNKNOWN)),
                "pods": {
                    "allocatable": plain(node["pods"]),
                    "running": plain(count),
                    "percent": share(count, node["pods"]),
                },
            }
        )
    return rows


def chosen(items: Iterable[Item], namespaces: Iterable[str]) -> list[Item]:
    """Rows of these namespaces; of all where none is named."""
    wanted = frozenset(namespaces)
    return [item for item in items if not wanted or item["namespace"] in wanted]


def totals(rows: Iterable[Mapping[str, Any]], pods: Iterable[Item] | None) -> dict[str, Any]:
    """{nodes, open, cpu, memory, pods} over the nodes that take pods.

    pods: {running, allocatable, percent, pending}; pending are those without a node.
    """
    rows = list(rows)
    open_ones = [row for row in rows if row["open"]]
    running = _sum(row["pods"]["running"] for row in open_ones)
    room = _sum(row["pods"]["allocatable"] for row in open_ones)
    pending = None if pods is None else sum(1 for pod in pods if not pod["ended"] and not pod["node"])
    sums = [
        {name: _sum(row[name][field] for row in open_ones) for name in RESOURCES}
        for field in ("allocatable", "requested", "used")
    ]
    return {
        "nodes": len(rows),
        "open": len(open_ones),
        **_measured(*sums),
        "pods": {
            "allocatable": plain(room),
            "running": plain(running),
            "percent": share(running, room),
            "pending": pending,
        },
    }


def no_totals(pods: Iterable[Item] | None) -> dict[str, Any]:
    """Totals where the nodes could not be read: nothing of them is known."""
    nobody = {**totals([], pods), **_measured(UNKNOWN, UNKNOWN, UNKNOWN), "nodes": None, "open": None}
    return {**nobody, "pods": {**nobody["pods"], "allocatable": None, "running": None}}


def groups(pods: Iterable[Item], usage: Iterable[Item] | None, by: str) -> list[dict[str, Any]]:
    """Requests against usage by namespace or owner: {kind, namespace, name, pods, bare, measured, cpu, memory}.

    Percent and verdict compare what the measured pods use with what these very pods ask for; a pod without metrics
    is in the requests of its group and not in this comparison.

    :param by: "namespace" or "owner"
    """
    used = {(one["namespace"], one["name"]): one["used"] for one in usage or ()}
    found: dict[tuple[str, str, str], list[Item]] = {}
    for pod in pods:
        if pod["node"] and not pod["ended"]:
            own = pod["owner"]
            key = (own["kind"], pod["namespace"], own["name"]) if by == "owner" else ("namespace", "", pod["namespace"])
            found.setdefault(key, []).append(pod)
    return [_group(key, found[key], used) for key in sorted(found)]


def quotas(items: Iterable[Item]) -> list[dict[str, Any]]:
    """{namespace, name, resource, hard, used, percent} of every limit, the fullest first."""
    rows = []
    for item in items:
        named, status = about(item, "ResourceQuota"), mapping(item.get("status"))
        hard = mapping(mapping(item.get("spec")).get("hard")) or mapping(status.get("hard"))
        taken = mapping(status.get("used"))
        for resource, limit in hard.items():
            allowed, used = readable(limit), readable(taken.get(resource))
            place = {"namespace": named["namespace"], "name": named["name"], "resource": str(resource)}
            rows.append({**place, "hard": plain(allowed), "used": plain(used), "percent": share(used, allowed)})
    return sorted(rows, key=lambda row: (-_or(row["percent"]), row["namespace"], row["name"], row["resource"]))


def claims(rows: Iterable[Item]) -> list[dict[str, Any]]:
    """The claims with plain numbers, the largest first."""
    found = [{**row, "requested": plain(row["requested"]), "capacity": plain(row["capacity"])} for row in rows]
    return sorted(found, key=lambda row: (-_or(row["requested"]), row["namespace"], row["name"]))


def claim_totals(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """{count, requested, capacity, by_class}; what has no readable size makes its sum unknown."""
    rows = list(rows)
    classes = sorted({row["storage_class"] for row in rows})
    return {
        "count": len(rows),
        "requested": plain(_sum(row["requested"] for row in rows)),
        "capacity": plain(sum((row["capacity"] or 0 for row in rows), 0)),
        "by_class": {
            name: plain(_sum(row["requested"] for row in rows if row["storage_class"] == name)) for name in classes
        },
    }


def plain(value: Decimal | float | None) -> float | int | None:
    """A number as JSON can hold it: whole where it is, else to three decimals."""
    if value is None:
        return None
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else round(float(exact), 3)


def verdict(used: Decimal | None, asked: Decimal | None) -> str:
    """How requests stand to usage: under_requested, fits, over_requested, no_requests or unknown."""
    percent = share(used, asked)
    if percent is None:
        return "unknown" if used is None or asked is None else "no_requests"
    return "under_requested" if percent > 100 else "over_requested" if percent < WASTED else "fits"


def _group(key: tuple[str, str, str], pods: list[Item], used: Mapping[tuple[str, str], Amounts]) -> dict[str, Any]:
    kind, namespace, name = key
    measured = [pod for pod in pods if (pod["namespace"], pod["name"]) in used]
    asked = added(amounts(None), *(pod["requests"] for pod in pods))
    compared = added(amounts(None), *(pod["requests"] for pod in measured)) if measured else UNKNOWN
    taken = added(amounts(None), *(used[pod["namespace"], pod["name"]] for pod in measured)) if measured else UNKNOWN
    row: dict[str, Any] = {"kind": kind, "namespace": namespace, "name": name, "pods": len(pods)}
    row |= {"bare": sum(pod["bare"] for pod in pods), "measured": len(measured)}
    for resource in RESOURCES:
        has = taken[resource]
        row[resource] = {
            "requested": plain(asked[resource]),
            "used": plain(has),
            "percent": share(has, compared[resource]),
            "verdict": verdict(has, compared[resource]),
            "suggested": plain(has * 100 / TARGET) if has is not None else None,
        }
    return row


def _measured(allocatable: Amounts, requested: Amounts, used: Amounts) -> dict[str, Any]:
    return {
        name: {
            "allocatable": plain(allocatable[name]),
            "requested": plain(requested[name]),
            "used": plain(used[name]),
            "requested_percent": share(requested[name], allocatable[name]),
            "used_percent": share(used[name], allocatable[name]),
        }
        for name in RESOURCES
    }


def _sum(values: Iterable[Any]) -> Decimal | None:
    exact = [None if value is None else Decimal(str(value)) for value in values]
    return None if None in exact else sum(exact, NOTHING)


def _or(value: float | None) -> float:
    """Unknown sorts before everything: nobody may overlook it."""
    return float("inf") if value is None else value
