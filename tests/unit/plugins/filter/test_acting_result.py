# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.acting_result import FilterModule

result = FilterModule().filters()["acting_result"]


def acted(*outcomes: str) -> dict:
    rows = [
        {
            "action": "cancel",
            "outcome": outcome,
            "subject": {"kind": "CodeRun", "namespace": "agents", "name": f"c{number}", "uid": "1"},
            "detail": "",
            "reason": "",
        }
        for number, outcome in enumerate(outcomes)
    ]
    return {
        "line": "a line",
        "rows": rows,
        "rows_file": "",
        "findings": [],
        "total": 1,
        "cost": {"requests": 2, "peak_mb": 1},
    }


def test_of_one_the_line_and_the_report_name_it() -> None:
    seen = result(acted("changed"), {"message": 7}, "nothing")
    assert (seen["summary"], seen["data"]["about"]) == ("a line · agents/c0", "CodeRun agents/c0")
    assert (seen["changes"]["total"], seen["data"]["message"]) == (1, 7)


def test_of_many_the_line_is_enough() -> None:
    seen = result(acted("changed", "refused"), nothing="nothing")
    assert (seen["summary"], "about" in seen["data"]) == ("a line", False)
    assert [row["subject"]["name"] for row in seen["changes"]["rows"]] == ["c0"]


def test_of_none_it_says_so() -> None:
    none = {**acted(), "line": "nothing to do"}
    assert result(none, nothing="no unfinished CodeRuns")["summary"] == "no unfinished CodeRuns"
    assert result(none)["summary"] == "nothing to do"


def test_of_modules_that_acted_one_after_another_all_is_told() -> None:
    seen = result([acted("changed"), acted("refused", "changed")])
    assert (seen["summary"], seen["changes"]["total"]) == ("a line, then a line", 2)
    assert [row["subject"]["name"] for row in seen["changes"]["rows"]] == ["c0", "c1"]
