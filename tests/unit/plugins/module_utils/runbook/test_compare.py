# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, record
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    event,
    finished,
    found,
    opened,
    runbook,
)

BEFORE = "2026-11-14T08:00:00Z"


def made(*statuses: tuple[str, str], status: str = "ok", started: str = "2026-11-21T08:00:00Z", **fields) -> dict:
    """A record whose first step found these: (status, name)."""
    findings = [found(word, name=name) for word, name in statuses]
    step = finished(1, status, findings=findings, **fields)
    return record.build([opened(started=started), step, event("closed", 9)])


def kinds(before: dict, now: dict) -> dict[str, list[str]]:
    compared = compare.since(before, now)
    told = {kind: [row["subject"]["name"] for row in compared[kind]] for kind in compare.KINDS}
    assert {kind: len(names) for kind, names in told.items()} == compared["counts"]
    return {kind: names for kind, names in told.items() if names}


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, None, ""),
        (None, "ok", ""),
        ("ok", "ok", ""),
        ("warning", "warning", ""),
        ("unknown", "unknown", ""),
        (None, "warning", "new"),
        ("ok", "critical", "new"),
        ("ok", "unknown", "new"),
        ("warning", "critical", "worse"),
        ("unknown", "critical", "worse"),
        ("critical", "warning", "better"),
        ("unknown", "warning", "better"),
        ("critical", "ok", "gone"),
        ("unknown", None, "gone"),
        # Nobody could look, so nothing got better.
        ("critical", "unknown", "unseen"),
        ("warning", "unknown", "unseen"),
    ],
)
def test_what_became_of_a_finding(before, now, kind):
    def of(status, **more):
        # Another finding of the same check, which is well, tells that the check was made.
        return made(*([(status, "webhooks-tls")] if status else []), ("ok", "other"), **more)

    assert kinds(of(before, started=BEFORE), of(now)) == ({kind: ["webhooks-tls"]} if kind else {})


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        ({"statuses": [("ok", "other")]}, "gone"),
        ({"statuses": [], "status": "ok"}, "gone"),
        ({"statuses": [("unknown", "certificates")]}, "unseen"),
        ({"statuses": [], "status": "failed"}, "unseen"),
        ({"statuses": [], "status": "skipped"}, "unseen"),
    ],
)
def test_what_nobody_looked_at_is_not_gone(now, kind):
    statuses = now.pop("statuses")
    after = made(*statuses, error={"message": "it broke"}, **now)
    assert kinds(made(("critical", "webhooks-tls"), started=BEFORE), after)[kind] == ["webhooks-tls"]


def test_what_had_to_hold_at_the_end_is_compared_when_it_is_asked_again():
    def of(status: str | None, **more) -> dict:
        verified = [event("verified", findings=[found(status, "workflow_controller")])] if status else []
        return record.build([opened(**more), *verified, event("closed", 9)])

    assert kinds(of("warning", started=BEFORE), of("critical")) == {"worse": ["webhooks-tls"]}
    assert kinds(of("warning", started=BEFORE), of(None)) == {"unseen": ["webhooks-tls"]}


def test_the_same_object_of_another_kind_or_check_is_another_finding():
    pod = {**found("critical"), "subject": {"kind": "Pod", "namespace": "argo", "name": "webhooks-tls"}}
    other = found("critical", check="expiry")
    now = record.build([opened(), finished(1, findings=[found("critical"), pod, other]), event("closed", 9)])
    assert kinds(made(("critical", "webhooks-tls"), started=BEFORE), now) == {"new": ["webhooks-tls"] * 2}


def test_the_worst_of_several_findings_about_one_object_speaks():
    before = made(("warning", "a"), ("ok", "a"), started=BEFORE)
    assert kinds(before, made(("ok", "a"), ("critical", "a"), ("warning", "a"))) == {"worse": ["a"]}


def test_lists_are_bounded_and_worst_first_and_the_counts_are_whole():
    now = made(*(("warning", f"w{n:04}") for n in range(3000)), *(("critical", f"c{n:04}") for n in range(10)))
    compared = compare.since(made(("ok", "x"), started=BEFORE), now)
    assert (compared["counts"]["new"], len(compared["new"])) == (3010, compare.MOST)
    assert [row["now"] for row in compared["new"][:11]] == ["critical"] * 10 + ["warning"]
    assert compare.line(compared) == "3,010 new"


def test_an_old_record_with_odd_findings_compares():
    before = made(("critical", "a"), started=BEFORE)
    before["steps"][0]["findings"] += [None, {"status": "fine", "subject": "x", "message": "m" * 10_000}]
    del before["steps"][1]["findings"], before["verified"]
    compared = compare.since(before, made(("critical", "a")))
    # Without the name of a check nobody can tell who would have found them again but the step's role.
    assert compared["counts"]["gone"] == 2
    assert max(len(row["message"]) for row in compared["gone"]) == compare.MOST_WORDS


def test_the_line_tells_the_worst_first():
    counts = {"new": 2, "worse": 0, "better": 1, "gone": 1204, "unseen": 3}
    compared = {**compare.nothing(), "id": "lab/x/y", "counts": counts}
    assert compare.line(compared) == "2 new, 1 better, 1,204 gone, 3 not looked at"
    assert compare.line({**compare.nothing(), "id": "lab/x/y"}) == "nothing changed"
    assert compare.line(compare.nothing("no\nlist")) == ""


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ([event("closed", 9)], True),
        ([event("broken", 8, error={"message": "x"}), event("closed", 9)], True),
        ([event("refused", error={"message": "lab: no"}), event("closed", 9)], False),
        ([], False),
    ],
)
def test_only_a_run_that_looked_is_compared(ending, expected):
    assert compare.comparable(record.build([opened(), *ending])) is expected


def test_both_sides_of_a_check_that_had_to_hold():
    events = [
        event("looked", findings=[found("ok", "cluster_reachable"), found("ok", "right_cluster")]),
        event("verified", findings=[found("unknown", "cluster_reachable"), found("ok", "workflow_controller")]),
        event("closed", 9),
    ]
    sides = compare.sides(record.build([opened(runbook()), *events]))
    assert [(side["check"], (side["before"] or {}).get("status"), side["after"]["status"]) for side in sides] == [
        ("cluster_reachable", "ok", "unknown"),
        ("workflow_controller", None, "ok"),
    ]
