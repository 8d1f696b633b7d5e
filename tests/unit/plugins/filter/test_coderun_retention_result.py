# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.filter.coderun_retention_result import FilterModule

result = FilterModule().filters()["coderun_retention_result"]


def test_it_gives_the_result_of_the_step_and_the_plan():
    plan = {"as_of": "2026-11-21T08:00:00Z", "digest": "d", "total": 0}
    pruned = {"summary": {"read": 1, "delete": 0, "deleted": 0, "kept": {}}, "rows": [], "rows_file": "", "plan": plan}
    made = result({**pruned, "line": "0 deleted", "findings": [], "cost": {}})
    assert set(made) == {"summary", "findings", "changes", "data", "plan"}
    assert made["data"]["counts"] == [{"what": "CodeRuns read", "count": 1}]


def test_a_cluster_that_knows_no_coderuns_is_unknown_and_nothing_changed():
    made = result({"failed": True, "msg": "It knows no coderuns.agents.platform.", "error": {"status": 404}})
    assert [one["status"] for one in made["findings"]] == ["unknown"]
    assert made["changes"]["total"] == 0
    assert made["plan"] == []
