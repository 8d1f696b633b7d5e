# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each step of the upgrade of a control plane decides from what it saw. Pure. Private API.

Each function takes what the tasks of a step have registered, and gives {result, refusal, …}: the result of the step,
and why nothing further may happen, as a sentence; empty when it may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.steps import names
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import kubernetes_report as report
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.course import Kind

Seen = Mapping[str, Any]
Step = dict[str, Any]
_ABOUT = subject("Cluster", "", "control plane")


def begin(seen: Seen) -> Step:
    """{result, refusal, todo, bad}: whether there is something to do, and what is bad already.

    :param seen: course, info, gates, health, accept (names of checks), version (the target), check
    """
    course, info = mapping(seen.get("course")), mapping(seen.get("info"))
    kind, message = course.get("kind"), text(course.get("message"))
    looked = [*sequence(info.get("findings")), *sequence(mapping(seen.get("gates")).get("findings"))]
    moves = info.get("reached") is not True or any(mapping(node).get("move") for node in sequence(info.get("nodes")))
    todo = kind == Kind.CONTINUE or (kind == Kind.FRESH and moves)
    refusal = message if kind == Kind.REFUSED else ""
    if kind == Kind.FINISH_ROLLBACK:
        refusal = f"{message}; it has gone all the way back now, so run again to upgrade"
        refusal = f"{message}; a run without --check finishes that" if seen.get("check") is True else refusal
    if kind == Kind.FRESH and todo:
        refusal = report.refusal(looked, names(seen.get("accept")))
    status = "critical" if kind == Kind.REFUSED else "warning" if kind == Kind.CONTINUE else "ok"
    shown = [_accepted(one, names(seen.get("accept"))) for one in looked] if todo else []
    findings = [finding(report.CHECK, status, _ABOUT, message), *shown]
    summary = text(info.get("line")) or message
    if not todo and not refusal:
        summary = f"nothing to do: control plane and nodes have {seen.get('version')} already"
    bad = report.keys(sequence(mapping(seen.get("health")).get("findings")))
    data = {
        "plan": {"digest": f"{info.get('version')} {seen.get('version')}"} if todo else {},
        "cost": info.get("cost") or {},
    }
    return {"result": report.result(findings, summary=summary, data=data), "refusal": refusal, "todo": todo, "bad": bad}


def backed_up(seen: Seen) -> Step:
    """:param seen: backup and verified, the results of these roles; both empty when there is nothing to do"""
    backup, verified = mapping(seen.get("backup")), mapping(seen.get("verified"))
    if not backup:
        return _nothing("the way back was secured before" if seen.get("continued") else "nothing to do")
    findings = [*sequence(backup.get("findings")), *sequence(verified.get("findings"))]
    bad = [one for one in sequence(verified.get("findings")) if badness(one.get("status", "")) > badness("warning")]
    refusal = f"the backup is not proved: {text(bad[0].get('message'))}" if bad else ""
    identity = mapping(mapping(backup.get("data")).get("backup")).get("id")
    return {"result": {**backup, "findings": findings}, "refusal": refusal, "backup": identity}


def snapped(seen: Seen) -> Step:
    """:param seen: snapshot, what the provider kept: {id, revision, line, findings}; needed, check, continued"""
    snapshot, check = mapping(seen.get("snapshot")), seen.get("check") is True
    if seen.get("needed") is not True:
        return _nothing("the way back was secured before" if seen.get("continued") else "nothing to do")
    if not snapshot or not (check or text(snapshot.get("id"))):
        refusal = "the provider keeps no snapshot, so there is no way back"
        found = finding(report.CHECK, "critical", _ABOUT, refusal)
        return {"result": report.result([found]), "refusal": refusal}
    row = _row("keep", "Dataset", text(snapshot.get("id")) or "snapshot", text(snapshot.get("line")), check)
    findings = sequence(snapshot.get("findings"))
    return {"result": report.result(findings, [row], summary=text(snapshot.get("line"))), "refusal": ""}


