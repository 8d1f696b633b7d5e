# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions, results


def act(name, outcome, **more):
    return actions.Action("Workflow", "argo", name, f"u-{name}", "suspend", "suspended", outcome, **more)


MANY = [act("a", "changed"), act("b", "changed"), act("c", "unchanged"), act("d", "refused", reason="it is finished")]


@pytest.mark.parametrize(
    ("outcomes", "line", "changed"),
    [
        ((), "nothing to do", False),
        (("changed", "changed", "unchanged"), "2 suspended · 1 already suspended", True),
        (("planned",), "1 would be suspended", True),
        (("unverified", "failed"), "1 failed · 1 not verified", True),
        (("refused", "not_reached"), "1 refused · 1 not reached", False),
        (("unchanged",), "1 already suspended", False),
    ],
)
def test_the_line_says_what_went_wrong_first(outcomes, line, changed):
    done = [act(str(number), outcome) for number, outcome in enumerate(outcomes)]
    assert (actions.line(done), actions.changed(done)) == (line, changed)


def test_only_what_did_not_go_well_is_a_finding():
    found = actions.findings(
        [*MANY, act("e", "failed", reason="no answer"), act("f", "unverified")], "workflow_suspend"
    )
    assert [(one["subject"]["name"], one["status"], one["message"]) for one in found] == [
        ("e", "critical", "no answer"),
        ("f", "unknown", "not verified"),
        ("d", "warning", "it is finished"),
    ]


def test_the_diff_shows_what_changes_alone():
    shown = actions.diff(
        [act("a", "planned", before={"suspend": False}, after={"suspend": True}), act("b", "unchanged")]
    )
    assert shown == [
        {
            "before": {"suspend": False},
            "after": {"suspend": True},
            "before_header": "Workflow argo/a",
            "after_header": "Workflow argo/a",
        }
    ]


def test_the_result_of_a_step_counts_what_was_or_would_be_changed():
    module = {
        "line": actions.line(MANY),
        "rows": [one.row() for one in actions.worst_of(MANY)],
        "rows_file": "",
        "findings": actions.findings(MANY, "workflow_suspend"),
        "cost": {"requests": 3},
        "total": 2,
    }
    result = results.of_actions(module)
    assert result["summary"] == "1 refused · 2 suspended · 1 already suspended"
    assert (result["changes"]["total"], [row["subject"]["name"] for row in result["changes"]["rows"]]) == (
        2,
        ["a", "b"],
    )
    assert result["data"]["cost"] == {"requests": 3}
    assert [one["subject"]["name"] for one in result["data"]["left"]] == ["d", "c"]
