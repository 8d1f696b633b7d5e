# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents as a report shows them: tables, and measures for its trends. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, as_cores
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

Row = Mapping[str, Any]
MOST_ROWS = 100

_AGENTS = ("Agent", "State", "Pods", "Ready", "CPU used", "CPU requested", "Memory used", "Fullest", "Restarts",
           "CodeRun")  # fmt: skip
_PODS = ("Pod", "Agent", "Phase", "Ready", "Age", "Node", "Restarts", "Last end", "CPU", "Memory", "CodeRun", "Job")
_CLAIMS = ("Claim", "Agents", "Service", "Phase", "Size", "Used", "Pods")
_EVENTS = ("Pod", "Last", "Reason", "Message", "Count")


def tables(agents: Iterable[Row], pods: Iterable[Row], claims: Iterable[Row]) -> list[dict[str, Any]]:
    """{title, columns, rows, more} of agents, pods, workspaces and warning events."""
    pods = list(pods)
    events = [{"pod": row["name"], **event} for row in pods for event in row["events"] or ()]
    events.sort(key=lambda one: one["last"] or "", reverse=True)
    return [
        _table("Agents", _AGENTS, list(agents), _agent),
        _table("Pods of agents", _PODS, pods, _pod),
        _table("Workspaces", _CLAIMS, list(claims), _claim),
        _table("Warning events of pods", _EVENTS, events, _event),
    ]


def measures(agents: Iterable[Row], critical: float) -> list[dict[str, Any]]:
    """Pods and memory of each agent, for the trends of reports.

    :param critical: percent of its memory limit that no container may reach
    """
    found = []
    for row in agents:
        name, known = row["name"], row["state"] != "unknown"
        found.append(_measure(f"{name}.pods", f"{name}: pods", row["pods"] if known else None))
        found.append(
            _measure(f"{name}.memory", f"{name}: memory used", row["memory"]["used"] if known else None, "bytes")
        )
        found.append(_measure(f"{name}.fullest", f"{name}: fullest container", row["fullest"], "%", critical))
    return found


def _measure(name: str, label: str, value: float | None, unit: str = "", limit: float | None = None) -> dict[str, Any]:
    return {"name": f"agents.{name}", "label": label, "value": value, "unit": unit, "limit": limit}


def _agent(row: Row) -> list[Any]:
    run = (row["coderuns"] or [row["last_coderun"]])[0]
    cpu, memory = row["cpu"], row["memory"]
    return [
        row["name"],
        row["state"],
        row["pods"],
        row["ready"],
        _cores(cpu["used"]),
        _cores(cpu["requested"]),
        _bytes(memory["used"]),
        "unknown" if row["fullest"] is None and row["pods"] else _percent(row["fullest"]),
        row["restarts"],
        f"{run['name']} {run['state'].replace('_', ' ')}" if run else "",
    ]


def _pod(row: Row) -> list[Any]:
    end, memory = row["last_end"], row["memory"]
    percent = "" if memory["percent"] is None else f" ({memory['percent']:g} % of {memory['container']})"
    place = row["node"] or (f"none: {row['unscheduled']}" if row["unscheduled"] else "")
    return [
        f"{row['namespace']}/{row['name']}",
        row["agent"] or row["github_user"],
        row["phase"],
        "yes" if row["ready"] else "no",
        "" if row["age"] is None else format_age(row["age"]),
        place,
        row["restarts"],
        _end(end) if end else "",
        f"{_cores(row['cpu']['used'])} of {_cores(row['cpu']['requested'])}",
        f"{_bytes(memory['used'])}{percent}",
        f"{row['coderun']} {row['coderun_state'].replace('_', ' ')}".strip(),
        f"{row['job']} {row['job_state']}".strip(),
    ]


def _end(end: Row) -> str:
    code = "?" if end["code"] is None else end["code"]
    ago = "" if end["ago"] is None else f", {format_age(end['ago'])} ago"
    return f"{end['container']}: {end['reason'] or 'ended'} ({code}){ago}"


def _claim(row: Row) -> list[Any]:
    used = "unknown" if row["percent"] is None else f"{row['percent']:g} % ({as_bytes(row['used'])})"
    size = row["capacity"] if row["capacity"] is not None else row["requested"]
    mounted = ", ".join(row["pods"][:5]) or "none"
    place = f"{row['namespace']}/{row['name']}"
    return [place, ", ".join(row["agents"]), row["service"], row["phase"], _bytes(size), used, mounted]


def _event(row: Row) -> list[Any]:
    return [row["pod"], row["last"] or "", row["reason"], row["message"], row["count"]]


def _table(title: str, columns: tuple[str, ...], rows: list[Any], cells: Callable[[Row], list[Any]]) -> dict[str, Any]:
    shown = [cells(row) for row in rows[:MOST_ROWS]]
    return {"title": title, "columns": list(columns), "rows": shown, "more": len(rows) - len(shown)}


def _cores(value: float | None) -> str:
    return "unknown" if value is None else as_cores(value)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:g} %"


def _bytes(value: float | None) -> str:
    return "unknown" if value is None else as_bytes(value)
