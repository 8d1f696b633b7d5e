# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import window

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = {"days": ["sat", "Sunday"], "start": "22:00", "end": "04:00"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("rows", "moment", "status", "words"),
    [
        ([], "2026-11-21T12:00", "ok", "any moment"),
        ([NIGHT], "2026-11-21T22:00", "ok", "from 2026-11-21 22:00 CET to 2026-11-22 04:00 CET"),
        ([NIGHT], "2026-11-22T03:59", "ok", "in the maintenance window"),
        ([NIGHT], "2026-11-23T03:59", "ok", "in the maintenance window"),
        ([NIGHT], "2026-11-23T04:00", "critical", "the next one starts at 2026-11-28 22:00 CET"),
        ([NIGHT], "2026-11-21T21:59", "critical", "the next one starts at 2026-11-21 22:00 CET"),
        ([{"start": "08:00", "end": "09:00"}], "2026-11-25T08:30", "ok", "in the maintenance window"),
        ([{"start": "08:00", "end": "08:00"}], "2026-11-25T07:59", "ok", "in the maintenance window"),
        ([NIGHT, {"days": ["wed"], "start": "08:00", "end": "09:00"}], "2026-11-25T09:00", "critical", "2026-11-28"),
    ],
)
def test_a_moment_lies_in_a_window_or_the_next_one_is_named(rows, moment, status, words) -> None:
    found = window.judge(window.windows(rows), at(moment))
    assert (found["status"], found["check"]) == (status, window.CHECK)
    assert words in found["message"]


@pytest.mark.parametrize(
    "row",
    [
        None,
        "saturday",
        {"days": ["sat"]},
        {"days": ["someday"], "start": "22:00", "end": "04:00"},
        {"start": "25:00", "end": "04:00"},
        {"start": 22, "end": 4},
        {"start": "{{ x }}", "end": "04:00"},
    ],
)
def test_what_is_no_window_is_refused_with_the_form_that_is_meant(row) -> None:
    with pytest.raises(OpsError, match="a window is written like"):
        window.windows([row])
