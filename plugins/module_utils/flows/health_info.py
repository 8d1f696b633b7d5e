# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every health check over one snapshot. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Look, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health import rules, run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import backup_age
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import tally, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

WORST_FIRST = ("critical", "unknown", "warning", "ok")
_LABELS = {"critical": "Critical findings", "unknown": "Unknown findings", "warning": "Warnings"}
_WORKFLOW_LIMITS = ("stuck", "never_picked_up", "clock_skew")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it. window: seconds."""

    sources: Sources
    namespaces: Sequence[str] = ()
    components: Sequence[Mapping[str, str]] = ()
    checks: Sequence[str] = ()
    skip: Sequence[str] = ()
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    rules: Sequence[Mapping[str, Any]] = ()
    window: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order that is known to make sense: its checks, their limits, and what to read for them."""

    checks: list[Check]
    skipped: list[str]
    limits: dict[str, dict[str, float]]
    settings: dict[str, Any]
    look: Look


def prepare(order: Order, now: datetime) -> Prepared:
    """Refuse what makes no sense before anything is asked.

    :raises OpsError: invalid, in one sentence
    """
    own = rules.compile_rules(list(order.rules), [check.name for check in CHECKS]) if order.rules else []
    catalogue = [*CHECKS, *(rule.check for rule in own)]
    checks = run.choose(catalogue, order.checks, order.skip)
    limits = run.limits(catalogue, order.thresholds)
    order.sources.urls()
    look = Look(
        now=now,
        namespaces=tuple(dict.fromkeys(order.namespaces)),
        window=order.window,
        workflows=_of_workflows(catalogue, limits),
        sources=order.sources,
        own={rule.part.name: (rule.part, partial(rules.Judged, rule, now)) for rule in own},
    )
    chosen = {check.name for check in checks}
    settings = {"components": list(order.components), "namespaces": list(look.namespaces), "window": order.window}
    return Prepared(checks, [one.name for one in catalogue if one.name not in chosen], limits, settings, look)


def examine(client: Client, prepared: Prepared) -> dict[str, Any]:
    """{findings, counts, verdict, checks, unread, skipped, line, measures}; the same for the same snapshot.

    :raises OpsError: when the API server does not answer at all
    """
    checks, look = prepared.checks, prepared.look
    snapshot = read(client, checks, look)
    findings = run.judge(checks, snapshot, prepared.limits, look.now, prepared.settings)
    counts = tally(findings)
    return {
        "findings": findings,
        "counts": counts,
        "verdict": worst(one["status"] for one in findings),
        "checks": run.by_check(checks, findings),
        "unread": [
            {"part": one.part, "namespace": one.namespace, "reason": one.reason} for one in sorted(snapshot.unread)
        ],
        "skipped": prepared.skipped,
        "line": line(len(checks), counts, len(prepared.skipped)),
        "measures": [
            {"name": f"health.{status}", "label": label, "value": counts[status], "unit": "", "limit": None}
            for status, label in _LABELS.items()
        ]
        + _age_of_backup(findings)
        + dataset_info.measures(findings),
    }


def _age_of_backup(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The measure of check backup_age, where there is a backup whose age is known."""
    found = (one for one in findings if one["check"] == backup_age.NAME and one["value"] is not None)
    return [
        {
            "name": "health.backup_age",
            "label": "Age of the newest backup",
            "value": round(one["value"] / 3600, 1),
            "unit": "h",
            "limit": None,
        }
        for one in islice(found, 1)
    ]


def line(checks: int, counts: Mapping[str, int], skipped: int = 0) -> str:
    """One line for people: "18 checks (1 left out): 2 critical · 1 unknown · 20 ok"."""
    words = " · ".join(f"{counts[status]:,} {status}" for status in WORST_FIRST if counts[status])
    left_out = f" ({skipped} left out)" if skipped else ""
    return f"{checks} {'check' if checks == 1 else 'checks'}{left_out}: {words}"


def _of_workflows(checks: Sequence[Check], limits: Mapping[str, Mapping[str, float]]) -> Thresholds:
    """The limits by which workflows are judged while they are read, from the checks that look at them."""
    found = {
        name: int(value)
        for check in checks
        if "workflows" in check.reads
        for name, value in limits[check.name].items()
        if name in _WORKFLOW_LIMITS
    }
    return Thresholds(**found)
