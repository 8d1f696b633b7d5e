# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long workflows, their stages and agents took, from pages of objects in one pass. Pure. Private API.

A stage is a node directly below the entry point of a workflow: a task of its DAG or a step. A hold is a stage of type
Suspend, where somebody is waited for. What one workflow costs in memory is a few numbers.
"""

from __future__ import annotations

import heapq
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, parse_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.percentiles import percentiles

MOST_SLOWEST = 20
_GROUPS = ("StepGroup", "TaskGroup")
#: one try of a step that may be tried again: the step itself counts
_TRY = re.compile(r"\(\d+\)$")
_AGENT = "github-app"

Row = dict[str, Any]


class Slow(NamedTuple):
    """One workflow; sorts by how long it took, in seconds."""

    seconds: float
    namespace: str
    name: str
    template: str
    phase: str
    stage: str
    stage_seconds: float


class Stage(NamedTuple):
    """kind: work or hold. agent: the GitHub App that the stage is given, empty without one."""

    template: str
    name: str
    kind: str
    agent: str


class WorkflowTimes:
    """Reduces pages of workflows to how long those took that ended in the window."""

    def __init__(self, since: float, until: float, known: Iterable[str] = ()) -> None:
        """What ended before since or after until does not count; both are seconds since 1970.

        :param known: the property known of others, whose workflows do not count again
        """
        self._since, self._until = since, until
        self.known = set(known)
        self.took: dict[str, array[float]] = defaultdict(lambda: array("d"))
        self.phases: Counter[tuple[str, str]] = Counter()
        self.stages: dict[Stage, array[float]] = defaultdict(lambda: array("d"))
        self.slowest: list[Slow] = []
        self.oldest: float | None = None
        self.without_stages: Counter[str] = Counter()

    @property
    def items(self) -> list[Item]:
        """As a part of a snapshot."""
        return [{"times": self}]

    def add(self, items: Iterable[Any]) -> None:
        for item in map(mapping, items):
            status = mapping(item.get("status"))
            phase, finished = text(status.get("phase")), parse_time(status.get("finishedAt"))
            if phase not in FINISHED or finished is None or finished.timestamp() > self._until:
                continue
            ended = finished.timestamp()
            self.oldest = min(ended, self.oldest or ended)
            if ended >= self._since and self._is_new(item):
                self._note(item, status, phase, ended)

    def merge(self, other: WorkflowTimes) -> None:
        """Take in what another one, of other namespaces, has seen."""
        for template, seconds in other.took.items():
            self.took[template].extend(seconds)
        for stage, seconds in other.stages.items():
            self.stages[stage].extend(seconds)
        self.known |= other.known
        self.phases += other.phases
        self.without_stages += other.without_stages
        self.slowest = heapq.nlargest(MOST_SLOWEST, [*self.slowest, *other.slowest])
        self.oldest = min((one for one in (self.oldest, other.oldest) if one is not None), default=None)

    def _is_new(self, item: Item) -> bool:
        """A workflow may be both in the cluster and in the archive."""
        meta = mapping(item.get("metadata"))
        uid = text(meta.get("uid")) or f"{meta.get('namespace')}/{meta.get('name')}"
        new = uid not in self.known
        self.known.add(uid)
        return new

    def _note(self, item: Item, status: Item, phase: str, ended: float) -> None:
        started, seen = parse_time(status.get("startedAt")), summarize(item)
        self.phases[seen.template, phase] += 1
        if started is None or started.timestamp() > ended:
            return
        seconds = ended - started.timestamp()
        self.took[seen.template].append(seconds)
        longest, longest_seconds = "", 0.0
        for stage, stage_seconds in self._stages(seen.name, seen.template, status):
            self.stages[stage].append(stage_seconds)
            if stage_seconds > longest_seconds:
                longest, longest_seconds = stage.name, stage_seconds
        slow = Slow(seconds, seen.namespace, seen.name, seen.template, phase, longest, longest_seconds)
        if len(self.slowest) < MOST_SLOWEST:
            heapq.heappush(self.slowest, slow)
        else:
            heapq.heappushpop(self.slowest, slow)

    def _stages(self, workflow: str, template: str, status: Item) -> Iterator[tuple[Stage, float]]:
        found = nodes(status)
        if isinstance(found, CannotTell):
            self.without_stages[found.reason] += 1
            return
        root = next((key for key, node in found.items() if node.get("name") == workflow), None)
        for node in found.values():
            if root is None or node.get("boundaryID") != root or node.get("type") in _GROUPS:
                continue
            name = text(node.get("displayName")) or text(node.get("name"))
            start, end = parse_time(node.get("startedAt")), parse_time(node.get("finishedAt"))
            if start and end and end >= start and text(node.get("phase")) in FINISHED and not _TRY.search(name):
                kind = "hold" if node.get("type") == "Suspend" else "work"
                yield Stage(template, name, kind, _agent(node)), (end - start).total_seconds()


class CodeRunTimes:
    """Reduces pages of CodeRuns to how long agents took for those that ended in the window, and how many failed."""

    def __init__(self, since: float, until: float) -> None:
        self._since, self._until = since, until
        self.took: dict[tuple[str, str], array[float]] = defaultdict(lambda: array("d"))
        self.failed: Counter[tuple[str, str]] = Counter()

    @property
    def items(self) -> list[Item]:
        """As a part of a snapshot."""
        return [{"times": self}]

    def add(self, items: Iterable[Any]) -> None:
        for one in map(coderuns.read, items):
            if not (one.is_finished and one.finished_at and one.created_at):
                continue
            began, ended = one.created_at.timestamp(), one.finished_at.timestamp()
            if self._since <= ended <= self._until and began <= ended:
                key = (one.agent, one.stage)
                self.took[key].append(ended - began)
                self.failed[key] += one.state == "failed"

    def merge(self, other: CodeRunTimes) -> None:
        """Take in what another one, of other namespaces, has seen."""
        for key, seconds in other.took.items():
            self.took[key].extend(seconds)
        self.failed += other.failed


def overall(times: WorkflowTimes) -> Row:
    """{ended, failed, failed_percent, p50 … p99, longest} of all templates together."""
    failed = sum(count for (_template, phase), count in times.phases.items() if phase != "Succeeded")
    seconds = [one for own in times.took.values() for one in own]
    return {**_failures(times.phases.total(), failed), **_times(seconds)}


def template_rows(times: WorkflowTimes) -> list[Row]:
    """{template, ended, failed, failed_percent, p50 … p99, longest} in seconds; those that took most first."""
    ended: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for (template, phase), count in times.phases.items():
        ended[template] += count
        failed[template] += count if phase != "Succeeded" else 0
    rows = [
        {"template": template, **_failures(ended[template], failed[template]), **_times(times.took.get(template, ()))}
        for template in ended
    ]
    return sorted(rows, key=lambda row: (-(row["p50"] or 0) * row["ended"], row["template"]))


def stage_rows(times: WorkflowTimes) -> list[Row]:
    """{template, stage, kind, agent, ended, total, p50 … p99, longest} in seconds; those that took most first."""
    rows = [
        {**_named(stage), "ended": len(seconds), "total": sum(seconds), **_times(seconds)}
        for stage, seconds in times.stages.items()
    ]
    return sorted(rows, key=lambda row: (-row["total"], row["template"], row["stage"], row["agent"]))


def agent_rows(times: CodeRunTimes) -> list[Row]:
    """{agent, stage, ended, failed, failed_percent, p50 … p99, longest} in seconds; by agent and stage."""
    return [
        {"agent": agent, "stage": stage, **_failures(len(seconds), times.failed[agent, stage]), **_times(seconds)}
        for (agent, stage), seconds in sorted(times.took.items())
    ]


def slowest_rows(times: WorkflowTimes) -> list[Row]:
    """{namespace, name, template, phase, seconds, stage, stage_seconds} of the 20 that took longest."""
    return [one._asdict() for one in sorted(times.slowest, reverse=True)]


def oldest(times: WorkflowTimes) -> str | None:
    """When the oldest workflow ended that is still known, RFC 3339."""
    return format_time(times.oldest) if times.oldest is not None else None


def _agent(node: Item) -> str:
    given = (mapping(one) for one in sequence(mapping(node.get("inputs")).get("parameters")))
    return next((text(one.get("value")) for one in given if one.get("name") == _AGENT), "")


def _named(stage: Stage) -> Row:
    return {"template": stage.template, "stage": stage.name, "kind": stage.kind, "agent": stage.agent}


def _failures(ended: int, failed: int) -> Row:
    return {"ended": ended, "failed": failed, "failed_percent": round(100 * failed / ended, 1) if ended else None}


def _times(seconds: Iterable[float]) -> Row:
    return {**percentiles(seconds), "longest": max(seconds, default=None)}
