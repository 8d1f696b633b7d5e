# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What open workflows do, step by step, and how long steps of their like took. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

#: durations that are kept of one kind of step: enough for a median
_MOST = 200
_LOCKED = re.compile(r"semaphore|mutex|waiting for .* lock|parallelism", re.IGNORECASE)
_TRY = re.compile(r"\(\d+\)$")

#: (template of the workflow, name of the step)
Kind = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One node that runs or waits; age in seconds, None where nothing says since when. tries: how often it began."""

    name: str
    phase: str
    message: str = ""
    age: float | None = None
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Open:
    """One workflow that has not ended. state: of argo.phases. steps: what of it runs or waits, holds left out."""

    namespace: str
    name: str
    template: str
    task: str
    state: str
    phase: str
    message: str
    is_held: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def called(self) -> str:
        """ "Workflow argo/x"."""
        return f"Workflow {self.namespace}/{self.name}"

    @property
    def is_locked(self) -> bool:
        """Whether a limit on how many may run at once keeps it or one of its steps waiting."""
        return (self.phase == "Pending") or any(
            step.phase == "Pending" and _LOCKED.search(step.message) for step in self.steps
        )


@dataclass(slots=True)
class Paces:
    """Reduces pages of workflows to those that are open, and to how long steps of each kind took."""

    now: datetime
    open: list[Open] = field(default_factory=list)
    took: dict[Kind, list[float]] = field(default_factory=dict)

    def add(self, items: Iterable[Any]) -> None:
        for item in map(mapping, items):
            status = mapping(item.get("status"))
            found = nodes(status)
            known = {} if isinstance(found, CannotTell) else found
            self._note_ended(summarize(item).template, known)
            if text(status.get("phase")) not in FINISHED:
                self.open.append(self._open(item, known))

    def usual(self, kind: Kind) -> float | None:
        """Seconds that such a step usually takes, None where none has ended."""
        return median(self.took[kind]) if self.took.get(kind) else None

    def _open(self, item: Item, known: dict[str, dict]) -> Open:
        judged, summary = judge(item, self.now), summarize(item)
        labels = mapping(mapping(item.get("metadata")).get("labels"))
        return Open(
            namespace=summary.namespace,
            name=summary.name,
            template=summary.template,
            task=text(labels.get("task-id")),
            state=judged.state,
            phase=judged.phase,
            message=judged.message,
            is_held=bool(judged.holds),
            steps=tuple(self._steps(known)),
        )

    def _steps(self, known: dict[str, dict]) -> Iterable[Step]:
        for node in known.values():
            phase = text(node.get("phase"))
            if phase in ("Running", "Pending") and node.get("type") in ("Pod", "Retry"):
                tries = len(sequence(node.get("children"))) if node.get("type") == "Retry" else 1
                yield Step(_name(node), phase, text(node.get("message")), self._age(node), tries)

    def _age(self, node: dict) -> float | None:
        since = parse_time(node.get("startedAt"))
        return max(0.0, (self.now - since).total_seconds()) if since else None

    def _note_ended(self, template: str, known: dict[str, dict]) -> None:
        for node in known.values():
            if node.get("type") != "Pod" or node.get("phase") != "Succeeded":
                continue
            start, end = parse_time(node.get("startedAt")), parse_time(node.get("finishedAt"))
            if start and end and end >= start:
                took = self.took.setdefault((template, _name(node)), [])
                if len(took) < _MOST:
                    took.append((end - start).total_seconds())


def combine(pieces: Iterable[Paces], now: datetime) -> Paces:
    """Those of several namespaces as one."""
    whole = Paces(now)
    for piece in pieces:
        whole.open.extend(piece.open)
        for kind, took in piece.took.items():
            whole.took.setdefault(kind, []).extend(took)
    whole.open.sort(key=lambda one: (one.namespace, one.name))
    return whole


def _name(node: dict) -> str:
    """The name of a step without the number of its try: "work(2)" -> "work"."""
    return _TRY.sub("", text(node.get("displayName")) or text(node.get("name")))