def moved(seen: Seen) -> Step:
    """:param seen: names (what was moved), wanted (what was to be, where it may be more), kind (Component or Node),
    check, version, drained (results of drains), problem (what was not done besides, a sentence with what to do)"""
    check, version = seen.get("check") is True, text(seen.get("version"))
    kind, moving = text(seen.get("kind")), [text(name) for name in sequence(seen.get("names"))]
    rows = [_row("upgrade", kind, name, f"to {version}", check) for name in moving]
    drained = [mapping(one) for one in sequence(seen.get("drained"))]
    findings = [one for result in drained for one in sequence(result.get("findings"))]
    lead = "would move" if check else "moved"
    left = [name for name in map(text, sequence(seen.get("wanted"))) if name not in moving]
    summary = f"{lead} {', '.join(moving)} to {version}" if moving else f"every {kind.lower()} has {version} already"
    if left:
        words = f"{', '.join(left)} did not come to {version}"
        summary = f"{summary} · {words}" if moving else words
        findings.append(finding(report.CHECK, "warning", _ABOUT, words))
    if problem := text(seen.get("problem")):
        findings.append(finding(report.CHECK, "unknown", _ABOUT, problem))
    if not findings:
        findings = [finding(report.CHECK, "ok", _ABOUT, summary)]
    return {"result": report.result(findings, rows, summary=summary), "refusal": ""}


def verified(seen: Seen) -> Step:
    """:param seen: health (the result of the role), before (what was bad already), compared (restore_info), version"""
    health, version = mapping(seen.get("health")), seen.get("version")
    worse = report.worse(sequence(health.get("findings")), sequence(seen.get("before")))
    lost = report.lost(mapping(seen.get("compared")))
    refusal = ""
    if not health:
        refusal = f"nobody could look whether the platform is well with {version}"
    elif worse:
        refusal = f"the platform is not well with {version}: {text(worse[0].get('message'))}"
    words = refusal or f"{version} and as well as before"
    findings = [*worse, *lost, finding(report.CHECK, "critical" if refusal else "ok", _ABOUT, words)]
    told = text(lost[0].get("message"))
    return {"result": report.result(findings, summary=f"{words} · {told}"), "refusal": refusal}


def went_back(seen: Seen) -> Step:
    """:param seen: note, lost (cluster_changes_info, or msg when it could not be told), check, course"""
    note, lost, check = mapping(seen.get("note")), mapping(seen.get("lost")), seen.get("check") is True
    course = mapping(seen.get("course"))
    if course.get("kind") == Kind.REFUSED:
        message = text(course.get("message"))
        return {"result": report.result([finding(report.CHECK, "critical", _ABOUT, message)]), "refusal": message}
    before = text(note.get("from"))
    told = text(lost.get("line")) or f"nobody could tell what: {text(lost.get('msg')) or 'no API server answered'}"
    lead = "would go back" if check else "went back"
    summary = f"{lead} to {before} and the data of {note.get('snapshot')}; lost: {told}"
    rows = [_row("restore", "Cluster", "control plane", summary, check)]
    rows += [
        _row("lose", row["subject"]["kind"], _name(row), row["change"], check) for row in sequence(lost.get("rows"))
    ]
    status = "warning" if lost.get("total") or not lost.get("line") else "ok"
    result = report.result([finding(report.CHECK, status, _ABOUT, summary)], rows, summary=summary)
    result["changes"] |= {"total": 1 + (lost.get("total") or 0), "rows_file": text(lost.get("rows_file"))}
    result["data"] = {"counts": [{"what": "objects lost", "count": lost.get("total") or 0}]}
    return {"result": result, "refusal": "", "line": summary}


STEPS: dict[str, Callable[[Seen], Step]] = {
    "begin": begin,
    "backed_up": backed_up,
    "snapped": snapped,
    "moved": moved,
    "verified": verified,
    "went_back": went_back,
}


def _accepted(one: Mapping[str, Any], checks: list[str]) -> dict[str, Any]:
    """A critical finding that somebody has accepted is told as a warning."""
    if one.get("status") != "critical" or one.get("check") not in checks:
        return dict(one)
    return {**one, "status": "warning", "message": f"accepted: {text(one.get('message'))}"}


def _nothing(words: str) -> Step:
    return {"result": report.result([finding(report.CHECK, "ok", _ABOUT, words)], summary=words), "refusal": ""}


def _row(action: str, kind: str, name: str, detail: str, check: bool) -> dict[str, Any]:
    return {
        "action": action,
        "kind": kind,
        "name": name,
        "detail": detail,
        "outcome": "planned" if check else "changed",
    }


def _name(row: Mapping[str, Any]) -> str:
    about = mapping(row.get("subject"))
    return "/".join(part for part in (text(about.get("namespace")), text(about.get("name"))) if part)
