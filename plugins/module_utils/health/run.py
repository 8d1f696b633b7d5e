# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a snapshot by every check; one that cannot be judged is unknown, and the others go on. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    STATUSES,
    complete,
    finding,
    subject,
    tally,
    worst,
    worst_first,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot, Unread

MOST_WORDS = 500


def choose(checks: Iterable[Check], only: Iterable[str] = (), skip: Iterable[str] = ()) -> list[Check]:
    """The checks to make, in the order of the catalogue.

    :raises OpsError: invalid, for a name that is no check, or when none is left
    """
    by_name, only, skip = {check.name: check for check in checks}, list(only), list(skip)
    strangers = [name for name in [*only, *skip] if name not in by_name]
    if strangers:
        raise OpsError("invalid", f"there is no check {strangers[0]!r:.60}", hint=f"Checks: {', '.join(by_name)}.")
    chosen = [check for name, check in by_name.items() if (not only or name in only) and name not in skip]
    if not chosen:
        raise OpsError("invalid", "no check is left to make", hint="A verdict over nothing would look healthy.")
    return chosen


def limits(checks: Iterable[Check], overrides: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Thresholds of every check as numbers.

    :param overrides: {check: {threshold: value}} of the inventory
    :raises OpsError: invalid, in one sentence
    """
    checks = list(checks)
    known = {check.name for check in checks}
    for name, own in overrides.items():
        if name not in known:
            raise OpsError("invalid", f"thresholds: there is no check {name!r:.60}", hint=f"Checks: {sorted(known)}.")
        if not isinstance(own, Mapping):
            raise OpsError("invalid", f"thresholds: {name} must be a dictionary of threshold and value")
    return {check.name: check.limits(overrides.get(check.name, {})) for check in checks}


def judge(
    checks: Iterable[Check],
    snapshot: Snapshot,
    limits: Mapping[str, Mapping[str, float]],
    now: datetime,
    settings: Mapping[str, Any],
) -> list[dict]:
    """All findings, worst first; every check has at least one."""
    found = []
    for check in checks:
        found += _findings(check, snapshot, limits[check.name], now, settings)
    return worst_first(found)


def by_check(checks: Iterable[Check], findings: Iterable[dict]) -> list[dict]:
    """{name, title, status, runbook, ok, warning, critical, unknown} of each check, worst first."""
    own: dict[str, list[dict]] = {}
    for one in findings:
        own.setdefault(one["check"], []).append(one)
    rows = [
        {
            "name": check.name,
            "title": check.title,
            "status": worst(one["status"] for one in own.get(check.name, ())),
            "runbook": check.runbook,
            **tally(own.get(check.name, ())),
        }
        for check in checks
    ]
    return sorted(rows, key=lambda row: (-STATUSES.index(row["status"]), row["name"]))


def _findings(check: Check, snapshot: Snapshot, limits: Mapping, now: datetime, settings: Mapping) -> list[dict]:
    missing = [one for part in check.reads for one in snapshot.missing(part)]
    found = [_not_read(check, one) for one in missing]
    unread = {one.part for one in missing} - snapshot.looked
    if unread and (check.needs_all or unread == set(check.reads)):
        return found
    parts = {part: snapshot.parts.get(part, []) for part in check.reads}
    view = View(now, parts, limits, settings, frozenset((one.part, one.namespace) for one in missing))
    try:
        found += [_clean(check, one) for one in check.judge(view)]
    except Exception as error:
        # Whatever a check stumbles over is its own: the verdict of the others must not hang on it.
        words = " ".join(f"{error.__class__.__name__}: {error}".split())
        found.append(_about_itself(check, f"the check {check.name} failed: {words}"))
    return found or [_about_itself(check, f"the check {check.name} said nothing")]


def _clean(check: Check, one: dict) -> dict:
    whole = complete(one)
    message = " ".join(whole["message"].split())
    return {
        **whole,
        "check": check.name,
        "message": message if len(message) <= MOST_WORDS else message[: MOST_WORDS - 1] + "…",
        "runbook": whole["runbook"] or (check.runbook if whole["status"] != "ok" else ""),
    }


def _not_read(check: Check, one: Unread) -> dict:
    where = f" in namespace {one.namespace}" if one.namespace else ""
    message = f"{one.part}{where} could not be read: {one.reason}"
    return _clean(check, finding(check.name, "unknown", subject(one.part, one.namespace), message))


def _about_itself(check: Check, message: str) -> dict:
    return _clean(check, finding(check.name, "unknown", subject("Check", name=check.name), message))
