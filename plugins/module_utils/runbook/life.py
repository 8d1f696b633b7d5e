# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the life cycle of a run decides from its journal and from what modules returned. Pure. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import platform as platform_checks
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import complete, finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import gate, outcome, steps, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

STOPPING = ("stop", "rollback")
DETAILS = ("changes", "data", "findings")
"""Fields of a step that only its record needs, and nothing here decides from."""


def as_of(wanted: str, now: float) -> str:
    """The moment that the run judges by, RFC 3339 in UTC; now unless one is given."""
    if not wanted:
        return text.utc(now)
    moment = parse_time(wanted)
    if moment is None:
        raise OpsError(
            "invalid", f"runbook_as_of: {wanted!r} is no RFC 3339 time", hint="Write it as 2026-11-21T08:00:00Z."
        )
    return text.utc(moment.timestamp())


def choices(
    runbook: dict, settings: dict, platform: str, check: bool, earlier: list[dict] | None
) -> list[steps.Choice]:
    """The chosen steps, when the options are sound and the risk gate is passed.

    :param earlier: the journal of the newest interrupted run, for settings.take_up
    """
    steps.check_variables(runbook["steps"])
    if runbook.get("whole"):
        _require_whole(runbook, settings)
    done: set[int] = set()
    if settings.get("take_up"):
        if not earlier:
            raise OpsError("refused", "runbook_take_up: there is no interrupted run of this runbook to take up")
        done = _done(runbook, earlier)
    chosen = steps.choose(
        runbook["steps"],
        start_at=str(settings.get("start_at") or ""),
        only=settings.get("only") or (),
        skip=settings.get("skip") or (),
        done_before=done,
    )
    gate.risk(runbook, platform, settings.get("confirm") or "", check)
    return chosen


def _require_whole(runbook: dict, settings: dict) -> None:
    given = [f"runbook_{name}" for name in ("start_at", "only", "skip", "take_up") if settings.get(name)]
    if given:
        raise OpsError(
            "invalid",
            f"{runbook['name']} is carried out as a whole, so {' and '.join(given)} cannot be used",
            hint="Run it without; what an earlier run has done is not done again.",
        )


def _done(runbook: dict, earlier: list[dict]) -> set[int]:
    """Numbers of the steps that an interrupted run completed; refused when the runbook has other steps by now."""
    then = [(step["name"], step["role"]) for step in earlier[0]["runbook"]["steps"]]
    if then != [(step["name"], step["role"]) for step in runbook["steps"]]:
        raise OpsError("refused", "runbook_take_up: the steps of the runbook have changed since the interrupted run")
    completed = {e["number"] for e in earlier if e["event"] == "step_finished" and e["status"] not in outcome.FAILED}
    return completed | {
        e["number"] for e in earlier if e["event"] == "step_skipped" and e["reason"] == steps.DONE_BEFORE
    }


def without_values(runbook: dict) -> dict:
    """The runbook without the values of its steps' variables, which may be secrets and belong into no journal."""
    return {**runbook, "steps": [{**step, "vars": dict.fromkeys(step.get("vars") or {})} for step in runbook["steps"]]}


def without_settings(lock: dict) -> dict:
    """A lock as it is recorded: without the settings of the store's client, which nobody needs to know it by."""
    return {name: value for name, value in lock.items() if name != "store_options"}


def locks(runbook: dict, check: bool) -> bool:
    """Whether the run takes the lock; a check never does."""
    return runbook.get("lock", "cluster") != "none" and not check


def needs_cluster(runbook: dict, check: bool) -> bool:
    """Whether the run must speak to the API server before its first step."""
    in_cluster = locks(runbook, check) and runbook.get("lock") != "store"
    return in_cluster or bool(runbook.get("preflight")) or not runbook.get("during_emergency_stop", False)


def look(opened: dict, info: dict) -> list[dict]:
    """The findings of the preflight; OpsError when one of them forbids the run.

    :param info: what platform_info returned, also when it failed; empty when it was not asked
    """
    runbook, check = opened["runbook"], opened["check"]
    platform_checks.known([*runbook.get("preflight", ()), *runbook.get("verify", ())])
    if not needs_cluster(runbook, check):
        return []
    if not info.get("version"):
        return _without_cluster(opened, info)
    stop = info["emergency_stop"]
    gate.emergency_stop(runbook, stop["level"], stop["message"])
    findings = platform_checks.look(runbook.get("preflight", []), info)
    unmet = [one for one in findings if one["status"] in ("critical", "unknown")]
    if unmet:
        hint = unmet[0]["evidence"]
        raise OpsError("refused", f"{unmet[0]['check']}: {unmet[0]['message']}", hint=f"Try: {hint}" if hint else None)
    return findings


def _without_cluster(opened: dict, info: dict) -> list[dict]:
    """Unknown findings where a run may begin although nobody answers; its first step has to tell why that is so."""
    failed, runbook = _failure(info), opened["runbook"]
    if not runbook.get("without_cluster") or failed.kind not in ("unreachable", "timeout"):
        raise failed
    about = subject("Cluster", name=opened["platform"])
    return [finding(name, "unknown", about, failed.message) for name in runbook.get("preflight", [])]


def verifies(events: list[dict]) -> bool:
    """Whether there is something to verify: a refused run and a check have changed nothing."""
    return bool(events[0]["runbook"].get("verify")) and not events[0]["check"] and not refused(events)


def verify(opened: dict, info: dict) -> list[dict]:
    """The findings of the checks that must hold at the end; all unknown when the platform could not be read."""
    names = opened["runbook"]["verify"]
    if info.get("version"):
        return platform_checks.look(names, info)
    about = subject("Cluster", name=opened["platform"])
    message = text.one_line(info.get("msg") or "the platform could not be read")
    return [finding(name, "unknown", about, message) for name in names]


