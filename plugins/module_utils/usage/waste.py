# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is paid for and not used: requests, agents that idle, claims that nobody mounts. Pure. Private API.

A row is {what, subject: {kind, namespace, name}, amounts: {cpu, memory, storage}, month, evidence, weak}; month is None
without prices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import amount
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container, Running
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import LACKING
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload

OVERSIZED, IDLE, ORPHAN = "oversized requests", "idle agent", "claim that nobody mounts"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """idle_cores: an agent that uses less does nothing. idle_after, orphan_after: seconds until that is told."""

    idle_cores: float
    idle_after: int
    orphan_after: int


def oversized(recommendations: Iterable[Mapping[str, Any]], prices: Prices) -> Iterator[Row]:
    """What workloads ask for and never use."""
    for one in recommendations:
        amounts = {name: value for name, value in one["saves"].items() if value > 0}
        if one["what"] == "resources" and amounts:
            yield _row(OVERSIZED, subject(name=one["workload"]), amounts, prices, one["evidence"], one["weak"])


def idle(
    agents: Iterable[Running],
    cpu: Mapping[tuple[str, str], float],
    limits: Limits,
    prices: Prices,
    now: datetime,
    weak: bool,
) -> Iterator[Row]:
    """Agents that run for long and do nothing; one of which nobody knows what it uses is not called idle.

    :param cpu: cores by namespace and pod
    :param weak: whether that is one look alone
    """
    for one in agents:
        used, since = cpu.get((one.namespace, one.name)), one.since
        runs = (now - since).total_seconds() if since else 0.0
        if used is None or used >= limits.idle_cores or runs < limits.idle_after:
            continue
        words = f"runs for {format_age(runs)} and uses {amount('cpu', used)} CPU{' just now' if weak else ''}"
        yield _row(IDLE, subject("Pod", one.namespace, one.name), one.asks, prices, words, weak)


def orphans(
    claims: Iterable[Mapping[str, Any]],
    mounted: Collection[tuple[str, str]],
    limits: Limits,
    prices: Prices,
    now: datetime,
) -> Iterator[Row]:
    """Claims with a volume that no pod mounts."""
    for one in claims:
        old = age(one["created"], now)
        if one["phase"] != "Bound" or (one["namespace"], one["name"]) in mounted or old is None:
            continue
        size = one["capacity"] or one["requested"]
        if size and old >= limits.orphan_after:
            about = subject("PersistentVolumeClaim", one["namespace"], one["name"])
            words = f"{format_age(old)} old, no pod mounts it"
            yield _row(ORPHAN, about, {"storage": size}, prices, words, False)


def asked(containers: Mapping[tuple[Workload, str], Container], prices: Prices) -> list[Row]:
    """{workload, pods, cpu, memory, month} of what each workload asks for now, the dearest first."""
    total: dict[Workload, dict[str, Decimal]] = {}
    pods: dict[Workload, int] = {}
    for (workload, _name), container in containers.items():
        if not container.pods:
            continue
        amounts = total.setdefault(workload, {"cpu": Decimal(0), "memory": Decimal(0)})
        pods[workload] = max(pods.get(workload, 0), container.pods)
        for name, value in container.requests.items():
            amounts[name] += value * container.pods
    rows = [
        {
            "workload": workload.words,
            "pods": pods[workload],
            **{name: float(value) for name, value in amounts.items()},
            "month": prices.month(amounts),
        }
        for workload, amounts in total.items()
    ]
    return sorted(rows, key=lambda row: (-(row["month"] or 0), -row["memory"], -row["cpu"], row["workload"]))


def unmeasured(recommendations: Iterable[Mapping[str, Any]], asked: Iterable[Row]) -> list[str]:
    """The workloads that ask for something of which nobody knows whether they use it."""
    asking = {row["workload"] for row in asked if row["cpu"] or row["memory"]}
    lacking = (one["workload"] for one in recommendations if one["verdict"] == LACKING)
    return sorted(asking.intersection(lacking))


def _row(what: str, about: dict, amounts: Mapping[str, Any], prices: Prices, evidence: str, weak: bool) -> Row:
    exact = {name: float(value) for name, value in amounts.items()}
    return {
        "what": what,
        "subject": about,
        "amounts": exact,
        "month": prices.month(exact),
        "evidence": evidence,
        "weak": weak,
    }
