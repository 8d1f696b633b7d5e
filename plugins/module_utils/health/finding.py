# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One judged fact, and how facts compare. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

STATUSES = ("ok", "warning", "unknown", "critical")
"""From best to worst. unknown means "could not look": worse than a warning, never healthy."""


def subject(kind: str = "", namespace: str = "", name: str = "") -> dict:
    """{kind, namespace, name} of what a finding is about."""
    return {"kind": kind, "namespace": namespace or "", "name": name or ""}


def finding(
    check: str,
    status: str,
    about: dict,
    message: str,
    *,
    value: Any = None,
    threshold: Any = None,
    evidence: str = "",
    runbook: str = "",
) -> dict:
    """The shape that every check returns; runbook names the playbook that treats it."""
    if status not in STATUSES:
        raise ValueError(f"unknown status {status!r}")
    return {
        "check": check,
        "status": status,
        "subject": about,
        "message": message,
        "value": value,
        "threshold": threshold,
        "evidence": evidence,
        "runbook": runbook,
    }


def complete(one: Any) -> dict:
    """A finding of a role as everybody can rely on it: every field is there, and words are words."""
    if not isinstance(one, dict):
        one = {"message": f"this is no finding: {one!r:.200}"}
    about = one.get("subject") if isinstance(one.get("subject"), dict) else {"name": one.get("subject")}
    words = (str(about.get(field) or "") for field in ("kind", "namespace", "name"))
    return {
        **one,
        "check": str(one.get("check") or ""),
        "status": one["status"] if one.get("status") in STATUSES else "unknown",
        "subject": {**about, **subject(*words)},
        "message": str(one.get("message") or ""),
        "value": one.get("value"),
        "threshold": one.get("threshold"),
        "evidence": str(one.get("evidence") or ""),
        "runbook": str(one.get("runbook") or ""),
    }


def badness(status: str) -> int:
    """Rank of a status, higher is worse; a word nobody knows ranks as unknown."""
    return STATUSES.index(status if status in STATUSES else "unknown")


def worst(statuses: Iterable[str]) -> str:
    """The worst of the statuses, ok when there are none."""
    return max(statuses, key=badness, default="ok")


def worst_first(findings: Iterable[dict]) -> list[dict]:
    """Findings sorted for a reader: worst first, then by check, namespace and name."""
    return sorted(
        findings,
        key=lambda one: (
            -badness(one["status"]),
            one["check"],
            one["subject"].get("namespace") or "",
            one["subject"].get("name") or "",
        ),
    )


def tally(findings: Iterable[dict]) -> dict[str, int]:
    """{ok, warning, critical, unknown}: how many findings have each status."""
    counts = dict.fromkeys(("ok", "warning", "critical", "unknown"), 0)
    for one in findings:
        counts[one["status"] if one["status"] in counts else "unknown"] += 1
    return counts
