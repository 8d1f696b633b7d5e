# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    complete,
    finding,
    subject,
    tally,
    worst,
    worst_first,
)


def found(status: str, check: str = "c", name: str = "n") -> dict:
    return finding(check, status, subject("Pod", "argo", name), "said")


def test_a_status_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="fine"):
        found("fine")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], "ok"),
        (["ok", "warning"], "warning"),
        (["warning", "unknown", "ok"], "unknown"),
        (["unknown", "critical"], "critical"),
        (["ok", "excellent"], "excellent"),
    ],
)
def test_unknown_is_worse_than_a_warning_and_better_than_critical(statuses, expected):
    assert worst(statuses) == expected


def test_findings_are_sorted_worst_first_and_then_by_name():
    rows = [found("ok"), found("warning", name="b"), found("critical"), found("warning", name="a"), found("unknown")]
    assert [(one["status"], one["subject"]["name"]) for one in worst_first(rows)] == [
        ("critical", "n"),
        ("unknown", "n"),
        ("warning", "a"),
        ("warning", "b"),
        ("ok", "n"),
    ]


def test_a_word_that_is_no_status_counts_as_unknown():
    assert tally([found("ok"), {**found("ok"), "status": "fine"}]) == {
        "ok": 1,
        "warning": 0,
        "critical": 0,
        "unknown": 1,
    }


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"status": "fine", "subject": None, "evidence": None, "message": 7},
        {"status": ["ok"], "subject": "a pod", "check": 3, "runbook": {}},
        {"subject": {"kind": 1, "namespace": ["argo"], "name": {}}},
        None,
        "all is well",
    ],
)
def test_a_finding_of_another_role_is_made_whole(odd):
    whole = complete(odd)
    assert set(whole) == set(found("ok"))
    assert whole["status"] == "unknown"
    words = [*(whole[field] for field in ("check", "message", "evidence", "runbook")), *whole["subject"].values()]
    assert [word for word in words if not isinstance(word, str)] == []
    assert worst_first([whole, found("ok"), whole])


def test_a_whole_finding_stays_as_it_is():
    assert complete(found("warning")) == found("warning")
