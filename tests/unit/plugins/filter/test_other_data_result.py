# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.other_data_result import FilterModule

result = FilterModule().filters()["other_data_result"]
GOOD = {"summary": "kept", "findings": [], "changes": {"total": 2, "rows": [{}, {}], "rows_file": ""}, "data": {"a": 1}}


def test_results_are_one() -> None:
    made = result([{"role": "x.y.z", "result": GOOD}, {"role": "b", "result": GOOD}])
    assert (made["summary"], made["changes"]["total"]) == ("x.y.z: kept · b: kept", 4)
    assert [one["status"] for one in made["findings"]] == ["ok", "ok"]
    assert made["data"] == {"x.y.z": {"a": 1}, "b": {"a": 1}}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"role": "x", "result": {}}, "unknown"),
        ({"role": "x", "result": "done"}, "unknown"),
        ({"role": "x", "error": "it broke"}, "critical"),
        ({"role": "x", "result": {"findings": ["?"]}}, "unknown"),
        ({"role": "x", "result": {"summary": "s", "changes": None, "data": None}}, "ok"),
    ],
)
def test_what_a_role_did_not_say_is_never_well(said: dict, status: str) -> None:
    assert [one["status"] for one in result([said])["findings"]] == [status]


def test_no_role_is_nothing() -> None:
    assert result([])["findings"] == []
