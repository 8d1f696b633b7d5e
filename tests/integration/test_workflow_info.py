# SPDX-License-Identifier: GPL-3.0-or-later
"""Module workflow_info over the sample platform, with the real workflow controller running."""

from __future__ import annotations

import pytest

from tests.support.modules import run_module


@pytest.fixture(scope="module")
def look(lab):
    position = lab.audit_position()
    result = run_module("workflow_info", kubeconfig=str(lab.kubeconfig))
    assert lab.writes(position) == []
    return result


def by_state(look, state):
    return [row for row in look["workflows"] if row["state"] == state]


def test_every_state_of_the_sample_is_told(look):
    assert {state for state, count in look["counts"].items() if count} >= {
        "held",
        "stuck",
        "never_picked_up",
        "succeeded",
        "failed",
        "error",
        "unknown",
    }


def test_the_stuck_one_is_told_with_its_hold_and_the_holds_own_age(look):
    stuck = [row for row in by_state(look, "stuck") if row["hold"] and row["hold"]["name"] == "wait-pr-merged"]
    assert stuck
    assert 6.9 * 3600 < stuck[0]["hold"]["age"] < 9 * 3600
    assert {"critical"} == {
        one["status"]
        for one in look["findings"]
        if one["subject"]["name"] == stuck[0]["name"] and one["check"] == "workflow_state"
    }


def test_what_is_off_loaded_cannot_be_told_and_compressed_nodes_can(look):
    reasons = [row["cannot_tell"] for row in by_state(look, "unknown")]
    assert any("off-loaded" in reason for reason in reasons)
    compressed = [row for row in look["workflows"] if "compressed" in row["name"]]
    assert compressed
    assert all(row["hold"] for row in compressed)


def test_contradictions_are_told(look):
    assert any(row["contradictions"] for row in look["workflows"])
