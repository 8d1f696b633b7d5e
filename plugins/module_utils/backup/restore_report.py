# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a plan and of a restore: one line, counts and findings. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import NOTES
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import STATES, Plan, Row
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions, of_look

CHECK = "restore"
_SHOWN = 3  # names in a finding
_LINES = 20  # of a plan that is shown
_STATUS = {
    "unreadable": "unknown",
    "not_served": "critical",
    "homeless": "warning",
    "offloaded": "warning",
    "ending": "warning",
    "newer": "warning",
    "differs": "warning",
    "live": "warning",
}
_WORDS = {
    "unreadable": "nobody may look whether they are there, so they are not restored",
    "not_served": "the cluster has no such kind, and its definition is not restored",
    "homeless": "their namespace is neither there nor restored",
    "offloaded": "their nodes are in a database, so they are not restored unless that is asked for",
    "ending": "they are being deleted; restore them when they are gone",
    "newer": "they changed since the backup, and stay as they are",
    "differs": "they are other ones than in the backup, and stay as they are",
    "live": "they had not ended; they are not restored unless that is asked for",
}


def line(plan: Plan) -> str:
    """ "12 absent · 3 newer · 1,985 same"; "nothing in the backup is meant" for none."""
    states = plan.states
    told = (f"{states[state]:,} {state.replace('_', ' ')}" for state in reversed(STATES) if states[state])
    return " · ".join(told) or "nothing in the backup is meant"


def kinds(plan: Plan) -> list[dict[str, Any]]:
    """The states of each kind, in the order of restoration."""
    return [
        {"resource": resource, **{state: counts[state] for state in STATES if counts[state]}}
        for resource, counts in plan.counts.items()
    ]


def about(manifest: Manifest) -> dict[str, Any]:
    """What a result tells of a backup."""
    return {
        "id": manifest.id,
        "platform": manifest.platform,
        "started": manifest.started,
        "finished": manifest.finished,
        "server": manifest.server,
        "cluster_uid": manifest.cluster_uid,
        "objects": manifest.objects,
        "complete": manifest.is_complete,
    }


def findings(plan: Plan, manifest: Manifest, resources: Iterable[str] = ()) -> list[dict]:
    """What a person should look at before the plan is carried out.

    :param resources: the kinds that were asked for; none means all
    """
    found = [_left(resource, state, rows, plan) for (resource, state), rows in _grouped(plan).items()]
    found += [_noted(note, rows) for note, rows in _by_note(plan).items()]
    wanted = frozenset(resources)
    for one in manifest.skipped:
        if (one.lost or one.resource == "secrets") and (not wanted or one.resource in wanted):
            status = "critical" if one.lost else "warning"
            found.append(
                finding(CHECK, status, subject(one.resource), f"{one.resource} are not in the backup: {one.why}")
            )
    if not found:
        found = [finding(CHECK, "ok", subject("Backup", "", manifest.id), line(plan))]
    return worst_first(found)


def _grouped(plan: Plan) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in plan.rows.values():
        if not row.act:
            groups.setdefault((row.key[0], row.state), []).append(row)
    return groups


def _by_note(plan: Plan) -> dict[str, list[Row]]:
    notes: dict[str, list[Row]] = {}
    for row in plan.todo.values():
        for note in row.notes:
            notes.setdefault(note, []).append(row)
    return notes


def _left(resource: str, state: str, rows: Sequence[Row], plan: Plan) -> dict:
    why = plan.problems.get(resource, "") if state in ("unreadable", "not_served") else ""
    said = f"{counted(len(rows), rows[0].kind)}: {_WORDS[state]}{f' ({why})' if why and state == 'unreadable' else ''}"
    return finding(CHECK, _STATUS[state], subject(rows[0].kind), f"{said}: {_names(rows)}", value=len(rows))


def _noted(note: str, rows: Sequence[Row]) -> dict:
    status = "warning" if note in ("owners", "runs", "expires") else "ok"
    said = f"{counted(len(rows), 'object')}: {NOTES[note]}: {_names(rows)}"
    return finding(CHECK, status, subject(rows[0].kind), said, value=len(rows))


def _names(rows: Sequence[Row]) -> str:
    named = ["/".join(part for part in row.key[1:] if part) for row in rows[:_SHOWN]]
    more = len(rows) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def summary(outcomes: Mapping[str, int], plan: Plan) -> str:
    """ "12 restored · 1 failed · 1,985 the same already · 3 left"."""
    counts = Counter(outcomes)
    words = {
        "failed": "failed",
        "unverified": "not verified",
        "refused": "refused",
        "not_reached": "not reached",
        "planned": "would be restored",
        "changed": "restored",
    }
    told = [f"{counts[outcome]:,} {word}" for outcome, word in words.items() if counts[outcome]]
    same = plan.states["same"] + counts["unchanged"]
    left = len(plan.rows) - len(plan.todo)
    told += [f"{same:,} the same already"] * bool(same) + [f"{left:,} left"] * bool(left)
    return " · ".join(told) or "nothing in the backup is meant"


def of_restore(acted: Mapping[str, Any]) -> dict:
    """The result of the step, from what module restore or restore_info returned."""
    if "total" not in acted:
        return of_look(acted, {"plan": acted["plan"], "tables": _tables(acted)})
    return of_actions({**acted, "data": {"plan": acted["plan"], "backup": acted["backup"], "tables": _tables(acted)}})


def plan_lines(seen: Mapping[str, Any]) -> list[str]:
    """The plan as a person reads it before it is carried out."""
    backup, rows = seen["backup"], [row for row in seen["rows"] if row["action"] != "leave"]
    lines = [f"backup {backup['id']} of {backup['platform']}: {seen['line']}"]
    for row in rows[:_LINES]:
        about = row["subject"]
        lines.append(f"{row['action']} {about['kind']} {'/'.join(filter(None, (about['namespace'], about['name'])))}")
    more = seen["plan"]["total"] - min(len(rows), _LINES)
    if more > 0:
        lines.append(f"and {more:,} more" + (f", in {seen['rows_file']}" if seen["rows_file"] else ""))
    return lines


def _tables(acted: Mapping[str, Any]) -> list[dict[str, Any]]:
    present = [state for state in reversed(STATES) if any(state in row for row in acted["kinds"])]
    return [
        {
            "title": "What the cluster had",
            "columns": ["Kind", *(state.replace("_", " ") for state in present)],
            "rows": [[row["resource"], *(row.get(state, 0) for state in present)] for row in acted["kinds"]],
            "more": 0,
        }
    ]
