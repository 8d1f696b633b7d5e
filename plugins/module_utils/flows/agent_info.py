# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How agents are doing: read in one pass, told by pod, agent and workspace, and judged. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import (
    checks,
    coderuns,
    overview,
    pod_rows,
    report,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent, find, of_label
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pod_rows import Whose
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import claims as claims_check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import pods as pods_check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

#: without these nobody can say that an agent is idle
_NEEDED = ("pods", "coderuns")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it.

    table: the agents of the platform. names: any spelling of those that are meant; none for all.
    """

    now: datetime
    table: tuple[Agent, ...]
    names: Sequence[str] = ()
    namespaces: Sequence[str] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    sources: Sources = field(default_factory=lambda: Sources(""))
    rows_directory: str | None = None

    def chosen(self) -> tuple[Agent, ...]:
        """:raises OpsError: invalid, for a name that is no agent's"""
        meant = {find(name, self.table).name for name in self.names}
        return tuple(agent for agent in self.table if not meant or agent.name in meant)

    def limits(self) -> dict[str, dict[str, float]]:
        """:raises OpsError: invalid, for thresholds that make no sense"""
        return run.limits(checks.CHECKS, self.thresholds)


def look(client: Client, order: Order) -> dict[str, Any]:
    """Agents, pods, claims, strangers, findings, tables, measures and line.

    :raises OpsError: invalid input, before anything is read; or when the API server does not answer at all
    """
    chosen, limits = order.chosen(), order.limits()
    snapshot = agent_read.read(client, order.namespaces, order.sources)
    whose = cache(lambda name: of_label(name, order.table))
    seen = _tell(snapshot, order, chosen, whose)
    findings = _judge(_of(snapshot, seen, whose), order, limits)
    statuses = _statuses(findings, seen)
    for row in seen["agents"]:
        row["status"] = worst(statuses.get(row["name"], ()))
    rows, rows_file = present(seen["pods"], order.rows_directory, "agent-pods")
    return {
        "agents": seen["agents"],
        "pods": rows,
        "rows_file": rows_file,
        "claims": seen["claims"],
        "strangers": seen["strangers"],
        "findings": findings,
        "tables": report.tables(seen["agents"], [*seen["pods"], *seen["strangers"]], seen["claims"]),
        "measures": report.measures(seen["agents"], limits["agent_usage"]["critical"]),
        "line": overview.summary(seen["agents"], len(seen["strangers"])),
    }


def _tell(snapshot: Snapshot, order: Order, chosen: tuple[Agent, ...], whose: Whose) -> dict[str, list[Any]]:
    around, looked = pod_rows.around(snapshot.parts), frozenset(snapshot.looked)
    every = [pod_rows.row(item, whose, around, order.now, looked) for item in snapshot.parts["pods"]]
    every.sort(key=lambda row: (row["agent"], row["namespace"], row["name"]))
    names, blind = frozenset(agent.name for agent in chosen), _blind(snapshot)
    own: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    runs: dict[str, list[CodeRun]] = {name: [] for name in names}
    for row in every:
        own.get(row["agent"], []).append(row)
    for one in around.runs.values():
        agent = whose(one.agent)
        runs.get(agent.name if agent else "", []).append(one)
    return {
        "pods": [row for row in every if row["agent"] in names],
        # Whoever asks for one agent is not told about others.
        "strangers": [] if order.names else [row for row in every if not row["agent"]],
        "agents": [overview.agent_row(agent, own[agent.name], runs[agent.name], order.now, blind) for agent in chosen],
        "claims": overview.claim_rows(snapshot.parts["claims"], every, snapshot.parts[agent_read.USAGE], whose, names),
    }


def _blind(snapshot: Snapshot) -> str:
    missing = [one for part in _NEEDED for one in snapshot.missing(part)]
    if not missing:
        return ""
    first, more = missing[0], f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    where = f" of namespace {first.namespace}" if first.namespace else ""
    return f"{first.part}{where} could not be read: {first.reason}{more}"


def _of(snapshot: Snapshot, seen: Mapping[str, list[Any]], whose: Whose) -> Snapshot:
    """What is judged: objects of the chosen agents alone, and their rows."""
    names = {row["name"] for row in seen["agents"]}
    own = {(row["namespace"], row["name"]) for row in seen["pods"]}
    workspaces = {(row["namespace"], row["name"]) for row in seen["claims"]}
    parts = {
        **snapshot.parts,
        "pods": [item for item in snapshot.parts["pods"] if _key(item) in own],
        "claims": [item for item in snapshot.parts["claims"] if _key(item) in workspaces],
        "coderuns": [item for item in snapshot.parts["coderuns"] if _agent_of(item, whose) in names],
    }
    judged = Snapshot(parts, snapshot.unread, set(snapshot.looked))
    for part, rows in ((checks.AGENTS, "agents"), (checks.PODS, "pods"), (checks.STRANGERS, "strangers")):
        judged.add(part, seen[rows])
    return judged


def _agent_of(item: Item, whose: Whose) -> str:
    agent = whose(coderuns.read(item).agent)
    return agent.name if agent else ""


def _judge(snapshot: Snapshot, order: Order, limits: Mapping[str, Mapping[str, float]]) -> list[dict]:
    settings = {"namespaces": tuple(order.namespaces)}
    return checks.treated(run.judge(_to_make(snapshot), snapshot, limits, order.now, settings))


def _to_make(snapshot: Snapshot) -> Iterable[Check]:
    """Of nothing nothing is said to be well: an agent without pods is idle, not healthy."""
    needs = {pods_check.NAME: "pods", claims_check.NAME: "claims"}
    for check in checks.CHECKS:
        part = needs.get(check.name)
        if part is None or snapshot.parts[part] or snapshot.missing(part):
            yield check


def _statuses(findings: Iterable[Mapping[str, Any]], seen: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    """Statuses of the findings about each agent, its pods, its open CodeRuns and its workspaces."""
    owners: dict[tuple[str, str, str], set[str]] = {}
    for row in seen["agents"]:
        owners["Agent", "", row["name"]] = {row["name"]}
        for one in row["coderuns"]:
            owners["CodeRun", one["namespace"], one["name"]] = {row["name"]}
    for row in seen["pods"]:
        owners["Pod", row["namespace"], row["name"]] = {row["agent"]}
    for row in seen["claims"]:
        owners["PersistentVolumeClaim", row["namespace"], row["name"]] = set(row["agents"])
    found: dict[str, list[str]] = {}
    for one in findings:
        named = one["subject"]
        for agent in owners.get((named["kind"], named["namespace"], named["name"]), ()):
            found.setdefault(agent, []).append(one["status"])
    return found


def _key(item: Item) -> tuple[str, str]:
    named = about(item)
    return named["namespace"], named["name"]
