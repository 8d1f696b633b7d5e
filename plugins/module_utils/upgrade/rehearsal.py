# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody has rehearsed the way back lately. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

CHECK = "rehearsal"
#: roles whose step, when it went well, has shown that a backup can be restored
ROLES = frozenset(("restore_drill", "backup_drill"))
_DAY = 86400


def judge(records: Iterable[Mapping[str, Any]], now: datetime, within: float) -> dict:
    """A critical finding when no restore was rehearsed with success within so many seconds.

    :param records: of runs of any runbook
    """
    found = [
        (moment, text(mapping(record.get("runbook")).get("name"))) for record in records if (moment := _when(record))
    ]
    about = subject("Record", "", "rehearsal")
    if not found:
        message = (
            "no record of a restore that was rehearsed with success; run playbooks/weekly_maintenance.yml, or a drill"
        )
        return finding(CHECK, "critical", about, message, runbook="weekly_maintenance")
    moment, runbook = max(found)
    age = (now - moment).total_seconds()
    status = "ok" if age <= within else "critical"
    message = f"a restore was rehearsed {max(age, 0) / _DAY:.0f} d ago by {runbook}"
    if status != "ok":
        message += f", and at most {within / _DAY:.0f} d ago is allowed"
    return finding(CHECK, status, about, message, value=age, threshold=within, runbook="weekly_maintenance")


def kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a record is looked at here; whole ones hold all findings, which adds up."""
    steps = [{key: mapping(one).get(key) for key in ("role", "status")} for one in sequence(record.get("steps"))]
    return {**{key: record.get(key) for key in ("check", "started", "runbook", "outcome")}, "steps": steps}


def _when(record: Mapping[str, Any]) -> datetime | None:
    good = any(
        text(mapping(one).get("role")).rsplit(".", 1)[-1] in ROLES
        and mapping(one).get("status") in ("ok", "changed", "warning")
        for one in sequence(record.get("steps"))
    )
    return parse_time(text(record.get("started"))) if good and record.get("check") is not True else None
