# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of an upgrade of a control plane. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_findings

CHECK = "upgrade_kubernetes"
LOST = "nothing_lost"
_MOST_KEYS = 1000
_MOST_SHOWN = 20
# What restore_info says of an object of the backup, and what that means after an upgrade.
_STATES = {
    "absent": ("critical", "is not there any more; look whether it was deleted rightly meanwhile"),
    "not_served": ("critical", "is of a kind that the server does not have any more"),
    "unreadable": ("unknown", "cannot be looked at"),
    "homeless": ("critical", "has lost its namespace"),
    "differs": ("warning", "is another one than before, and nobody said that he changed it"),
}


def keys(findings: Iterable[Mapping[str, Any]], status: str = "critical") -> list[str]:
    """What is bad, in words that can be compared later."""
    return sorted({_key(one) for one in findings if one.get("status") == status})[:_MOST_KEYS]


def worse(findings: Sequence[Mapping[str, Any]], before: Iterable[str]) -> list[dict]:
    """The critical findings that were not there before."""
    known = set(before)
    return [dict(one) for one in findings if one.get("status") == "critical" and _key(one) not in known]


def lost(compared: Mapping[str, Any]) -> list[dict]:
    """Findings from the comparison of the cluster with the backup that was taken before.

    :param compared: plan, rows and backup of restore_info; or msg, when it could not be compared
    """
    about = subject("Backup", "", text(mapping(compared.get("backup")).get("id")))
    states = mapping(mapping(compared.get("plan")).get("states"))
    if not states:
        why = text(compared.get("msg")) or "nothing was compared"
        return [finding(LOST, "unknown", about, f"nobody knows whether an object was lost: {why}")]
    rows = [mapping(row) for row in sequence(compared.get("rows"))]
    found = [one for state in _STATES for one in _lost(state, states.get(state), rows)]
    total = sum(count for count in states.values() if isinstance(count, int))
    same = states.get("same", 0)
    told = f"{total:,} objects of the backup compared: {same:,} same, {total - same:,} moved on, none lost"
    return worst_first(found) or [finding(LOST, "ok", about, told)]


def _lost(state: str, count: object, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict]:
    """Findings about the objects in one state.

    :param count: how many there are; the rows are the first ones alone
    """
    status, words = _STATES[state]
    shown = [mapping(row.get("subject")) for row in rows if row.get("state") == state][:_MOST_SHOWN]
    for one in shown:
        called = "/".join(part for part in (text(one.get("namespace")), text(one.get("name"))) if part)
        yield finding(LOST, status, dict(one), f"{text(one.get('kind'))} {called} {words}")
    more = (whole(count) or 0) - len(shown)
    if more > 0:
        yield finding(
            LOST, status, subject("Backup", "", state), f"{counted(more, 'more object')} of which each {words}"
        )


def result(
    findings: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]] = (),
    summary: str = "",
    data: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The result of a step of the runbook.

    :param rows: {action, kind, name, detail, outcome} of what was changed, or would be
    """
    told = of_findings([dict(one) for one in worst_first(findings)], "look")
    changes = [_change(row) for row in rows]
    return {
        **told,
        "summary": summary or (" · ".join(row["detail"] for row in changes) if changes else told["summary"]),
        "changes": {"total": len(changes), "rows": changes, "rows_file": ""},
        "data": dict(data or {}),
    }


def refusal(findings: Sequence[Mapping[str, Any]], accepted: Iterable[str] = ()) -> str:
    """Why an upgrade may not begin, as one sentence; empty when it may.

    :param accepted: names of checks whose findings somebody has looked at
    """
    bad = [one for one in findings if one.get("status") == "critical" and one.get("check") not in set(accepted)]
    if not bad:
        return ""
    first = text(worst_first([dict(one) for one in bad])[0].get("message"))
    more = f" ({counted(len(bad) - 1, 'more reason')} in the report)" if len(bad) > 1 else ""
    return f"the upgrade may not begin: {first}{more}"


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "action": text(row.get("action")),
        "outcome": text(row.get("outcome")),
        "subject": subject(text(row.get("kind")), "", text(row.get("name"))),
        "reason": "",
        "detail": text(row.get("detail")),
        "goes_along": [],
    }


def _key(one: Mapping[str, Any]) -> str:
    about = mapping(one.get("subject"))
    return "|".join([text(one.get("check")), *(text(about.get(part)) for part in ("kind", "namespace", "name"))])
