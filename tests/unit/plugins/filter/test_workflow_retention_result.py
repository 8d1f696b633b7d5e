# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.filter.workflow_retention_result import FilterModule


def test_it_gives_the_result_of_the_step_and_the_plan():
    plan = {"as_of": "2026-11-21T08:00:00Z", "digest": "d", "total": 0}
    pruned = {"summary": {"read": 1, "delete": 0, "deleted": 0, "kept": {}}, "rows": [], "rows_file": "", "plan": plan}
    made = FilterModule().filters()["workflow_retention_result"](
        {**pruned, "line": "0 deleted", "findings": [], "cost": {}}
    )
    assert set(made) == {"summary", "findings", "changes", "data", "plan"}
    assert made["plan"] == ["as of 2026-11-21T08:00:00Z: 0 deleted"]
