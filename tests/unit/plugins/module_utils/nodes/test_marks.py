# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, objects
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node

OURS = {marks.TIME: "then", marks.REASON: "why", "other": "stays"}


@pytest.mark.parametrize(
    ("state", "cordons", "uncordons"),
    [
        ({}, True, None),
        ({"cordoned": True}, False, "somebody else cordoned it, so it stays cordoned"),
        ({"cordoned": True, "annotations": OURS}, False, {marks.TIME: None, marks.REASON: None}),
        # Somebody took the cordon away by hand and left the marks.
        ({"annotations": OURS}, True, {marks.TIME: None, marks.REASON: None}),
    ],
)
def test_only_what_we_cordoned_is_let_go(state: dict[str, Any], cordons: bool, uncordons: Any) -> None:
    read = objects.node(node("a", **state))
    wish = marks.cordon(read, "r", "ops", "now")
    assert bool(wish) is cordons
    if wish:
        assert wish["metadata"]["annotations"] == {marks.REASON: "r", marks.TIME: "now", marks.ACTOR: "ops"}
        assert (wish["metadata"]["uid"], wish["metadata"]["resourceVersion"]) == ("uid-a", "5")
    back = marks.uncordon(read)
    assert (back["metadata"]["annotations"] if isinstance(back, dict) else back) == uncordons


def test_only_nodes_with_our_mark_count_as_away() -> None:
    nodes = [
        node("a", cordoned=True, annotations=OURS),
        node("b", cordoned=True),
        node("c", annotations=OURS),
        node("d"),
    ]
    read = [objects.node(one) for one in nodes]
    assert [marks.why(one) for one in read] == ["why", "", "", ""]
    assert (marks.away(read, "d"), marks.away(read, "a")) == (["a"], [])
