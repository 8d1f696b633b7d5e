# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import restore_report as report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import NOTES
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part, Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import STATES, Plan, Row

INDEX = Part("index", "path", "00", 1)
MANIFEST = Manifest("b1", "lab", "s", "f", "uid", "v1.35.4", "t", (), (), INDEX)


def plan(*rows: Row) -> Plan:
    made = Plan()
    for row in rows:
        made.add(row)
    return made


def row(name: str, state: str, act: str = "", resource: str = "configmaps", **more) -> Row:
    return Row((resource, "argo", name), "ConfigMap", state, act, **more)


def test_one_line_tells_every_state_best_first() -> None:
    rows = [row(f"a{number}", "same") for number in range(1200)]
    made = plan(*rows, row("b", "absent", "create"), row("c", "not_served"))
    assert report.line(made) == "1,200 same · 1 absent · 1 not served"
    assert report.line(plan()) == "nothing in the backup is meant"


def test_a_finding_for_each_kind_and_state_that_is_left() -> None:
    made = plan(*(row(f"n{number}", "newer") for number in range(5)), row("a", "absent", "create"))
    (told,) = report.findings(made, MANIFEST)
    assert (told["status"], told["value"]) == ("warning", 5)
    assert told["message"] == (
        "5 ConfigMaps: they changed since the backup, and stay as they are: argo/n0, argo/n1, argo/n2 and 2 more"
    )


@pytest.mark.parametrize("state", [state for state in STATES if state not in ("same", "absent", "unfinished")])
def test_whatever_is_left_has_a_status_that_is_not_ok(state) -> None:
    (told,) = report.findings(plan(row("a", state)), MANIFEST)
    assert told["status"] in ("warning", "unknown", "critical")


@pytest.mark.parametrize("note", NOTES)
def test_whatever_is_written_otherwise_is_told(note) -> None:
    (told,) = report.findings(plan(row("a", "absent", "create", notes=(note,))), MANIFEST)
    assert NOTES[note] in told["message"]


def test_what_could_not_be_looked_at_is_unknown_with_the_reason() -> None:
    made = plan(row("a", "unreadable"))
    made.problems["configmaps"] = "may not list configmaps"
    (told,) = report.findings(made, MANIFEST)
    assert told["status"] == "unknown"
    assert "may not list configmaps" in told["message"]


def test_what_is_not_in_the_backup_is_told_to_those_who_ask_for_it() -> None:
    lost = Skipped("workflows.argoproj.io", "could not be read", lost=True)
    secrets = Skipped("secrets", "left out: nobody is named for whom to encrypt them")
    other = Skipped("issuers.cert-manager.io", "the server has no such kind")
    manifest = Manifest("b1", "lab", "s", "f", "uid", "v", "t", (), (), INDEX, (lost, secrets, other))
    told = report.findings(plan(), manifest)
    assert [(one["status"], one["subject"]["kind"]) for one in told] == [
        ("critical", "workflows.argoproj.io"),
        ("warning", "secrets"),
    ]
    assert [one["subject"]["kind"] for one in report.findings(plan(), manifest, ["secrets"])] == ["secrets"]


def test_what_was_done_is_one_line() -> None:
    made = plan(row("a", "absent", "create"), row("b", "newer"), row("c", "same"))
    assert report.summary({"changed": 1}, made) == "1 restored · 1 the same already · 1 left"
    assert report.summary({"failed": 1}, made) == "1 failed · 1 the same already · 1 left"
    assert report.summary({}, plan()) == "nothing in the backup is meant"


def test_the_plan_for_a_reader_and_the_result_of_the_step() -> None:
    made = plan(*(row(f"a{number:02}", "absent", "create") for number in range(30)), row("b", "newer"))
    seen = {
        "backup": report.about(MANIFEST),
        "plan": {"digest": "d", "total": 30},
        "kinds": report.kinds(made),
        "rows": [one.as_dict() for one in made.rows.values()],
        "rows_file": "",
        "line": report.line(made),
        "findings": [],
        "cost": {},
    }
    lines = report.plan_lines(seen)
    assert lines[0] == "backup b1 of lab: 30 absent · 1 newer"
    assert (lines[1], lines[-1], len(lines)) == ("create ConfigMap argo/a00", "and 10 more", 22)
    result = report.of_restore(seen)
    assert (result["summary"], result["changes"]["total"]) == ("30 absent · 1 newer", 0)
    assert result["data"]["tables"][0]["columns"] == ["Kind", "absent", "newer"]
    assert result["data"]["tables"][0]["rows"] == [["configmaps", 30, 1]]
    done = report.of_restore({**seen, "total": 30, "line": "30 restored", "rows": []})
    assert (done["summary"], done["changes"]["total"]) == ("30 restored", 30)
