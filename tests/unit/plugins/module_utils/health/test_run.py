# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Threshold
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def check(name, judge=lambda view: [], reads=("pods",), **more):
    return Check(name, f"title of {name}", "why", reads, judge, **more)


def says(*statuses, name="x"):
    return lambda view: [finding(name, status, subject("Pod", "n", f"p{n}"), "m") for n, status in enumerate(statuses)]


def snapshot(*looked, **missing):
    made = Snapshot()
    for part in looked:
        made.add(part, [])
    for part, namespaces in missing.items():
        for namespace in namespaces:
            made.miss(part, namespace, "nobody may look")
    return made


def judge(checks, seen):
    return run.judge(checks, seen, run.limits(checks, {}), NOW, {})


def test_a_check_that_raises_is_unknown_by_its_name_and_the_others_go_on():
    def fails(view):
        raise KeyError("nonsense")

    def fails_midway(view):
        yield finding("late", "critical", subject("Pod"), "seen")
        raise ValueError("later\nthan that")

    found = judge([check("bad", fails), check("late", fails_midway), check("good", says("ok"))], snapshot("pods"))
    assert [(one["check"], one["status"]) for one in found] == [
        ("bad", "unknown"),
        ("late", "unknown"),
        ("good", "ok"),
    ]
    assert found[0]["message"] == "the check bad failed: KeyError: 'nonsense'"
    assert found[1]["message"] == "the check late failed: ValueError: later than that"


def test_a_check_that_says_nothing_is_unknown():
    (one,) = judge([check("silent")], snapshot("pods"))
    assert (one["status"], one["message"]) == ("unknown", "the check silent said nothing")


def test_a_judge_is_told_where_nobody_could_look():
    seen = []
    judge([check("pods", lambda view: seen.append(view) or [])], snapshot("pods", pods=["b"]))
    (view,) = seen
    assert [view.was_read("pods", namespace) for namespace in ("a", "b", "")] == [True, False, False]


def test_what_could_not_be_read_is_unknown_beside_what_could():
    found = judge([check("pods", says("ok"))], snapshot("pods", pods=["b", "a"]))
    assert [(one["status"], one["message"]) for one in found] == [
        ("unknown", "pods in namespace a could not be read: nobody may look"),
        ("unknown", "pods in namespace b could not be read: nobody may look"),
        ("ok", "m"),
    ]


@pytest.mark.parametrize(
    ("needs_all", "seen", "judged"),
    [
        (True, snapshot("pods", jobs=[""]), False),
        (False, snapshot("pods", jobs=[""]), True),
        (False, snapshot(pods=[""], jobs=[""]), False),
        (True, snapshot("pods"), False),
    ],
)
def test_a_check_judges_only_with_what_it_needs(needs_all, seen, judged):
    found = judge([check("both", says("critical"), ("pods", "jobs"), needs_all=needs_all)], seen)
    assert ("critical" in {one["status"] for one in found}) is judged
    assert "unknown" in {one["status"] for one in found}


def test_findings_are_made_whole_and_named_by_their_check():
    def judge_odd(view):
        yield {"status": "splendid", "message": "two\nlines", "check": "another"}
        yield {"status": "warning", "subject": None, "message": "x" * 900, "runbook": "monitor_workflow"}
        yield {"status": "ok"}

    found = {one["status"]: one for one in judge([check("x", judge_odd, runbook="health_check")], snapshot("pods"))}
    assert {one["check"] for one in found.values()} == {"x"}
    assert (found["unknown"]["message"], found["unknown"]["runbook"]) == ("two lines", "health_check")
    assert (len(found["warning"]["message"]), found["warning"]["runbook"]) == (500, "monitor_workflow")
    assert found["ok"]["runbook"] == ""


def test_findings_come_worst_first_and_so_do_the_rows_by_check():
    checks = [check("a", says("ok", "warning")), check("b", says("critical")), check("c", says("unknown"))]
    found = judge(checks, snapshot("pods"))
    assert [one["status"] for one in found] == ["critical", "unknown", "warning", "ok"]
    rows = run.by_check(checks, found)
    assert [(row["name"], row["status"]) for row in rows] == [("b", "critical"), ("c", "unknown"), ("a", "warning")]
    assert rows[2] == {
        "name": "a",
        "title": "title of a",
        "status": "warning",
        "runbook": "",
        "ok": 1,
        "warning": 1,
        "critical": 0,
        "unknown": 0,
    }


CHECKS = [check("a", thresholds=(Threshold("most", 3, "why"),)), check("b")]


@pytest.mark.parametrize(
    ("only", "skip", "names"),
    [([], [], ["a", "b"]), (["b"], [], ["b"]), ([], ["a"], ["b"]), (["b", "a"], ["b"], ["a"])],
)
def test_checks_are_chosen_by_name(only, skip, names):
    assert [one.name for one in run.choose(CHECKS, only, skip)] == names


@pytest.mark.parametrize(
    ("only", "skip", "words"),
    [
        (["c"], [], "no check 'c'"),
        ([], ["c"], "no check 'c'"),
        (["a"], ["a"], "no check is left"),
        ([], ["a", "b"], "left"),
    ],
)
def test_a_stranger_and_a_choice_of_nothing_are_refused(only, skip, words):
    with pytest.raises(OpsError, match=words):
        run.choose(CHECKS, only, skip)


def test_thresholds_of_the_inventory_stand_before_the_defaults():
    assert run.limits(CHECKS, {"a": {"most": 5}}) == {"a": {"most": 5}, "b": {}}


@pytest.mark.parametrize(
    ("written", "words"),
    [({"c": {}}, "no check 'c'"), ({"a": 3}, "a must be a dictionary"), ({"a": {"least": 1}}, "no threshold 'least'")],
)
def test_thresholds_that_fit_nothing_are_refused(written, words):
    with pytest.raises(OpsError, match=words):
        run.limits(CHECKS, written)
