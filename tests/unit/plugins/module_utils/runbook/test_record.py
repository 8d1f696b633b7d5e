# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import record
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)

ROWS = {"total": 2, "rows": [{"action": "delete", "subject": {"name": name}} for name in "ab"], "rows_file": "/r.jsonl"}
LOCK = {"namespace": "agent-platform-ops", "name": "runbook", "holder": "x", "transitions": 7}


def whole_run() -> list[dict]:
    return [
        opened(),
        event("looked", 1, findings=[found("ok")], cost={"requests": 5, "bytes_read": 100, "peak_mb": 40}),
        event("locked", 2, lock=LOCK),
        event("step_started", 3, number=1),
        finished(
            1, "changed", 12.8, changes=ROWS, data={"cost": {"requests": 9, "peak_mb": 90}, "plan": {"digest": "d"}}
        ),
        event("step_skipped", 13, number=2, reason="not chosen"),
        event("verified", 14, findings=[found("ok")]),
        event("unlocked", 15, findings=[]),
        event("closed", 48),
    ]


def test_a_whole_run():
    made = record.build(whole_run())
    assert made["schema"] == 1
    assert made["id"] == "lab/weekly_maintenance/2026-11-21T08-00-00Z"
    assert (made["finished"], made["seconds"]) == ("2026-11-21T08:00:48Z", 48.0)
    assert (made["outcome"], made["message"], made["lock"]) == ("finished", "", LOCK)
    assert made["runbook"]["estimate_seconds"] == 600
    assert [(row["status"], row["seconds"], row["summary"]) for row in made["steps"]] == [
        ("changed", 9.8, "all well"),
        ("skipped", 0.0, "not chosen"),
    ]
    assert made["cost"] == {"requests": 14, "bytes_read": 100, "retries": 0, "writes": 0, "seconds": 0, "peak_mb": 90}
    assert made["verdict"]["line"] == "2 ok — OK"
    assert (made["plan"]["total"], made["plan"]["rows_file"]) == (2, "/r.jsonl")
    assert made["plan"]["rows"][0] == {"step": 1, "action": "delete", "subject": {"name": "a"}}
    assert record.key(made) == "records/lab/weekly_maintenance/2026-11-21T08-00-00Z.json"
    json.dumps(made)


def test_runs_of_the_same_second_have_different_keys():
    made = record.build(whole_run())
    assert record.key(made, 1).endswith("00Z-2.json")
    assert record.identity(record.key(made, 1)) == "lab/weekly_maintenance/2026-11-21T08-00-00Z-2"


def test_a_run_that_was_killed_is_interrupted_in_its_step():
    made = record.build([opened(), event("step_started", 3, number=1)])
    assert made["outcome"] == "interrupted"
    assert [(row["status"], row["summary"]) for row in made["steps"]] == [
        ("failed", "interrupted"),
        ("skipped", "not reached"),
    ]


def test_a_journal_of_one_event_is_a_record():
    assert record.build([opened()])["seconds"] == 0


def test_a_refused_run_has_begun_no_step():
    made = record.build([opened(), event("refused", 1, error=error("lab: no")), event("closed", 2)])
    assert (made["outcome"], made["message"], made["findings"]) == ("refused", "lab: no", [])
    assert {row["summary"] for row in made["steps"]} == {"not begun"}


def digest(**more) -> str:
    own = more.pop("own", None)
    changes = {**ROWS, "rows": more.pop("rows", ROWS["rows"])}
    events = [opened(**more), finished(1, changes=changes, data={"plan": {"digest": own}} if own else {})]
    return record.build(events)["plan"]["digest"]


def test_the_digest_is_of_what_would_be_done_and_when():
    assert digest() == digest(check=True) == digest(who="other@host", version="9")
    others = [digest(as_of="2026-11-22T08:00:00Z"), digest(platform="b"), digest(rows=[]), digest(own="x"), digest()]
    assert len(set(others)) == len(others)


def test_a_steps_own_digest_stands_for_its_rows():
    assert digest(own="x") == digest(own="x", rows=[])


def test_the_plan_has_at_most_a_thousand_rows():
    rows = [{"action": "delete", "subject": {"name": str(number)}} for number in range(800)]
    changes = {"total": 800, "rows": rows, "rows_file": ""}
    made = record.build([opened(), finished(1, changes=changes), finished(2, changes=changes)])
    assert (made["plan"]["total"], len(made["plan"]["rows"])) == (1600, 1000)


def test_rollbacks_are_part_of_the_record():
    book = runbook(step(on_failure="rollback", rollback="undo"))
    failed = finished(1, "failed", error=error())
    made = record.build([opened(book), failed, event("rolled_back", number=1, ok=True, error=None), event("closed", 9)])
    assert made["rollbacks"] == [{"number": 1, "ok": True, "error": None}]
    assert made["outcome"] == "failed"


def test_only_a_run_that_was_carried_out_leaves_something_to_a_person():
    book = runbook(after=["Close the ticket"])
    assert record.build([opened(book), event("closed", 9)])["after"] == ["Close the ticket"]
    assert record.build([opened(book, check=True), event("closed", 9)])["after"] == []
    assert record.build([opened(book)])["after"] == []


@pytest.mark.parametrize(
    ("fail_on", "ending", "fails"),
    [
        (None, [event("closed", 9)], False),
        ("never", [event("closed", 9)], False),
        ("critical", [event("closed", 9)], True),
        ("critical", [event("broken", 8, error=error()), event("closed", 9)], False),
        ("critical", [], False),
    ],
)
def test_a_run_that_was_carried_out_fails_by_what_it_found_and_keeps_its_outcome(fail_on, ending, fails):
    book = runbook(**({"fail_on": fail_on} if fail_on else {}))
    for check in (False, True):
        made = record.build([opened(book, check=check), finished(1, "critical", findings=[found("critical")]), *ending])
        assert made["fails"] is fails
        assert made["outcome"] == ("finished" if fails or made["message"] == "" else made["outcome"])
        assert ("(it fails on critical)" in made["message"]) is fails


@pytest.mark.parametrize("odd", [None, 7, "words", [1], {"requests": "many", "peak_mb": None}], ids=repr)
def test_odd_costs_and_plans_of_a_step_do_no_harm(odd):
    made = record.build([opened(), finished(1, data={"cost": odd, "plan": odd}), event("closed", 9)])
    assert made["cost"] == dict.fromkeys(("requests", "bytes_read", "retries", "writes", "seconds", "peak_mb"), 0)
