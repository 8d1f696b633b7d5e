# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All workflows in a few numbers, and those that have not ended one by one. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Thresholds, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.keep import metadata
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

MOST_WORDS = 160


class _Failure(NamedTuple):
    """One workflow that ended badly; sorts by the moment (seconds since 1970)."""

    at: float
    namespace: str
    name: str
    message: str


@dataclass(slots=True)
class _Ended:
    """What became of the workflows of one template."""

    succeeded: int = 0
    failed: int = 0
    last: _Failure | None = None

    def add(self, succeeded: int, failed: int, last: _Failure | None) -> None:
        self.succeeded += succeeded
        self.failed += failed
        self.last = max(filter(None, (self.last, last)), default=None)


class Overview:
    """Reduces pages of workflows. Those that have ended may be ten thousand, so they cost next to nothing."""

    def __init__(self, now: datetime, thresholds: Thresholds, window: float) -> None:
        """:param window: seconds; what ended longer ago is counted by its phase alone"""
        self._now, self._thresholds, self._since = now, thresholds, now.timestamp() - window
        self.counts: Counter[str] = Counter()
        self.open: list[dict[str, Any]] = []
        self.ended: dict[str, _Ended] = {}

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            status = mapping(item.get("status")) if isinstance(item, dict) else {}
            phase = text(status.get("phase"))
            if phase in FINISHED:
                self.counts[phase.lower()] += 1
                self._count_end(item, phase, status)
            else:
                judgement = judge(item, self._now, self._thresholds)
                self.counts[judgement.state] += 1
                self.open.append({"metadata": metadata(mapping(item)), "judgement": judgement.as_dict()})

    def _count_end(self, item: dict[str, Any], phase: str, status: dict[str, Any]) -> None:
        finished = parse_time(status.get("finishedAt"))
        if finished is None or finished.timestamp() < self._since:
            return
        summary = summarize(item)
        ended = self.ended.setdefault(summary.template, _Ended())
        if phase == "Succeeded":
            ended.add(1, 0, None)
            return
        message = " ".join(text(status.get("message")).split())[:MOST_WORDS]
        ended.add(0, 1, _Failure(finished.timestamp(), summary.namespace, summary.name, message))


def combine(overviews: Iterable[Overview]) -> dict[str, Any]:
    """The one object of part "workflows" (health/parts.py) from the overviews of all namespaces."""
    overviews = list(overviews)
    ended: dict[str, _Ended] = {}
    for one in overviews:
        for template, own in one.ended.items():
            ended.setdefault(template, _Ended()).add(own.succeeded, own.failed, own.last)
    unfinished = (entry for one in overviews for entry in one.open)
    return {
        "counts": {state: sum(one.counts[state] for one in overviews) for state in STATES},
        "open": sorted(unfinished, key=lambda entry: _place(entry["metadata"])),
        "ended": [_row(template, own) for template, own in sorted(ended.items())],
    }


def _row(template: str, ended: _Ended) -> dict[str, Any]:
    last = ended.last
    return {
        "template": template,
        "succeeded": ended.succeeded,
        "failed": ended.failed,
        "last": {"namespace": last.namespace, "name": last.name, "message": last.message} if last else None,
    }


def _place(found: dict[str, Any]) -> tuple[str, str]:
    return text(found.get("namespace")), text(found.get("name"))
