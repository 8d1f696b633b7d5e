# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.agent_platform.ops.plugins.filter.runbook_review_result import FilterModule
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import review


def runbook(name: str = "a", left: int | None = 50) -> dict:
    return {"file": f"p/{name}.yml", "name": name, "review": {"due": "2027-01-10", "days_left": left}}


def fault(name: str = "a", rule: str = "lock", message: str = "it writes and takes no lock") -> dict:
    return {"file": f"p/{name}.yml", "line": 4, "rule": rule, "message": message, "mend": "Mend it."}


def judged(runbooks: object, findings: object = ()) -> list[tuple[str, str, str]]:
    found = review.judge_all({"runbooks": runbooks, "findings": findings}, 14)
    return [(one["subject"]["name"], one["status"], one["message"]) for one in found]


@pytest.mark.parametrize(
    ("left", "status"), [(50, "ok"), (15, "ok"), (14, "warning"), (0, "warning"), (None, "unknown")]
)
def test_a_review_that_comes_near_is_a_warning_and_one_nobody_knows_unknown(left: int | None, status: str) -> None:
    ((_name, found, message),) = judged([runbook(left=left)])
    assert found == status
    assert message.startswith("a: ")


def test_what_breaks_a_rule_is_one_warning_with_its_place() -> None:
    one, other = review.judge_all(
        {"runbooks": [runbook(), runbook("b")], "findings": [fault("b"), fault("b", "estimate")]}, 14
    )
    assert (one["status"], other["status"]) == ("ok", "warning")
    assert other["message"] == "b: it writes and takes no lock (and 1 finding more)"
    assert other["evidence"] == "p/b.yml:4: lock: it writes and takes no lock. Mend it."


def test_files_without_a_runbook_are_told() -> None:
    assert judged([], [fault("c", "declared", "no play declares its runbook"), fault("d", "readable", "no YAML")]) == [
        ("c", "warning", "c: no play declares its runbook"),
        ("d", "unknown", "d: no YAML"),
    ]


@pytest.mark.parametrize("answer", [{}, {"msg": "no such path"}, {"runbooks": None}, {"runbooks": [], "findings": []}])
def test_what_was_not_read_is_unknown(answer: dict) -> None:
    result = review.step_result(answer, 14)
    assert [one["status"] for one in result["findings"]] == ["unknown"]
    assert result["summary"]


def test_the_filter_refuses_what_is_no_duration() -> None:
    judge = FilterModule().filters()["runbook_review_result"]
    assert judge({"runbooks": [runbook()], "findings": []})["summary"] == "1 runbook ok"
    with pytest.raises(AnsibleFilterError, match="warn_before: 'soon' is not a duration"):
        judge({}, warn_before="soon")
