# SPDX-License-Identifier: GPL-3.0-or-later
"""Module workflow_info over the sample platform, with the real workflow controller running."""

from __future__ import annotations

import pytest

from tests.support.modules import run_module

SITUATION = "agents.platform/sample-state"
# Those that no other test changes: live ones, pinned ones, and those that cannot be judged.
EXPECTED = {
    "stuck": "stuck",
    "suspended": "held",
    "stop-requested": "stuck",
    "pending": "pending",
    "never-picked-up": "never_picked_up",
    "compressed-torn": "unknown",
    "pinned": {"succeeded", "failed"},
    "label-lies": "stuck",
    "failed-with-workspace": "failed",
    "archiving-pending": "succeeded",
    "no-finish-time": "succeeded",
    "finish-in-future": "succeeded",
}


@pytest.fixture(scope="module")
def look(lab):
    position = lab.audit_position()
    # The sample is younger than the ten minutes after which a workflow counts as never picked up.
    result = run_module("workflow_info", kubeconfig=str(lab.kubeconfig), never_picked_up_after="1s")
    assert lab.writes(position) == []
    return result


def in_situation(look, situation):
    rows = [row for row in look["workflows"] if row["labels"].get(SITUATION) == situation]
    assert rows, f"the sample has no {situation}"
    return rows


@pytest.mark.parametrize("situation", EXPECTED)
def test_a_workflow_is_judged_as_it_is(look, situation):
    expected = EXPECTED[situation]
    states = {row["state"] for row in in_situation(look, situation)}
    assert states <= (expected if isinstance(expected, set) else {expected})


def test_a_stuck_one_is_told_with_its_hold_and_the_holds_own_age(look):
    stuck = [row for row in in_situation(look, "stuck") if row["hold"]["name"] == "wait-pr-merged"]
    assert 6.9 * 3600 < stuck[0]["hold"]["age"] < 9 * 3600
    told = [one for one in look["findings"] if one["subject"]["name"] == stuck[0]["name"]]
    assert [one["status"] for one in told if one["check"] == "workflow_state"] == ["critical"]


def test_holds_that_the_real_controller_keeps_are_told_by_name(look):
    held = [row for row in in_situation(look, "held") if row["state"] == "held"]
    assert {row["hold"]["name"] for row in held} >= {"wait-ready-for-qa", "wait-pr-approved"}


def test_what_is_off_loaded_cannot_be_told_and_compressed_nodes_can(look):
    live = [row for row in in_situation(look, "offloaded") if row["phase"] == "Running"]
    assert all("off-loaded" in row["cannot_tell"] for row in live)
    compressed = [row for row in in_situation(look, "compressed") if row["phase"] == "Running"]
    assert compressed
    assert all(row["hold"] for row in compressed)


def test_labels_that_lie_are_told_and_not_believed(look):
    (liar,) = in_situation(look, "label-lies")
    assert liar["contradictions"]
    assert liar["labels"]["workflows.argoproj.io/completed"] == "true"


def test_the_counts_are_of_all_workflows(look):
    assert sum(look["counts"].values()) == len(look["workflows"])
