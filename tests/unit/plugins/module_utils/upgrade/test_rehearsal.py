# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import rehearsal

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = 86400


def record(
    started: object = "2026-11-14T08:00:00Z", status: str = "ok", check: bool = False, role: object = None
) -> dict:
    step = {"role": role or "agent_platform.ops.backup_drill", "status": status, "findings": [1, 2, 3]}
    return {"started": started, "check": check, "runbook": {"name": "weekly_maintenance"}, "steps": [{}, step]}


@pytest.mark.parametrize(
    ("records", "status", "words"),
    [
        ([record()], "ok", "7 d ago by weekly_maintenance"),
        ([record(role="agent_platform.ops.restore_drill", status="warning")], "ok", "7 d ago"),
        ([record("2026-09-14T08:00:00Z"), record()], "ok", "7 d ago"),
        ([record("2026-09-14T08:00:00Z")], "critical", "at most 35 d ago is allowed"),
        ([], "critical", "no record of a restore"),
        ([record(status="critical")], "critical", "no record"),
        ([record(status="unknown")], "critical", "no record"),
        ([record(status="skipped")], "critical", "no record"),
        ([record(check=True)], "critical", "no record"),
        ([record(role="agent_platform.ops.backup")], "critical", "no record"),
        ([record(started=None)], "critical", "no record"),
        ([{"steps": None}, {"steps": [None]}, {}], "critical", "no record"),
    ],
)
def test_only_a_drill_that_went_well_lately_counts(records, status, words) -> None:
    found = rehearsal.judge([rehearsal.kept(one) for one in records], NOW, 35 * DAY)
    assert found["status"] == status
    assert words in found["message"]


def test_nothing_but_what_is_looked_at_is_kept() -> None:
    assert "findings" not in rehearsal.kept(record())["steps"][1]
