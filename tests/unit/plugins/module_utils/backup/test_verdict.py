# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part, Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.verdict import (
    SHOWN,
    Problem,
    Verdict,
    nothing_seen,
    told,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MADE = Manifest(
    id="2026-11-21T08-00-00Z",
    platform="lab",
    started="2026-11-21T08:00:00Z",
    finished="2026-11-21T08:00:09Z",
    cluster_uid="u",
    server="v1",
    tool="t",
    recipients=("age1x",),
    parts=(Part("secrets", "p", "s", 1024, objects=2),),
    index=Part("index", "i", "s", 1024, objects=2),
)
LOST = replace(MADE, skipped=(Skipped("sensors", "forbidden", lost=True),))
BROKEN = Problem("secrets", "p", "is not there")


def verdict(manifest: Manifest | None = MADE, **fields: Any) -> Verdict:
    return Verdict(MADE.id, "/srv", manifest, **{"looked": manifest is not None, **fields})


def said(*verdicts: Verdict, wanted: str = "newest") -> tuple[str, list[tuple[str, str]]]:
    result = told(verdicts, "lab", wanted, NOW)
    return result["line"], [
        (one["status"], one["message"].removeprefix(f"backup {MADE.id} ")) for one in result["findings"]
    ]


@pytest.mark.parametrize(
    ("verdicts", "line", "statuses"),
    [
        ([verdict()], f"{MADE.id}: 2 parts of 2.0 KiB are as they were written", ["ok"]),
        (
            [verdict(deep=True)],
            f"{MADE.id}: 2 parts of 2.0 KiB are as they were written, and 2 objects as the index says",
            ["ok"],
        ),
        ([verdict(problems=[BROKEN])], f"{MADE.id}: secrets is not there", ["critical"]),
        ([verdict(problems=[BROKEN] * 2)], f"{MADE.id}: secrets is not there, and 1 more", ["critical"] * 2),
        ([verdict(LOST)], f"{MADE.id}: 2 parts of 2.0 KiB are as they were written", ["warning", "ok"]),
        ([], "there is no backup that can be used", ["critical"]),
        ([verdict(None, doubt="x")], "there is no backup that can be used · 1 other cannot be used", ["critical"] * 2),
        ([verdict(), verdict()], "2 backups as they were written", ["ok", "ok"]),
        (
            [verdict(), verdict(problems=[BROKEN])],
            f"{MADE.id}: secrets is not there · 1 of 2 backups cannot be restored",
            ["critical", "ok"],
        ),
    ],
)
def test_the_worst_is_said_first(verdicts: list[Verdict], line: str, statuses: list[str]) -> None:
    assert said(*verdicts)[0] == line
    assert [status for status, _words in said(*verdicts)[1]] == statuses


def test_many_problems_become_few_findings_and_are_all_in_the_row() -> None:
    result = told([verdict(problems=[BROKEN] * 50)], "lab", "newest", NOW)
    assert len(result["findings"]) == SHOWN + 1
    assert f"{50 - SHOWN} other parts not as they should be" in result["findings"][-1]["message"]
    assert len(result["backups"][0]["problems"]) == 50


def test_one_from_the_future_is_a_warning() -> None:
    assert said(verdict(replace(MADE, started="2026-11-22T08:00:00Z")))[1][0][0] == "warning"
    assert said(verdict(replace(MADE, started="soon")))[1][0][0] == "warning"


def test_measures_are_of_the_newest_alone() -> None:
    measures = told([verdict()], "lab", "newest", NOW)["measures"]
    assert [(one["name"], one["value"]) for one in measures] == [
        ("backup.age", 1.0),
        ("backup.bytes", 2048),
        ("backup.objects", 2),
    ]
    assert told([verdict()], "lab", MADE.id, NOW)["measures"] == []


def test_when_nobody_could_look_all_is_unknown() -> None:
    assert [one["status"] for one in nothing_seen("lab", "no answer")["findings"]] == ["unknown"]
