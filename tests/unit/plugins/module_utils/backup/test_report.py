# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import report, step
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part, Skipped

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
MADE = Manifest(
    id="2026-11-21T08-00-00Z",
    platform="lab",
    started="2026-11-21T08:00:00Z",
    finished="2026-11-21T08:00:01Z",
    cluster_uid="uid",
    server="v1.35.4",
    tool="agent_platform.ops 0",
    recipients=("age1x",),
    parts=(
        Part("secrets", "p", "s", 1000, 5000, 2, left_out={"service_account_token": 3, "external_secret": 1}),
        Part("configmaps", "q", "t", 500, 9000, 4, left_out={"owned": 1}),
        Part("sensors.argoproj.io", "r", "u", 90, 100),
    ),
    index=Part("index", "i", "v", 10, 50, 6),
    skipped=(Skipped("jobs.batch", "the server has no such kind"),),
    classes=("daily",),
    reason="because",
)
STORED = "6 objects of 3 kinds in 2026-11-21T08-00-00Z · 1.6 KiB, 0 B new · 5 left out"
ABSENT = Skipped("jobs.batch", "the server has no such kind")
LOST = replace(MADE, skipped=(Skipped("secrets", "could not be read: forbidden", lost=True),))


def row(manifest=MADE, *, age=7200, believed=True, **more):
    told = {**report.facts(manifest), "age": age, "believed": believed, "problem": "" if believed else "not signed"}
    return {**told, **more}


def module_result(manifest=MADE, *, check=False, **more):
    told = {**report.facts(manifest), **({"id": "", "path": ""} if check else {})}
    return {
        "changed": True,
        "backup": {**told, "place": "/s", "new_bytes": 0, "made_anew": {"external_secret": ["argo/github"]}},
        "line": report.line(manifest, 0, check=check),
        "findings": report.coverage(manifest, ()),
        "cost": {"seconds": 1},
        **more,
    }


@pytest.mark.parametrize(
    ("manifest", "check", "line"),
    [
        (MADE, False, STORED),
        (MADE, True, "6 objects of 3 kinds, 13.8 KiB before compression, would be stored · 5 left out"),
        (LOST, False, f"{STORED} · NOT COMPLETE: secrets"),
    ],
)
def test_one_line_tells_what_is_in_it_and_that_it_lacks_something(manifest, check, line):
    assert report.line(manifest, 0, check=check) == line


@pytest.mark.parametrize(
    ("skipped", "wanted", "told"),
    [
        (Skipped("secrets", "could not be read: forbidden", lost=True), (), [("critical", "secrets"), ("ok", MADE.id)]),
        (Skipped("secrets", "left out: nobody is named"), (), [("warning", "secrets"), ("ok", MADE.id)]),
        (ABSENT, ("jobs.batch",), [("warning", "jobs.batch"), ("ok", MADE.id)]),
        (ABSENT, (), [("ok", MADE.id)]),
    ],
)
def test_what_is_missing_is_a_finding_of_its_own(skipped, wanted, told):
    found = report.coverage(replace(MADE, skipped=(skipped,)), wanted)
    assert [(one["status"], one["subject"]["name"]) for one in found] == told
    assert {one["check"] for one in found} == {"backup_coverage"}


@pytest.mark.parametrize(
    ("rows", "newest", "told"),
    [
        ([], None, [("critical", "")]),
        ([row(), row(age=9000)], 0, [("ok", MADE.id)]),
        ([row(believed=False), row()], 1, [("critical", MADE.id), ("ok", MADE.id)]),
        ([row(LOST), row()], 1, [("warning", MADE.id), ("ok", MADE.id)]),
        ([row(started="2026-11-22T08:00:00Z"), row()], 1, [("warning", MADE.id), ("ok", MADE.id)]),
        ([row(started="2026-11-21T10:04:00Z"), row()], 0, [("ok", MADE.id)]),
        ([row(started="nonsense"), row(LOST)], None, [("critical", ""), ("warning", MADE.id), ("warning", MADE.id)]),
    ],
)
def test_the_newest_that_can_be_used_is_believed_complete_and_not_from_the_future(rows, newest, told):
    usable = report.newest(rows, NOW)
    assert usable is (None if newest is None else rows[newest])
    assert [(one["status"], one["subject"]["name"]) for one in report.listed(rows, usable, NOW)] == told
    line = report.listed_line(rows, usable)
    assert ("none that can be used" in line) is (newest is None)


def test_the_step_tells_what_is_in_it_what_is_not_and_what_else_there_is():
    told = step.of_taken(module_result(), [row(), row(age=None, believed=False)])
    tables = {table["title"]: table["rows"] for table in told["data"]["tables"]}
    assert tables["In the backup"] == [
        ["configmaps", "4", "8.8 KiB", "500 B", "1"],
        ["secrets", "2", "4.9 KiB", "1000 B", "4"],
    ]
    assert tables["Not in the backup"] == [["jobs.batch", "the server has no such kind"]]
    assert tables["Made anew by others"][0][0] == "argo/github"
    assert tables["Backups in the store"][1] == [MADE.id, "", "", "", "", "", "", "not signed"]
    assert told["changes"]["rows"][0]["outcome"] == "changed"
    assert told["changes"]["total"] == 1
    assert {one["name"]: one["value"] for one in told["data"]["measures"]}["backup_objects"] == 6
    assert told["data"]["counts"][:2] == [
        {"what": "objects in the backup", "count": 6},
        {"what": "left out: tokens of service accounts, made anew by their cluster", "count": 3},
    ]


def test_in_check_mode_the_step_plans_one_and_measures_nothing():
    told = step.of_taken(module_result(check=True))
    assert told["changes"]["rows"][0]["outcome"] == "planned"
    assert told["data"]["measures"] == []
    assert "Backups in the store" not in {table["title"] for table in told["data"]["tables"]}


def test_when_nothing_was_due_the_step_changes_nothing():
    told = step.of_taken({**module_result(), "changed": False, "line": "nothing is due"})
    assert (told["summary"], told["changes"]["total"]) == ("nothing is due", 0)