def to_run(events: list[dict]) -> list[dict]:
    """{number, name, role, tasks_from, tasks} of the chosen steps, in order.

    tasks is the file of role runbook that carries the step out.
    """
    left_out = {event["number"] for event in events if event["event"] == "step_skipped"}
    return [
        {
            "number": number,
            "name": step["name"],
            "role": step["role"],
            "tasks_from": step.get("tasks_from") or "main",
            "tasks": "step_with_variables.yml" if step.get("vars") else "step.yml",
        }
        for number, step in enumerate(events[0]["runbook"]["steps"], 1)
        if number not in left_out
    ]


def waiting(events: list[dict]) -> list[int]:
    """Numbers of the chosen steps that have not begun, in order."""
    begun = {event["number"] for event in events if event["event"] == "step_started"}
    return [row["number"] for row in to_run(events) if row["number"] not in begun]


def step(described: dict, result: Any, failure: dict | None, platform: str) -> dict:
    """The fields of step_finished.

    :param result: the role's result, None when it set none
    :param failure: what Ansible knows of the failed task, None when none failed
    """
    error = outcome.step_error(failure, platform) if failure is not None else None
    seen = result if isinstance(result, dict) else {}
    given = seen.get("findings") or ()
    findings = [complete(one) for one in (given if isinstance(given, list | tuple) else [given])]
    if not seen and not error:
        name = f"{steps.short_role(described)}_result"
        findings.append(finding("result", "unknown", subject("Role", name=described["role"]), f"{name} was not set"))
    row = {
        "summary": text.one_line(seen.get("summary") or ""),
        "changes": _changes(seen.get("changes")),
        "findings": findings,
        "data": seen["data"] if isinstance(seen.get("data"), dict) else {},
        "error": error,
    }
    row["status"] = outcome.step_status(row, error)
    row["summary"] = (error["message"] if error else "") or row["summary"] or "the step gave no summary"
    return row


def _changes(given: Any) -> dict:
    """{total, rows, rows_file} of a role's result, whatever it set."""
    given = given if isinstance(given, dict) else {}
    rows = [row for row in given["rows"] if isinstance(row, dict)] if isinstance(given.get("rows"), list) else []
    total = given.get("total")
    return {
        "total": total if isinstance(total, int) and total >= 0 else len(rows),
        "rows": rows,
        "rows_file": str(given.get("rows_file") or ""),
    }


def stopped_by(events: list[dict]) -> str:
    """Why no further step begins; empty while they go on."""
    described = events[0]["runbook"]["steps"]
    for event in events:
        broken = event["event"] == "step_finished" and event["status"] in outcome.FAILED
        if broken and (_bad_input(event) or described[event["number"] - 1].get("on_failure", "stop") in STOPPING):
            return f"not begun, step {event['number']} {event['status']}"
    return ""


def _bad_input(finished: dict) -> bool:
    """Whether an option was refused, not an answer: nobody can mean a run whose options cannot be read."""
    error = finished.get("error") or {}
    return error.get("kind") == "invalid" and error.get("status") is None


def rollbacks(events: list[dict]) -> list[dict]:
    """{number, role, tasks_from} of the entry points that undo the steps carried out, last step first."""
    described = events[0]["runbook"]["steps"]
    finished = [event for event in events if event["event"] == "step_finished"]
    asked = any(
        event["status"] in outcome.FAILED and described[event["number"] - 1].get("on_failure") == "rollback"
        for event in finished
    )
    return [
        {"number": number, "role": described[number - 1]["role"], "tasks_from": described[number - 1]["rollback"]}
        for number in sorted((event["number"] for event in finished), reverse=True)
        if asked and described[number - 1].get("rollback")
    ]


def unlock_findings(unlock: dict) -> list[dict]:
    """A warning when the lock could not be given back, or was not ours any more.

    :param unlock: what runbook_lock returned, also when it failed or was skipped
    """
    about = subject("Lease", "agent-platform-ops", "runbook")
    if unlock.get("error"):
        message = f"the lock was not released and expires by itself: {text.one_line(unlock.get('msg', ''))}"
        return [finding("lock", "warning", about, message)]
    if unlock.get("released") is False:
        return [finding("lock", "warning", about, "the lock was not ours any more when the run ended")]
    return []


def store_findings(store: str, ephemeral: bool) -> list[dict]:
    """A warning when records are kept on a disk that goes with the run.

    :param ephemeral: the run is a job of AWX, whose containers keep nothing
    """
    if not ephemeral or not store.startswith("file://"):
        return []
    message = (
        "records are kept on a disk that ends with this job; set platform_store to an s3:// or other lasting store"
    )
    return [finding("store", "warning", subject("Store", name=store), message)]


def refused(events: list[dict]) -> bool:
    """Whether the run was refused."""
    return any(event["event"] == "refused" for event in events)


def last(events: list[dict], kind: str, number: int) -> dict:
    """The last event of a kind for a step."""
    return next(event for event in reversed(events) if event["event"] == kind and event["number"] == number)


def refusal(error: OpsError, platform: str) -> dict:
    """The failure in the shape that a record keeps."""
    return shaped(error.as_result(), platform)


def shaped(failure: dict, platform: str) -> dict:
    """{kind, message, request, status} of a failed result, its message naming the platform once."""
    error = outcome.step_error(failure, platform)
    return {**error, "message": f"{platform}: {error['message']}"}


def _failure(info: dict) -> OpsError:
    shape = info.get("error") or {}
    kind = shape.get("kind") or "unreachable"
    message = text.one_line(info.get("msg") or "the API server could not be asked")
    return OpsError(kind, message, request=shape.get("request"), status=shape.get("status"))
