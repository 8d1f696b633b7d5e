# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All workflows in a few numbers, and those that have not ended one by one. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Thresholds, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.keep import metadata
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, parse_time

MOST_WORDS = 160


class _End(NamedTuple):
    at: float
    namespace: str
    name: str
    message: str


class Overview:
    """Reduces pages of workflows. Those that have ended are ten thousand and cost next to nothing."""

    def __init__(self, now: datetime, thresholds: Thresholds, window: float) -> None:
        """:param window: seconds; what ended longer ago is counted by its phase alone"""
        self._now, self._thresholds, self._since = now, thresholds, now.timestamp() - window
        self.counts: Counter[str] = Counter()
        self.open: list[dict[str, Any]] = []
        self.succeeded: dict[str, list[float]] = {}
        self.failed: dict[str, list[_End]] = {}

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
        summary, at = summarize(item), finished.timestamp()
        if phase == "Succeeded":
            self.succeeded.setdefault(summary.template, []).append(at)
            return
        message = " ".join(text(status.get("message")).split())[:MOST_WORDS]
        self.failed.setdefault(summary.template, []).append(_End(at, summary.namespace, summary.name, message))


def combine(overviews: Iterable[Overview]) -> dict[str, Any]:
    """The one object of part "workflows" (health/parts.py) from the overviews of all namespaces."""
    overviews = list(overviews)
    templates = {name for one in overviews for name in (*one.succeeded, *one.failed)}
    unfinished = (entry for one in overviews for entry in one.open)
    return {
        "counts": {state: sum(one.counts[state] for one in overviews) for state in STATES},
        "open": sorted(unfinished, key=lambda entry: _place(entry["metadata"])),
        "ended": [_ended(name, overviews) for name in sorted(templates)],
    }


def _ended(template: str, overviews: list[Overview]) -> dict[str, Any]:
    good = [at for one in overviews for at in one.succeeded.get(template, ())]
    bad = sorted(end for one in overviews for end in one.failed.get(template, ()))
    unbroken = [end for end in bad if end.at > max(good, default=0.0)]
    last = bad[-1] if bad else None
    return {
        "template": template,
        "succeeded": len(good),
        "failed": len(bad),
        "since": format_time(unbroken[0].at) if unbroken else "",
        "last": {"namespace": last.namespace, "name": last.name, "message": last.message} if last else None,
    }


def _place(found: dict[str, Any]) -> tuple[str, str]:
    return text(found.get("namespace")), text(found.get("name"))
