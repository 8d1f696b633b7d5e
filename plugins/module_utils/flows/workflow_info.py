# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge every workflow in one pass. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Judgement, Thresholds, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.looking import tally
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

FINDINGS = 200
_FINDING_OF = {"stuck": "critical", "never_picked_up": "warning", "unknown": "unknown"}


class Judged:
    """Reduces pages of workflows to counts, findings, and the rows that were asked for."""

    def __init__(self, now: datetime, thresholds: Thresholds, states: frozenset[str], names: frozenset[str]) -> None:
        self._now = now
        self._thresholds = thresholds
        self._states = states
        self._names = names
        self.counts: Counter[str] = Counter()
        self.rows: list[dict[str, Any]] = []
        self.findings: list[dict[str, Any]] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            metadata = item.get("metadata") or {}
            if self._names and metadata.get("name") not in self._names:
                continue
            judgement = judge(item, self._now, self._thresholds)
            self.counts[judgement.state] += 1
            where = subject("Workflow", metadata.get("namespace"), metadata.get("name"))
            self.findings += _findings(judgement, where, self._thresholds)
            if judgement.state in self._states:
                row = {**where, "uid": metadata.get("uid", ""), "labels": metadata.get("labels") or {}}
                self.rows.append({**row, **judgement.as_dict()})


def look(
    client: Client,
    *,
    now: datetime,
    thresholds: Thresholds,
    namespaces: list[str],
    selector: str,
    names: Iterable[str],
    states: Iterable[str],
) -> tuple[dict[str, int], list[dict[str, Any]], list[dict[str, Any]]]:
    """(workflows by state, rows by namespace and name, findings worst first)."""
    parts = workflows.read_pages(
        client,
        namespaces,
        lambda: Judged(now, thresholds, frozenset(states) or frozenset(STATES), frozenset(names)),
        label_selector=selector or None,
    )
    counts = {state: sum(part.counts[state] for part in parts) for state in STATES}
    rows = sorted((row for part in parts for row in part.rows), key=lambda row: (row["namespace"], row["name"]))
    return counts, rows, worst_first(one for part in parts for one in part.findings)[:FINDINGS]


def line(counts: dict[str, int]) -> str:
    """One line for people: "2 stuck · 5 held · 1,480 succeeded"; states that nobody is in are left out."""
    return tally(counts, _BY_WORRY) or "no workflows"


_BY_WORRY = ("stuck", "unknown", "never_picked_up", "held", "running", "pending", "failed", "error", "succeeded")


def _findings(judgement: Judgement, where: dict[str, str], thresholds: Thresholds) -> list[dict[str, Any]]:
    found = []
    status = _FINDING_OF.get(judgement.state)
    if status:
        limit = {"stuck": thresholds.stuck, "never_picked_up": thresholds.never_picked_up}.get(judgement.state)
        value = judgement.hold.age if judgement.state == "stuck" and judgement.hold else judgement.age
        found.append(finding("workflow_state", status, where, judgement.message, value=value, threshold=limit))
    found += [finding("workflow_contradiction", "warning", where, words) for words in judgement.contradictions]
    return found
