# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsed restore tells: whether all came back, and how long it took. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import validation
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_duration

CHECK = "restore_drill"
_KINDS = ["Kind", "In the backup", "The same"]
_STAGES = (
    ("start a control plane", "began", "ready"),
    ("restore", "ready", "restored"),
    ("compare", "restored", "compared"),
    ("see that it works", "compared", "ended"),
)
_NAMED = 20  # objects that did not come back, as findings


def judge(seen: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the step.

    :param seen: backup (as backup_info tells it, None without one), compared (what module restore_info returned),
        validated (as validation.judge takes it), moments (began, ready, restored, compared and ended, in seconds since
        the epoch), failure (why it ended early), targets ({rto, rpo} as durations), check (nothing was to be done)
    """
    backup = seen.get("backup")
    findings = list(_findings(seen, backup))
    return {
        "summary": _summary(seen, backup, findings),
        "findings": worst_first(findings),
        # What was written is torn down again.
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {"measures": _measures(seen, backup), "tables": _tables(seen)},
    }


def _seconds(seen: Mapping[str, Any]) -> float:
    """How long it took, 0 when it did not end."""
    return _between(seen, "began", "ended")


def _between(seen: Mapping[str, Any], begin: str, end: str) -> float:
    """Seconds between two moments, 0 when one of them did not come."""
    first, last = (float(mapping(seen.get("moments")).get(name) or 0) for name in (begin, end))
    return max(0.0, last - first) if first and last else 0.0


def _numbers(seen: Mapping[str, Any]) -> tuple[int, int]:
    """(objects that are as in the backup, all of them)."""
    states = (seen.get("compared") or {}).get("plan", {}).get("states", {})
    return int(states.get("same", 0)), sum(int(count) for count in states.values())


def _findings(seen: Mapping[str, Any], backup: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    if backup is None:
        said = seen.get("failure") or "there is no backup that can be used, so nothing can be restored"
        yield _finding("unknown" if seen.get("failure") else "critical", "", said, runbook="backup")
        return
    name = str(backup["id"])
    yield from _age(name, backup, str(seen["targets"]["rpo"]))
    if seen.get("check"):
        return
    if seen.get("failure") or not _seconds(seen):
        why = seen.get("failure") or "it did not end"
        yield _finding("unknown", name, f"nobody knows whether it can be restored: {why}", runbook="verify_backup")
        return
    yield from _came_back(name, seen)
    yield from _works(seen)
    took, target = _seconds(seen), parse_duration(seen["targets"]["rto"], "restore_drill_rto")
    words = f"restored and looked at in {format_age(took)}, target {seen['targets']['rto']}"
    yield _finding("warning" if took > target else "ok", name, words, value=round(took, 1), threshold=target)


def _age(name: str, backup: Mapping[str, Any], target: str) -> Iterator[dict[str, Any]]:
    age, most = backup.get("age"), parse_duration(target, "restore_drill_rpo")
    if age is None:
        yield _finding("unknown", name, "nobody can tell how old it is")
        return
    words = f"what changed in the last {format_age(age)} would be lost, target {target}"
    yield _finding("critical" if age > most else "ok", name, words, runbook="backup", value=age, threshold=most)


def _came_back(name: str, seen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    same, total = _numbers(seen)
    if same == total and total:
        yield _finding("ok", name, f"all {total:,} objects came back as they are in the backup", value=same)
    else:
        words = f"{same:,} of {total:,} objects came back as they are in the backup"
        yield _finding("critical", name, words, runbook="verify_backup", value=same, threshold=total)
    for row in (seen.get("compared") or {}).get("rows", [])[:_NAMED]:
        words = f"it is {row['state']} after the restore: {row['reason']}".rstrip(": ")
        yield finding(CHECK, "critical", row["subject"], words)


def _works(seen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for what, (status, message) in validation.judge(mapping(seen.get("validated"))).items():
        yield finding(CHECK, status, subject("Validation", "", what), message)


def _finding(status: str, name: str, message: str, **more: Any) -> dict[str, Any]:
    return finding(CHECK, status, subject("Backup", "", name), message, **more)


def _summary(seen: Mapping[str, Any], backup: Mapping[str, Any] | None, findings: list[dict[str, Any]]) -> str:
    if backup is None or seen.get("failure") or not (_seconds(seen) or seen.get("check")):
        return str(worst_first(findings)[0]["message"])
    age = format_age(backup["age"]) if backup.get("age") is not None else "unknown"
    if seen.get("check"):
        return f"{backup['id']} would be restored and looked at · RPO {age}"
    same, total = _numbers(seen)
    judged = [one["status"] for one in findings if one["subject"]["kind"] == "Validation"]
    works = f" · {judged.count('ok')} of {len(judged)} validations hold" if len(judged) > 1 else ""
    return f"{same:,} of {total:,} objects came back{works} · RTO {format_age(_seconds(seen))} · RPO {age}"


def _measures(seen: Mapping[str, Any], backup: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Numbers that a report draws over time."""
    found = []
    if backup is not None and backup.get("age") is not None:
        found.append(_measure("rpo_seconds", "Age of the newest backup (RPO)", backup["age"], seen["targets"]["rpo"]))
    if _seconds(seen):
        took = round(_seconds(seen), 1)
        found.append(_measure("rto_seconds", "Time to restore and look (RTO)", took, seen["targets"]["rto"]))
    return found


def _measure(name: str, label: str, value: float, target: str) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "unit": "s", "limit": parse_duration(target)}


def _tables(seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    kinds = (seen.get("compared") or {}).get("kinds", [])
    came_back = [[kind["resource"], f"{_total(kind):,}", f"{kind.get('same', 0):,}"] for kind in kinds]
    took = [(what, _between(seen, begin, end)) for what, begin, end in _STAGES]
    stages = [[what, format_age(seconds)] for what, seconds in took if seconds]
    tables = (("How long it took", ["Stage", "Time"], stages), ("What came back", _KINDS, came_back))
    return [{"title": title, "columns": columns, "rows": rows, "more": 0} for title, columns, rows in tables if rows]


def _total(kind: Mapping[str, Any]) -> int:
    return sum(count for name, count in kind.items() if name != "resource")
