# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot, Unread


def test_pieces_of_a_part_are_put_together_and_missing_ones_are_told():
    snapshot = Snapshot()
    snapshot.add("pods", [{"a": 1}])
    snapshot.miss("pods", "b", "why")
    snapshot.miss("pods", "a", "why")
    snapshot.add("pods", [])
    assert snapshot.parts["pods"] == [{"a": 1}]
    assert snapshot.missing("pods") == [Unread("pods", "a", "why"), Unread("pods", "b", "why")]
    assert snapshot.looked == {"pods"}


def test_an_empty_piece_was_looked_at_and_a_missing_one_was_not():
    snapshot = Snapshot()
    snapshot.add("pods", [])
    snapshot.miss("nodes", "", "why")
    assert snapshot.looked == {"pods"}
    assert snapshot.missing("pods") == []


def test_a_part_that_nobody_asked_for_is_missing():
    assert Snapshot().missing("pods") == [Unread("pods", "", "it was not asked for")]
