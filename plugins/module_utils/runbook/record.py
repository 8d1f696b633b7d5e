# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of one run, made from its journal. Pure. Private API."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, outcome, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SCHEMA = 1
MOST_ROWS = 1000
_DESCRIBED = ("name", "title", "type", "risk", "owner", "estimate")
NEVER = "never"
_OF_STEP = ("status", "summary", "changes", "findings", "data", "error")
_EMPTY = {
    "status": "skipped",
    "seconds": 0.0,
    "changes": {"total": 0, "rows": [], "rows_file": ""},
    "findings": [],
    "data": {},
    "error": None,
}
_SUMS = ("requests", "bytes_read", "retries", "writes", "seconds")


def build(events: list[dict]) -> dict:
    """The record; a journal without its last event gives one with outcome "interrupted".

    :param events: opened, then any of refused, locked, looked, step_started, step_finished, rolled_back, verified,
        broken, unlocked, closed
    """
    opened, finished = events[0], events[-1]["time"]
    runbook = opened["runbook"]
    steps = _steps(runbook["steps"], events)
    findings = [one for event in events if "findings" in event for one in event["findings"]]
    result = outcome.outcome(events)
    verdict = outcome.verdict(result, findings, steps)
    fail_on = runbook.get("fail_on") or NEVER
    record = {
        "schema": SCHEMA,
        "id": f"{opened['platform']}/{runbook['name']}/{text.stamp(opened['started'])}",
        "platform": opened["platform"],
        "runbook": {
            **{key: runbook.get(key) for key in _DESCRIBED},
            "estimate_seconds": parse_duration(runbook["estimate"]) if runbook.get("estimate") else None,
            "fail_on": fail_on,
            "whole": runbook.get("whole") is True,
        },
        "version": opened["version"],
        "check": opened["check"],
        "as_of": opened["as_of"],
        "started": opened["started"],
        "finished": text.utc(finished),
        "seconds": round(finished - opened["time"], 1),
        "who": opened["who"],
        "lock": _last(events, "locked", "lock"),
        "took_up": opened.get("took_up"),
        "refusal": _last(events, "refused", "error"),
        "breakage": _last(events, "broken", "error"),
        "steps": steps,
        "rollbacks": [
            {key: event[key] for key in ("number", "ok", "error")}
            for event in events
            if event["event"] == "rolled_back"
        ],
        "findings": findings,
        "preflight": [one for event in events if event["event"] == "looked" for one in event["findings"]],
        "verified": [one for event in events if event["event"] == "verified" for one in event["findings"]],
        "verdict": verdict,
        "fails": result == "finished" and bool(outcome.failing(verdict, fail_on)),
        "plan": _plan(opened, steps, events),
        "cost": _cost(events),
        "outcome": result,
        "since": compare.nothing(),
    }
    record["message"] = outcome.sentence(record)
    record["next"] = outcome.next_actions(record, runbook["steps"])
    carried_out = result == "finished" and not opened["check"]
    record["after"] = list(runbook.get("after") or ()) if carried_out else []
    return record


def key(record: dict, attempt: int = 0) -> str:
    """The record's key in the store; attempt tells runs apart that began in the same second."""
    suffix = f"-{attempt + 1}" if attempt else ""
    return f"records/{record['platform']}/{record['runbook']['name']}/{text.stamp(record['started'])}{suffix}.json"


def identity(place: str) -> str:
    """The id of the record that lies under a key."""
    return place.removeprefix("records/").removesuffix(".json")


def _last(events: list[dict], kind: str, field: str) -> Any:
    return next((event[field] for event in reversed(events) if event["event"] == kind), None)


def _steps(described: list[dict], events: list[dict]) -> list[dict]:
    """A row for each step of the runbook, also for those that were not carried out."""
    by_kind = {
        kind: {event["number"]: event for event in events if event["event"] == kind}
        for kind in ("step_started", "step_skipped", "step_finished")
    }
    refused = any(event["event"] == "refused" for event in events)
    rows = []
    for number, step in enumerate(described, 1):
        started, skipped, finished = (seen.get(number) for seen in by_kind.values())
        row = {"number": number, "name": step["name"], "role": step["role"]}
        if finished:
            begun = started["time"] if started else finished["time"]
            row |= {field: finished[field] for field in _OF_STEP} | {"seconds": round(finished["time"] - begun, 1)}
        elif started:
            row |= _cut_off(events[-1]["time"] - started["time"])
        else:
            row |= _EMPTY | {"summary": skipped["reason"] if skipped else "not begun" if refused else "not reached"}
        rows.append(row)
    return rows


def _cut_off(seconds: float) -> dict:
    """What is known of the step in which a run was killed."""
    error = {"kind": "failed", "message": "the run was interrupted in this step", "request": None, "status": None}
    return _EMPTY | {"status": "failed", "summary": "interrupted", "seconds": round(seconds, 1), "error": error}


def _plan(opened: dict, steps: list[dict], events: list[dict]) -> dict:
    """What the run would change, or was to change, and a digest that an approval can refer to.

    A step that has a plan of its own gives its digest, which also covers rows that are only in a file.
    """
    digests, rows, files = [], [], []
    for step in steps:
        plan = step["data"].get("plan")
        own = plan.get("digest") if isinstance(plan, dict) else None
        changed = [{"step": step["number"], **row} for row in step["changes"]["rows"]]
        digests.append([step["number"], step["role"], own or changed])
        rows += changed
        if step["changes"].get("rows_file"):
            files.append(step["changes"]["rows_file"])
    content = json.dumps([opened["platform"], opened["runbook"]["name"], opened["as_of"], digests], sort_keys=True)
    return {
        "digest": hashlib.sha256(content.encode()).hexdigest(),
        "total": sum(step["changes"]["total"] for step in steps),
        "rows": rows[:MOST_ROWS],
        "rows_file": files[0] if files else "",
    }


def _cost(events: list[dict]) -> dict:
    """Sums over the modules that told their cost; the memory is the peak of the largest one."""
    told = [event.get("cost") or (event.get("data") or {}).get("cost") for event in events]
    costs = [cost for cost in told if isinstance(cost, dict)]
    total = {field: round(sum(_number(cost.get(field)) for cost in costs), 2) for field in _SUMS}
    return {**total, "peak_mb": max((_number(cost.get("peak_mb")) for cost in costs), default=0)}


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
