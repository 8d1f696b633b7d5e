# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import kubernetes_report as report

DISK = finding("disk", "critical", subject("Node", "", "n1"), "the disk is full")
POD = finding("pods", "critical", subject("Pod", "a", "p"), "it crashes")
WELL = finding("nodes", "ok", subject("Node", "", "n1"), "well")


def compared(states: dict, *rows: tuple[str, str]) -> dict:
    told = [{"state": state, "subject": subject("ConfigMap", "a", name)} for state, name in rows]
    return {"backup": {"id": "b1"}, "plan": {"states": states}, "rows": told}


def test_only_what_became_critical_counts_as_worse() -> None:
    before = report.keys([DISK, WELL])
    assert report.worse([DISK, POD, WELL], before) == [POD]
    assert report.worse([DISK, WELL], before) == []


@pytest.mark.parametrize(
    ("seen", "statuses", "words"),
    [
        (compared({"same": 1200, "newer": 3}), ["ok"], "1,203 objects of the backup compared: 1,200 same, 3 moved on"),
        (compared({"same": 2, "absent": 1}, ("absent", "x")), ["critical"], "ConfigMap a/x is not there any more"),
        (compared({"not_served": 1}, ("not_served", "x")), ["critical"], "of a kind that the server does not have"),
        (compared({"same": 2, "differs": 1}, ("differs", "x")), ["warning"], "another one than before"),
        (compared({"unreadable": 1}, ("unreadable", "x")), ["unknown"], "cannot be looked at"),
        (compared({"newer": 1}, ("newer", "x"), ("ending", "y")), ["ok"], "none lost"),
        ({"failed": True, "msg": "no identity"}, ["unknown"], "no identity"),
        ({}, ["unknown"], "nothing was compared"),
    ],
)
def test_an_object_that_is_lost_is_told_and_what_was_not_compared_is_unknown(seen, statuses, words) -> None:
    found = report.lost(seen)
    assert [one["status"] for one in found] == statuses
    assert words in found[0]["message"]


def test_of_many_that_are_lost_the_first_are_named_and_the_others_counted() -> None:
    rows = [("absent", f"x{number}") for number in range(30)] + [("differs", "y")]
    found = report.lost(compared({"absent": 5000, "differs": 1, "same": 3}, *rows))
    assert [one["status"] for one in found] == ["critical"] * 21 + ["warning"]
    assert any("4,980 more objects of which each is not there any more" in one["message"] for one in found)
    # The rows of a state may all be beyond the first thousand.
    assert [one["status"] for one in report.lost(compared({"absent": 2, "newer": 1}, ("newer", "z")))] == ["critical"]


def test_a_refusal_is_one_sentence_and_what_was_accepted_is_none() -> None:
    assert report.refusal([WELL]) == ""
    assert report.refusal([DISK, POD]) == "the upgrade may not begin: the disk is full (1 more reason in the report)"
    assert report.refusal([DISK], ["disk"]) == ""
