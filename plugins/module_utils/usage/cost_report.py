# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform costs and what of it nobody uses, for a reader. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import amount
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import count
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices, told
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.waste import IDLE, ORPHAN, OVERSIZED

CHECK = "cost_waste"
MOST_ROWS = 30
#: how one and several are called, and the runbook that treats them
_KINDS = {
    OVERSIZED: ("workload asks for more than it uses", "workloads ask for more than they use", "tune_resources"),
    IDLE: ("agent runs and does nothing", "agents run and do nothing", "agent_health"),
    ORPHAN: ("claim is mounted by nobody", "claims are mounted by nobody", "clean_workspaces"),
}
Row = Mapping[str, Any]


def ordered(rows: Iterable[Row]) -> list[Row]:
    """The dearest first."""
    return sorted(
        rows, key=lambda row: (-(row["month"] or 0), row["what"], row["subject"]["namespace"], row["subject"]["name"])
    )


def findings(rows: Sequence[Row], prices: Prices, unmeasured: Sequence[str]) -> list[dict]:
    """One for each kind of waste that there is, one for what nobody measured; one look is not enough to accuse."""
    found = []
    for what, (one, several, runbook) in _KINDS.items():
        own = [row for row in rows if row["what"] == what]
        if own:
            status = "unknown" if all(row["weak"] for row in own) else "warning"
            said = f"{count(len(own), one, several)}: {_worth(own, prices)}"
            said += " (one look at the metrics is no history)" if status == "unknown" else ""
            found.append(finding(CHECK, status, subject(name=what), said, value=len(own), runbook=runbook))
    if unmeasured:
        named = ", ".join(unmeasured[:3]) + (", …" if len(unmeasured) > 3 else "")
        words = f"{_blind(unmeasured)}: {named}"
        found.append(finding(CHECK, "unknown", subject(name="workload"), words, value=len(unmeasured)))
    return found or [all_well(CHECK, "", 0, "nothing was found that is paid for and not used")]


def line(rows: Sequence[Row], prices: Prices, unmeasured: Sequence[str]) -> str:
    """ "12.40 EUR a month for what nobody uses: 1.5 cores CPU, 20.0 GiB storage · not enough data for 2 workloads"."""
    month = prices.words(_month(rows))
    lead = f"{month} for what nobody uses:" if month else "nobody uses"
    words = [f"{lead} {told(_sum(rows))}"] if rows else []
    words += [_blind(unmeasured)] if unmeasured else []
    return " · ".join(words) or "nothing is paid for and not used"


def measures(rows: Sequence[Row], asked: Sequence[Row], prices: Prices) -> list[dict[str, Any]]:
    """{name, label, value, unit, limit} of what is worth following."""
    paid = None if any(row["month"] is None for row in asked) else round(sum(row["month"] for row in asked), 2)
    unit = prices.currency
    wasted, amounts = _month(rows) if rows else (0.0 if prices.by_resource else None), _sum(rows)
    return [
        _measure("requests.month", "Price of all requests a month", paid, unit),
        _measure("waste.month", "Price of what nobody uses a month", wasted, unit),
        _measure("waste.cpu", "CPU that is paid for and not used", round(amounts.get("cpu", 0.0), 3), "cores"),
        _measure("waste.memory", "Memory that is paid for and not used", amounts.get("memory", 0.0), "bytes"),
        _measure("waste.storage", "Storage that is paid for and not used", amounts.get("storage", 0.0), "bytes"),
    ]


def tables(rows: Sequence[Row], asked: Sequence[Row], prices: Prices) -> list[dict[str, Any]]:
    """{title, columns, rows, more}: what nobody uses, and what everybody asks for."""
    unused = [
        [_named(row["subject"]), row["what"], told(row["amounts"]), prices.words(row["month"]), row["evidence"]]
        for row in rows
    ]
    paid = [
        [
            row["workload"],
            row["pods"],
            amount("cpu", row["cpu"]),
            amount("memory", row["memory"]),
            prices.words(row["month"]),
        ]
        for row in asked
    ]
    return [
        _table("What is paid for and not used", ["What", "Why", "Amount", "Price", "Evidence"], unused),
        _table("What workloads ask for", ["Workload", "Pods", "CPU", "Memory", "Price"], paid),
    ]


def _blind(unmeasured: Sequence[str]) -> str:
    return f"not enough data to tell what {count(len(unmeasured), 'workload uses', 'workloads use')}"


def _worth(rows: Sequence[Row], prices: Prices) -> str:
    month = prices.words(_month(rows))
    return f"{told(_sum(rows))}{', ' + month if month else ''}"


def _sum(rows: Iterable[Row]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row["amounts"])
    return dict(total)


def _month(rows: Sequence[Row]) -> float | None:
    """Together; None where a price is missing."""
    months = [row["month"] for row in rows]
    return None if None in months or not months else round(sum(months), 2)


def _named(about: Mapping[str, str]) -> str:
    place = "/".join(word for word in (about["namespace"], about["name"]) if word)
    return f"{about['kind']} {place}".strip()


def _table(title: str, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows[:MOST_ROWS], "more": max(0, len(rows) - MOST_ROWS)}


def _measure(name: str, label: str, value: float | None, unit: str) -> dict[str, Any]:
    return {"name": f"cost.{name}", "label": label, "value": value, "unit": unit, "limit": None}
