# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.agent_health_result import FilterModule

REX = {"name": "rex", "line": "rex: idle, 0 pods", "state": "idle"}
SEEN = {"agents": [REX], "line": "1 agent: 1 idle", "findings": [{"check": "agents"}], "tables": [{"title": "Agents"}],
        "measures": [], "cost": {"requests": 7}, "pods": []}  # fmt: skip


def result(**changes):
    return FilterModule().filters()["agent_health_result"]({**SEEN, **changes})


def test_of_one_agent_its_own_line_is_the_summary_and_nothing_is_changed():
    seen = result()
    assert (seen["summary"], seen["changes"]["total"]) == ("rex: idle, 0 pods", 0)
    assert (seen["findings"], seen["data"]["tables"]) == (SEEN["findings"], SEEN["tables"])
    assert seen["data"]["about"] == "Agents rex"


def test_of_several_they_are_counted():
    assert result(agents=[REX, REX])["summary"] == "1 agent: 1 idle"
