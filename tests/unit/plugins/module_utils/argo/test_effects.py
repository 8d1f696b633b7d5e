# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import hold, node, workflow

OPEN, DONE = hold("a", 60), hold("a", 60, "Succeeded")
POD = node("Pod", "Running", "work", 60)


def running(**nodes):
    return workflow(phase="Running", nodes=nodes)


@pytest.mark.parametrize(
    ("effect", "seen", "missing"),
    [
        (effects.suspended, workflow(phase="Running", spec={"suspend": True}), ""),
        (effects.suspended, workflow(phase="Running"), "spec.suspend is not set in the object"),
        (effects.suspended, workflow(phase="Failed", spec={"suspend": True}), "it ended (Failed) before it was held"),
        (effects.ended, workflow(phase="Failed"), ""),
        (effects.ended, workflow(phase="Running"), "its phase is Running: no controller has ended it"),
        (effects.ended, {"status": None}, "its phase is empty: no controller has ended it"),
        (effects.picked_up, workflow(phase="Running"), ""),
        (effects.picked_up, workflow(), "no controller has picked it up"),
    ],
)
def test_the_object_tells_whether_it_took_effect(effect, seen, missing):
    assert effect(seen) == missing


@pytest.mark.parametrize(
    ("written", "seen", "missing"),
    [
        (running(a=DONE), running(a=DONE), "no controller has gone on with it"),
        (running(a=DONE), running(a=DONE, b=POD), ""),
        (running(a=DONE), workflow(phase="Succeeded", nodes={"a": DONE}), ""),
        (running(a=DONE), running(a=OPEN), "hold a is Running in the object, not Succeeded"),
        (running(a=DONE), running(), "hold a is gone in the object, not Succeeded"),
        (running(a=DONE, b=POD), running(a=DONE, b=POD), ""),
        (running(a=DONE, b=hold("b", 5)), running(a=DONE, b=hold("b", 5)), ""),
    ],
)
def test_a_hold_is_over_when_the_controller_has_gone_on_or_has_nothing_to_do_yet(written, seen, missing):
    assert effects.goes_on(written, {"a": "a"}, lifted=False)(seen) == missing


def test_spec_suspend_must_be_gone():
    still = workflow(phase="Running", spec={"suspend": True})
    assert (
        effects.goes_on(workflow(phase="Running"), {}, lifted=True)(still) == "spec.suspend is still set in the object"
    )


def test_what_was_written_is_not_yet_progress():
    written = running(a=OPEN)
    assert effects.moved(written)(written) == "no controller has gone on with it"
    assert effects.moved(written)(running(a=DONE)) == ""
