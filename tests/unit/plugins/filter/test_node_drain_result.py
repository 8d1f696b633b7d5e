# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.node_drain_result import FilterModule

COST = {"requests": 3, "seconds": 1.0, "peak_mb": 60.0}
result = FilterModule().filters()["node_drain_result"]


def acted(node: str, line: str) -> dict:
    return {"node": node, "line": line, "rows": [], "rows_file": "", "findings": [], "total": 0, "cost": COST}


def test_one_node_is_named_and_several_are_told_in_turn() -> None:
    one = result([acted("a", "1 drained"), acted("a", "1 brought back")])
    assert (one["summary"], one["data"]["about"]) == ("1 drained, then 1 brought back · a", "Node a")
    several = result([acted("a", "1 drained"), acted("b", "1 refused")])
    assert (several["summary"], "about" in several["data"]) == ("1 drained, then 1 refused", False)
