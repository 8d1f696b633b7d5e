# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What step roles set as their result, from what their modules returned. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, tally, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text

GONE = ("planned", "deleted", "held")
SHOWN = 20


def of_findings(findings: list[dict], noun: str) -> dict:
    """The result of a step that only looks: its summary is the worst finding and how many more there are."""
    bad = [one for one in worst_first(findings) if badness(one["status"])]
    if bad:
        more = f" · {len(bad) - 1} more" if len(bad) > 1 else ""
        summary = bad[0]["message"] + more
    else:
        good = tally(findings)["ok"]
        summary = f"{text.count(good, noun)} ok" if good else f"no {noun}s"
    return {"summary": summary, "findings": findings, "changes": _changes([], 0, ""), "data": {}}


def of_prune(pruned: dict, check: bool, noun: str = "workflows") -> dict:
    """The result of a retention step, from what the module that prunes returned.

    :param check: whether nothing was to be done; else a plan means that there was nothing to do
    """
    summary, rows = pruned["summary"], pruned["rows"]
    changed = [_change(row) for row in rows if row["action"] == "delete" and row["outcome"] in GONE]
    left = [_change(row) for row in rows if row["action"] != "delete" or row["outcome"] not in GONE]
    # A row that is held although the plan deleted it was asked for, and goes as soon as its finalizer lets it.
    asked = sum(1 for row in changed if row["outcome"] == "held")
    planned = any(row["outcome"] == "planned" for row in rows)
    return {
        "summary": pruned["line"] if check or summary["delete"] else _nothing(pruned["line"]),
        "findings": pruned["findings"],
        "changes": _changes(changed, summary["delete"] if planned else summary["deleted"] + asked, pruned["rows_file"]),
        "data": {
            "plan": pruned["plan"],
            "counts": _counts(summary, noun),
            "left": left[:SHOWN],
            "cost": pruned["cost"],
        },
    }


def plan_of_prune(pruned: dict) -> list[str]:
    """The plan as a person reads it before it is carried out."""
    rows = [row for row in pruned["rows"] if row["action"] == "delete"]
    lines = [f"as of {pruned['plan']['as_of']}: {pruned['line']}"]
    for row in rows[:SHOWN]:
        change = _change(row)
        where = f"{row['subject']['namespace']}/{row['subject']['name']}"
        lines.append(f"delete {where}: {change['detail']}")
    more = pruned["plan"]["total"] - min(len(rows), SHOWN)
    if more > 0:
        place = f"in {pruned['rows_file']}" if pruned["rows_file"] else "with --diff"
        lines.append(f"and {text.number(more)} more, {place}")
    return lines


def _nothing(line: str) -> str:
    """The line without its lead "0 would be deleted"."""
    return " · ".join(["nothing to delete", *line.split(" · ")[1:]])


def _counts(summary: dict, noun: str) -> list[dict]:
    """{what, count}: what became of those that were read, largest number first."""
    kept = [{"what": rule.replace("_", " "), "count": count} for rule, count in summary["kept"].items() if count]
    read = {"what": f"{noun} read", "count": summary["read"]}
    return [read, *sorted(kept, key=lambda one: (-one["count"], one["what"]))]


def _change(row: dict) -> dict:
    along = row.get("goes_along") or []
    parts = [row["phase"], row["finished_at"], f"with {text.count(len(along), 'object')}" if along else ""]
    return {
        "action": row["action"],
        "outcome": row["outcome"],
        "subject": row["subject"],
        "reason": row["reason"],
        "detail": " · ".join(part for part in parts if part),
        "goes_along": along,
    }


def _changes(rows: list[dict], total: int, rows_file: str) -> dict:
    return {"total": total, "rows": rows, "rows_file": rows_file}
