# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told of a pruning: counts, one line, findings, diff. Pure; private API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import WORKFLOW, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Plan
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

FINDINGS = 200
#: the order of the line, and the words for each number
_WORDS = (
    ("delete", "would be deleted"),
    ("deleted", "deleted"),
    ("pinned", "pinned"),
    ("held", "held by a finalizer"),
    ("changed", "changed meanwhile"),
    ("absent", "gone already"),
    ("failed", "failed"),
    ("unverified", "not verified"),
    ("unknown", "cannot be judged"),
)


def summary(plan: Plan, outcomes: dict[str, int] | None) -> dict[str, Any]:
    """{read, delete, deleted, held, changed, absent, failed, unverified, unknown, pinned, kept: {rule: number}}.

    :param outcomes: deletions by outcome; None when nothing was done (check mode)
    """
    done = outcomes or {}
    kept = {rule: number for rule, number in plan.counts.items() if rule not in ("expired",)}
    return {
        "read": len(plan.rows),
        "delete": plan.actions["delete"],
        **{name: done.get(name, 0) for name in ("deleted", "changed", "absent", "failed", "unverified")},
        "held": plan.actions["held"] + done.get("held", 0),
        "unknown": plan.actions["unknown"],
        "pinned": plan.counts.get("pinned", 0) + plan.counts.get("owns_pinned", 0),
        "kept": kept,
    }


def line(counts: dict[str, Any], check: bool) -> str:
    """One line for the last screen: "1,204 deleted · 3 pinned · 1 held by a finalizer"."""
    lead = "delete" if check else "deleted"
    skip = "deleted" if check else "delete"
    parts = [f"{counts[name]:,} {words}" for name, words in _WORDS if name != skip and (counts[name] or name == lead)]
    return " · ".join(parts)


def findings(rows: Iterable[dict[str, Any]], kind: Kind = WORKFLOW) -> list[dict[str, Any]]:
    """A finding for each one that cannot be judged or whose deletion is held; the first 200 of them."""
    found = []
    for row in rows:
        held = row["action"] == "held" or row["outcome"] == "held"
        if not held and row["action"] != "unknown":
            continue
        name, namespace = row["subject"]["name"], row["subject"]["namespace"]
        reason = row["reason"]
        if row["outcome"] == "held":
            reason = f"its deletion is held by {', '.join(row['finalizers']) or 'a finalizer'}"
        if held and kind.held_hint:
            reason += f": {kind.held_hint}"
        status, words = ("warning", reason) if held else ("unknown", f"kept, {reason}")
        command = f"kubectl -n {namespace} get {kind.kind.lower()} {name} -o yaml"
        where = subject(kind.kind, namespace, name)
        found.append(finding(kind.check, status, where, f"{name}: {words}", evidence=command))
    return found[:FINDINGS]


def diff(rows: list[dict[str, Any]], total: int, kind: Kind = WORKFLOW) -> dict[str, str]:
    """before and after as texts: a line for each one that goes, none after it went."""
    before, after = [], []
    for row in rows:
        if row["action"] != "delete":
            continue
        name = f"{row['subject']['namespace']}/{row['subject']['name']}"
        text = f"{name}  {row['phase']} {row['finished_at']}" + "".join(
            f"\n  with {one['kind']} {one['name']}" for one in row["goes_along"]
        )
        before.append(text)
        if row["outcome"] not in ("planned", "deleted", "absent"):
            after.append(f"{text}  ({row['outcome']})")
    if total > len(before):
        before.append(f"and {total - len(before):,} more, in the rows file")
    header = f"{kind.noun} past their retention"
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(f"{text}\n" for text in before),
        "after": "".join(f"{text}\n" for text in after),
    }
