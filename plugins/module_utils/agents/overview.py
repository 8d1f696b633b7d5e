# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each agent of the table is doing: its pods, its CodeRuns and its workspaces together. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pod_rows import Whose
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import claim_row
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_tables import plain
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, format_time

Row = dict[str, Any]


def agent_row(agent: Agent, rows: Iterable[Row], runs: Iterable[CodeRun], now: datetime, blind: str) -> Row:
    """One agent; state is at work, waiting (no pod yet), idle or unknown.

    :param rows: of its pods
    :param runs: its CodeRuns
    :param blind: what of it could not be read, one clause; empty when everything was
    """
    own, known = list(rows), list(runs)
    alive = [row for row in own if not row["ended"]]
    open_runs = sorted((run for run in known if not run.is_finished), key=_running_first)
    ended_runs = sorted((run for run in known if run.is_finished), key=_changed, reverse=True)
    state = "at work" if alive else "unknown" if blind else "waiting" if open_runs else "idle"
    last = ended_runs[0] if ended_runs else None
    return {
        "name": agent.name,
        "github_app": agent.github_app,
        "github_user": agent.github_user,
        "state": state,
        "pods": len(alive),
        "ready": sum(1 for row in alive if row["ready"]),
        "ended": len(own) - len(alive),
        "restarts": sum(row["restarts"] for row in own),
        "cpu": {name: _sum(row["cpu"][name] for row in alive) for name in ("used", "requested")},
        "memory": {name: _sum(row["memory"][name] for row in alive) for name in ("used", "requested")},
        "fullest": max(
            (row["memory"]["percent"] for row in alive if row["memory"]["percent"] is not None), default=None
        ),
        "claims": sorted({name for row in own for name in row["claims"]}),
        "coderuns": [run_row(run, now) for run in open_runs],
        "last_coderun": run_row(last, now) if last else None,
        "blind": blind,
        "line": _line(agent, state, alive, open_runs, last, now, blind),
    }


def run_row(run: CodeRun, now: datetime) -> Row:
    """One CodeRun; since in seconds since it changed last, ended RFC 3339 or empty."""
    since = run.changed_at or run.created_at
    return {
        "namespace": run.namespace,
        "name": run.name,
        "state": run.state,
        "task": run.task,
        "service": run.service,
        "stage": run.stage,
        "since": max(0.0, (now - since).total_seconds()) if since else None,
        "ended": format_time(run.finished_at) if run.finished_at else "",
        "message": " ".join(run.message.split())[:200],
        "pull_request": run.pull_request,
        "job": run.job,
        "retries": run.retries,
    }


def claim_rows(
    items: Iterable[Item], rows: Iterable[Row], usage: Iterable[Item], whose: Whose, chosen: frozenset[str]
) -> list[Row]:
    """Claims that pods of the chosen agents mount, or that their label says they made; the largest first.

    A row is that of health/capacity.py with used and percent, None where nobody can tell, and agents and pods.
    """
    users: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for name in row["claims"]:
            users.setdefault((row["namespace"], name), []).append(row)
    measured = {(one["namespace"], one["name"]): one for one in usage}
    found = []
    for claim in map(claim_row, items):
        own = users.get((claim["namespace"], claim["name"]), [])
        maker = whose(claim["owner"])
        agents = sorted({row["agent"] for row in own if row["agent"]} | ({maker.name} if maker else set()))
        if chosen & set(agents):
            space: Mapping[str, Any] = measured.get((claim["namespace"], claim["name"]), {})
            used, capacity = space.get("used"), space.get("capacity")
            percent = share(used, capacity)  # type: ignore[arg-type]
            alive = sorted(row["name"] for row in own if not row["ended"])
            numbers = {name: plain(claim[name]) for name in ("requested", "capacity")}
            found.append({**claim, **numbers, "used": used, "percent": percent, "agents": agents, "pods": alive})
    return sorted(found, key=lambda row: (-(row["requested"] or 0), row["namespace"], row["name"]))


def summary(agents: Iterable[Row], strangers: int) -> str:
    """ "8 agents: 2 at work, 1 waiting, 5 idle · 3 pods, 1 not ready"."""
    rows = list(agents)
    states = [(sum(1 for row in rows if row["state"] == state), state) for state in _STATES]
    alive, ready = sum(row["pods"] for row in rows), sum(row["ready"] for row in rows)
    told = f"{counted(len(rows), 'agent')}: {', '.join(f'{number} {state}' for number, state in states if number)}"
    not_ready = f", {alive - ready} not ready" if alive > ready else ""
    foreign = f" · {counted(strangers, 'pod')} of strangers" if strangers else ""
    return f"{told} · {counted(alive, 'pod')}{not_ready}{foreign}"


_STATES = ("at work", "waiting", "idle", "unknown")


def _line(
    agent: Agent, state: str, alive: list[Row], runs: list[CodeRun], last: CodeRun | None, now: datetime, blind: str
) -> str:
    if state == "at work":
        ready = sum(1 for row in alive if row["ready"])
        words = f"{counted(len(alive), 'pod')}, {ready} ready"
        return f"{agent.name}: {words}{_current(runs, now)}" + (f"; {blind}" if blind else "")
    if state == "unknown":
        return f"{agent.name}: nobody can tell what it does: {blind}"
    if state == "waiting":
        return f"{agent.name}: 0 pods{_current(runs, now)}"
    return f"{agent.name}: idle, 0 pods; {_last(last, now)}"


def _current(runs: list[CodeRun], now: datetime) -> str:
    if not runs:
        return ", and no CodeRun of it is open"
    since = runs[0].changed_at or runs[0].created_at
    how_long = f" for {format_age((now - since).total_seconds())}" if since else ""
    more = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
    return f", CodeRun {runs[0].name} {runs[0].state.replace('_', ' ')}{how_long}{more}"


def _last(run: CodeRun | None, now: datetime) -> str:
    if run is None:
        return "no CodeRun of it is left"
    ago = f" {format_age((now - run.finished_at).total_seconds())} ago" if run.finished_at else ""
    return f"its last CodeRun {run.name} {run.state}{ago}"


def _running_first(run: CodeRun) -> tuple[bool, float]:
    return run.state != "running", -_changed(run)


def _changed(run: CodeRun) -> float:
    moment = run.finished_at or run.changed_at or run.created_at
    return moment.timestamp() if moment else 0.0


def _sum(values: Iterable[float | None]) -> float | None:
    """Their sum; not known where one of them is not. No pods use nothing."""
    known = list(values)
    return None if None in known else sum(known)  # type: ignore[arg-type]
