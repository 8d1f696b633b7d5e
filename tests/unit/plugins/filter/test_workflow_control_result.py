# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.workflow_control_result import FilterModule

result = FilterModule().filters()["workflow_control_result"]
TARGET = {"namespace": "argo", "name": "play"}


def acted(*outcomes: str) -> dict:
    rows = [
        {
            "action": "suspend",
            "outcome": outcome,
            "subject": {"kind": "Workflow", "namespace": "argo", "name": f"play-{number}", "uid": "1"},
            "detail": "",
            "reason": "<b>",
        }
        for number, outcome in enumerate(outcomes)
    ]
    return {"line": "a line", "rows": rows, "rows_file": "", "findings": [], "total": 1, "cost": {"requests": 2}}


def test_of_one_the_line_and_the_report_name_it() -> None:
    seen = result(acted("changed"), TARGET)
    assert seen["summary"] == "a line · argo/play · <b>"
    assert seen["data"]["about"] == "Workflow argo/play"
    assert seen["changes"]["total"] == 1
    assert seen["data"]["cost"] == {"requests": 2}


@pytest.mark.parametrize(
    ("outcomes", "selector"),
    [
        (("changed", "refused", "unverified"), "workflow-name in (play-0, play-2)"),
        (("planned",), "workflow-name in (play-0)"),
        (("unchanged",), "workflow-name in (play-0)"),
        (("refused", "failed", "not_reached"), "workflow-name,!workflow-name"),
        ((), "workflow-name,!workflow-name"),
    ],
)
def test_coderuns_are_selected_of_those_alone_that_are_as_it_was_wished(outcomes: tuple, selector: str) -> None:
    seen = result(acted(*outcomes))
    assert seen["data"]["coderuns"] == selector
    assert "about" not in seen["data"]
