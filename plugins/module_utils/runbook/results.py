# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What step roles set as their result, from what their modules returned. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    badness,
    finding,
    subject,
    tally,
    worst_first,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text

GONE = ("planned", "deleted", "held")
SHOWN = 20


def of_look(seen: Mapping[str, Any], data: Mapping[str, Any], summary: str = "") -> dict:
    """The result of a step that only looks, from what its module returned.

    :param seen: line, findings and cost
    :param data: what the report is to hold besides
    :param summary: instead of the line
    """
    return {
        "summary": summary or seen["line"],
        "findings": seen["findings"],
        "changes": _changes([], 0, ""),
        "data": {**data, "cost": seen["cost"]},
    }


def of_findings(findings: list[dict], noun: str) -> dict:
    """The result of a step that judges by itself: its summary is the worst finding and how many more there are."""
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


def of_actions(acted: dict) -> dict:
    """The result of a step that acts on named objects, from what its module returned.

    :param acted: line, rows, rows_file, findings, cost, and total, the number of objects that were or would be changed
    """
    rows = [{**row, "goes_along": []} for row in acted["rows"]]
    changed = [row for row in rows if row["outcome"] in ("changed", "planned", "unverified")]
    return {
        "summary": acted["line"],
        "findings": acted["findings"],
        "changes": _changes(changed, acted["total"], acted["rows_file"]),
        "data": {
            "cost": acted["cost"],
            "left": [row for row in rows if row not in changed][:SHOWN],
            **(acted.get("data") or {}),
        },
    }


def of_several(acted: Iterable[Mapping[str, Any]]) -> dict:
    """The result of a step in which modules acted one after another, as far as they came.

    :param acted: what each returned; one that failed before it had looked has no rows and is left out
    """
    parts = [of_actions(dict(one)) for one in acted if "rows" in one]
    costs = [part["data"]["cost"] for part in parts]
    cost = {name: sum(one[name] for one in costs) for name in costs[0] if name != "peak_mb"} if costs else {}
    return {
        "summary": ", then ".join(part["summary"] for part in parts),
        "findings": [one for part in parts for one in part["findings"]],
        "changes": _changes(
            [row for part in parts for row in part["changes"]["rows"]],
            sum(part["changes"]["total"] for part in parts),
            next((file for part in parts if (file := part["changes"]["rows_file"])), ""),
        ),
        "data": {"cost": {**cost, "peak_mb": max((one["peak_mb"] for one in costs), default=0)}},
    }


def of_dataset(taken: dict, check: str, missing: str) -> dict:
    """The result of a step that keeps data of another kind than objects of the cluster.

    :param taken: dataset, line, findings and cost of the module; empty when the step is not configured
    :param check: what its findings are called
    :param missing: what is not configured, as a sentence
    """
    if "dataset" not in taken:
        return of_findings([finding(check, "unknown", subject("Dataset", "", check), missing)], "dataset")
    kept = taken["dataset"]
    row = {
        "action": "keep",
        "outcome": "changed" if kept["id"] else "planned",
        "subject": subject("Dataset", "", kept["id"] or check),
        "reason": "",
        "detail": taken["line"],
        "goes_along": [],
    }
    return {
        "summary": taken["line"],
        "findings": taken["findings"],
        "changes": _changes([row], 1, ""),
        "data": {"dataset": kept, "cost": taken["cost"]},
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
