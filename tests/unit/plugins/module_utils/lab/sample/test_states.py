# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import states

STATE = "agents.platform/sample-state"
DONE = "workflows.argoproj.io/completed"

# State of the sample: how many, and what a reader judges each to be an hour later.
EXPECTED = {
    "held": (4, {"held", "never_picked_up"}),
    "stuck": (2, {"stuck"}),
    "suspended": (1, {"held"}),
    "stop-requested": (1, {"stuck"}),
    "pending": (1, {"pending"}),
    "running": (2, {"running", "never_picked_up"}),
    "never-picked-up": (1, {"never_picked_up"}),
    "compressed": (2, {"stuck", "succeeded"}),
    "compressed-torn": (1, {"unknown"}),
    "offloaded": (2, {"unknown", "succeeded"}),
    "pinned": (2, {"succeeded", "failed"}),
    "finalizer": (1, {"succeeded"}),
    "finalizer-deleting": (1, {"succeeded"}),
    "artifact-gc": (1, {"succeeded"}),
    "failed-with-workspace": (1, {"failed"}),
    "owns-pods": (1, {"succeeded"}),
    "owns-pinned": (1, {"succeeded"}),
    "archiving-archived": (2, {"succeeded"}),
    "archiving-pending": (1, {"succeeded"}),
    "label-lies": (1, {"stuck"}),
    "no-finish-time": (1, {"succeeded"}),
    "finish-in-future": (1, {"succeeded"}),
    "phase-label-differs": (1, {"succeeded"}),
    "finish-before-start": (1, {"succeeded"}),
}
CONTRADICTORY = {"label-lies", "no-finish-time", "finish-in-future", "phase-label-differs", "finish-before-start"}


@pytest.fixture(scope="module")
def made(clock):
    return list(states.states(clock))


@pytest.fixture(scope="module")
def workflows(made):
    return [one for one in made if one["kind"] == "Workflow"]


def _state(one):
    return one["metadata"]["labels"][STATE]


def test_every_state_is_there(workflows):
    assert Counter(map(_state, workflows)) == {state: count for state, (count, _judged) in EXPECTED.items()}


def test_every_state_is_judged_as_it_is_meant(workflows, now):
    judged: dict[str, set[str]] = {}
    for one in workflows:
        one["metadata"].setdefault("creationTimestamp", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        verdict = judge(one, now + timedelta(hours=1))
        judged.setdefault(_state(one), set()).add(verdict.state)
        assert bool(verdict.contradictions) == (_state(one) in CONTRADICTORY), one["metadata"]["name"]
    assert judged == {state: verdict for state, (_count, verdict) in EXPECTED.items()}


def test_the_real_controller_is_given_only_what_it_shall_work_on(workflows):
    """Completed ones it leaves alone; of the others it gets those that have no past or stand at a readable hold."""
    for one in workflows:
        labels = one["metadata"]["labels"]
        if labels.get(DONE) == "true" or "workflows.argoproj.io/controller-instanceid" in labels:
            continue
        holds = [node for node in one.get("status", {}).get("nodes", {}).values() if node["type"] == "Suspend"]
        assert "status" not in one or any(node["phase"] == "Running" for node in holds), one["metadata"]["name"]


def test_nothing_that_shall_stay_is_taken_away_by_argo_itself(workflows):
    for one in workflows:
        assert "ttlStrategy" not in one["spec"]
        if "finalizers" in one["metadata"] and states.ARTIFACT_FINALIZER in one["metadata"]["finalizers"]:
            assert "workflows.argoproj.io/controller-instanceid" in one["metadata"]["labels"]


def test_what_goes_along_has_its_owner_in_the_sample(made, workflows):
    names = {one["metadata"]["name"] for one in workflows}
    owned = [one for one in made if "ownerReferences" in one["metadata"]]
    assert {one["kind"] for one in owned} == {"Pod", "PersistentVolumeClaim"}
    for one in owned:
        (reference,) = one["metadata"]["ownerReferences"]
        assert reference["kind"] == "Workflow"
        assert reference["name"] in names
    pinned = [one for one in owned if one["metadata"]["labels"].get("ops.agent-platform/keep") == "true"]
    assert [one["metadata"]["ownerReferences"][0]["name"] for one in pinned] == ["play-task-1032-workflow"]


def test_a_claim_that_a_status_names_is_in_the_sample(made, workflows):
    claims = {one["metadata"]["name"] for one in made if one["kind"] == "PersistentVolumeClaim"}
    for one in workflows:
        for entry in one.get("status", {}).get("persistentVolumeClaims", []):
            assert entry["persistentVolumeClaim"]["claimName"] in claims
