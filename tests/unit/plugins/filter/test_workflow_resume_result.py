# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.workflow_resume_result import FilterModule

result = FilterModule().filters()["workflow_resume_result"]


def hold(name: str, node: str = "", age: int | None = 7200) -> dict:
    return {"name": name, "node": node or f"id-{name}", "since": None, "age": age}


def target(*holds: dict) -> dict:
    return {"kind": "Workflow", "namespace": "argo", "name": "play", "holds": list(holds)}


def acted(outcome: str = "changed") -> dict:
    subject = {"kind": "Workflow", "namespace": "argo", "name": "play", "uid": "1"}
    row = {"action": "resume", "outcome": outcome, "subject": subject, "detail": "", "reason": ""}
    return {"line": "1 resumed", "rows": [row], "rows_file": "", "findings": [], "total": 1, "cost": {}}


def said(seen: dict) -> list[tuple[str, str]]:
    return [(one["status"], one["message"].split(" ")[0]) for one in seen["findings"]]


@pytest.mark.parametrize(
    ("holds", "options", "expected"),
    [
        ([hold("wait-pr-approved")], {"node": "wait-pr-approved"}, [("warning", "wait-pr-approved")]),
        ([hold("wait-for-lunch")], {"node": "wait-for-lunch"}, []),
        ([hold("spec.suspend", "")], {"node": "spec.suspend"}, []),
        ([hold("wait-pr-approved"), hold("wait-pr-created")], {"node": "wait-pr-created"}, [("ok", "wait-pr-created")]),
        ([hold("wait-pr-approved"), hold("other")], {"node": "id-wait-pr-approved"}, [("warning", "wait-pr-approved")]),
        ([hold("wait-pr-merged"), hold("merged")], {"node": "play.wait-pr-merged"}, [("warning", "wait-pr-merged")]),
        (
            [hold("wait-pr-created"), hold("wait-pr-merged")],
            {"all_holds": True},
            [("warning", "wait-pr-merged"), ("ok", "wait-pr-created")],
        ),
    ],
    ids=["a review", "of no play", "the switch", "one of two by name", "by id", "by full name", "all"],
)
def test_a_review_that_did_not_take_place_is_a_warning(holds: list, options: dict, expected: list) -> None:
    assert said(result(acted(), target(*holds), **options)) == expected


@pytest.mark.parametrize("outcome", ["refused", "unchanged", "failed"])
def test_nothing_is_said_of_holds_that_nobody_ended(outcome: str) -> None:
    seen = result(acted(outcome), target(hold("wait-pr-approved")), "wait-pr-approved")
    assert seen["findings"] == []
    (table,) = seen["data"]["tables"]
    assert table["rows"] == [["wait-pr-approved", "2 h", "5DLabs-Tess approves the pull request", "open"]]


def test_the_plan_says_what_would_be_ended() -> None:
    seen = result(acted("planned"), target(hold("{{ x }}", age=None)), node="{{ x }}")
    assert seen["data"]["tables"][0]["rows"] == [["{{ x }}", "", "", "would be ended"]]
