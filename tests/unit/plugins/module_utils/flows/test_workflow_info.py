# SPDX-License-Identifier: GPL-3.0-or-later
"""The reducer; the whole module is in ../../modules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflow_info

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def judged(*items, states=STATES, names=()):
    found = workflow_info.Judged(NOW, Thresholds(), frozenset(states), frozenset(names))
    found.add(list(items))
    return found


@pytest.mark.parametrize("item", [{}, {"metadata": None}, {"metadata": {"name": "x"}, "status": "odd"}])
def test_an_object_of_a_strange_shape_is_unknown(item):
    found = judged(item)
    assert found.counts == {"unknown": 1}
    assert [one["status"] for one in found.findings] == ["unknown"]


def test_all_are_counted_but_only_the_states_asked_for_give_rows():
    done = {"metadata": {"name": "done", "namespace": "argo"}, "status": {"phase": "Succeeded"}}
    new = {"metadata": {"name": "new", "namespace": "argo", "creationTimestamp": "2026-11-21T07:59:00Z"}, "spec": {}}
    found = judged(done, new, states=["pending"])
    assert found.counts == {"succeeded": 1, "pending": 1}
    assert [row["name"] for row in found.rows] == ["new"]


def test_the_line_begins_with_what_is_worst_and_leaves_out_what_is_not():
    counts = dict.fromkeys(STATES, 0) | {"succeeded": 1480, "stuck": 2}
    assert workflow_info.line(counts) == "2 stuck · 1,480 succeeded"
    assert workflow_info.line(dict.fromkeys(STATES, 0)) == "no workflows"
