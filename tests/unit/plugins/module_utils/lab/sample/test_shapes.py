# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import random
from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import shapes


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("try-pod", "try-pod"),
        # As the real controller computed them.
        ("try-pod[0]", "try-pod-674215362"),
        ("try-pod[0].a", "try-pod-219983487"),
    ],
)
def test_node_ids_are_those_of_the_controller(name, identifier):
    assert shapes.node_id("try-pod", name) == identifier


def test_times_are_whole_seconds_before_the_moment(clock):
    assert clock.ago(timedelta(hours=7)) == "2026-11-21T01:00:00Z"
    assert clock.ago(timedelta(seconds=-0.4)) == "2026-11-21T08:00:00Z"
    assert clock.ago(timedelta(days=-1)) == "2026-11-22T08:00:00Z"


def test_a_claim_comes_with_the_volume_it_is_bound_to():
    volume, claim = shapes.claim("workspace-cto", "10Gi", {"service": "cto"})
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"]
    assert volume["spec"]["claimRef"]["name"] == claim["metadata"]["name"]
    assert claim["metadata"]["labels"] == {"service": "cto"}
    assert "namespace" not in volume["metadata"]


def test_an_inner_node_hangs_on_the_workflow_unless_told_otherwise():
    inner = shapes.node("w", "w.task", "Pod", "Succeeded", ("a", "b"))
    assert (inner["displayName"], inner["boundaryID"]) == ("task", "w")
    assert "boundaryID" not in shapes.node("w", "w", "DAG", "Running", ("a", None))


def test_suffixes_are_as_the_api_server_makes_them():
    assert all(set(shapes.suffix(random.Random(seed))) <= set("bcdfghjklmnpqrstvwxz2456789") for seed in range(20))
