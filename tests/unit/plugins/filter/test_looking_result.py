# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.looking_result import FilterModule

result = FilterModule().filters()["looking_result"]
SEEN = {"line": "3 ok", "findings": [{"status": "ok"}], "cost": {"requests": 2}, "checks": [1], "changed": False}


def test_the_report_holds_the_fields_that_are_named_and_the_cost() -> None:
    assert result(SEEN, ["checks"], {"about": "the cluster"}) == {
        "summary": "3 ok",
        "findings": [{"status": "ok"}],
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {"about": "the cluster", "checks": [1], "cost": {"requests": 2}},
    }


def test_a_field_that_the_module_does_not_return_is_an_error() -> None:
    with pytest.raises(KeyError, match="measures"):
        result(SEEN, ["measures"])
