# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Change, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.shutdown import (
    STOP,
    TERMINATE,
    shut_down,
    suspend,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import workflow

MARK = Mark("a {{ reason }}", "ada", "2026-11-21T08:00:00Z")


def annotations(verb):
    return {
        f"ops.agent-platform/{verb}-reason": "a {{ reason }}",
        f"ops.agent-platform/{verb}-time": "2026-11-21T08:00:00Z",
        f"ops.agent-platform/{verb}-actor": "ada",
    }


def running(**spec):
    return workflow(phase="Running", spec=spec)


def test_suspend_sets_spec_suspend_and_nothing_else():
    decided = suspend(running(entrypoint="main"), MARK)
    assert decided.patch == {"metadata": {"annotations": annotations("suspend")}, "spec": {"suspend": True}}
    assert decided.effect is effects.suspended
    assert suspend(workflow(), MARK).patch["spec"] == {"suspend": True}


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        (running(suspend=True), Unchanged("spec.suspend is set", effects.suspended)),
        (
            running(shutdown="Stop"),
            Refused("it is being shut down (Stop); to suspend it would keep it from ending"),
        ),
        (workflow(phase="Succeeded"), Refused("it has ended (Succeeded) and cannot be suspended", applies=False)),
    ],
)
def test_what_is_not_suspended(given, decided):
    assert suspend(given, MARK) == decided


def test_a_second_suspension_tells_of_the_first():
    first = workflow(phase="Running", spec={"suspend": True}, metadata={"annotations": annotations("suspend")})
    assert suspend(first, MARK).why == "spec.suspend is set since 2026-11-21T08:00:00Z (a {{ reason }})"


@pytest.mark.parametrize(("strategy", "verb"), [(STOP, "stop"), (TERMINATE, "terminate")])
def test_a_shutdown_is_asked_for_by_its_strategy(strategy, verb):
    decided = shut_down(running(entrypoint="main"), MARK, strategy, message="go")
    notes = {**annotations(verb), f"ops.agent-platform/{verb}-message": "go"}
    assert decided.patch == {"metadata": {"annotations": notes}, "spec": {"shutdown": strategy}}
    assert decided.effect is effects.ended


def test_spec_suspend_is_lifted_only_when_asked_for():
    held = running(suspend=True)
    refused = shut_down(held, MARK, STOP)
    assert isinstance(refused, Refused)
    assert refused.applies
    assert "release: true" in refused.why
    assert shut_down(held, MARK, STOP, release=True).patch["spec"] == {"suspend": None, "shutdown": "Stop"}
    assert shut_down(running(suspend=True, shutdown="Stop"), MARK, STOP, release=True).patch["spec"] == {
        "suspend": None
    }


@pytest.mark.parametrize(
    ("asked", "strategy", "outcome"),
    [
        ("Stop", STOP, Unchanged),
        ("Stop", TERMINATE, Change),
        ("Terminate", STOP, Unchanged),
        ("Terminate", TERMINATE, Unchanged),
    ],
)
def test_a_shutdown_is_never_softened(asked, strategy, outcome):
    decided = shut_down(running(shutdown=asked), MARK, strategy)
    assert isinstance(decided, outcome)
    if outcome is Unchanged:
        assert decided.effect is effects.ended, "that it was asked for does not mean that it ended"


def test_one_that_has_ended():
    by_itself = shut_down(workflow(phase="Succeeded"), MARK, STOP)
    assert by_itself == Refused("it has ended by itself (Succeeded) and cannot be stopped", applies=False)
    stopped = shut_down(workflow(phase="Failed", spec={"shutdown": "Stop"}), MARK, STOP)
    assert stopped == Unchanged("it has ended (Failed), Stop was asked for")
