# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.filter.monitoring_stack_result import FilterModule


def test_a_stack_that_is_not_configured_is_unknown():
    made = FilterModule().filters()["monitoring_stack_result"]([{"skipped": True}], {"prometheus": "", "grafana": ""})
    assert [one["status"] for one in made["findings"]] == ["unknown", "unknown"]
    assert made["changes"]["total"] == 0
