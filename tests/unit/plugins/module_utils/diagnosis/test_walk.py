# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import load
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.walk import fill, is_filled, walk
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import NOW
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.small_tree import probes, raw


def go(**answers):
    asked = probes(**answers)
    return walk(load(raw(), asked), asked, Scene(NOW))


@pytest.mark.parametrize(
    ("answers", "edges", "cause", "confidence"),
    [
        ({"plug": "out"}, (("plug", "out"),), "unplugged", "high"),
        ({}, (("plug", "in"), ("bulb", "bad")), "burnt", "high"),
        ({"plug": UNKNOWN}, (("plug", UNKNOWN), ("bulb", "bad")), "burnt", "medium"),
        ({"bulb": UNKNOWN}, (("plug", "in"), ("bulb", UNKNOWN)), "not_known", "none"),
        ({"plug": "sideways"}, (("plug", UNKNOWN), ("bulb", "bad")), "burnt", "medium"),
    ],
)
def test_the_answers_lead_to_the_cause_and_an_unanswered_question_makes_it_less_sure(answers, edges, cause, confidence):
    path = go(**answers)
    assert (path.edges, path.cause.id, path.confidence) == (edges, cause, confidence)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CannotLook("pods could not be read"), "could not look: pods could not be read"),
        (KeyError("x"), "probe plug failed: KeyError: 'x'"),
        (ValueError("a\nb" * 900), "probe plug failed: ValueError: a b"),
    ],
)
def test_whatever_a_probe_raises_is_unknown_with_the_reason(error, words):
    first = go(plug=error).steps[0]
    assert first.answer == UNKNOWN
    assert first.evidence[0].startswith(words)
    assert len(first.evidence[0]) <= 400


def test_thresholds_of_the_question_reach_the_probe_and_facts_are_gathered():
    path = go(name="left\n{{ x }}")
    assert path.steps[1].evidence == ("seen {'oldest': 7200}",)
    assert path.facts == {"name": "left {{ x }}"}


def test_facts_fill_texts_and_one_that_nobody_knows_is_seen():
    fix = {"a": "{name}", "b": ["{name}", 1, None], "c": "${HOME} {.spec}"}
    assert fill(fix, {"name": "x"}) == {"a": "x", "b": ["x", 1, None], "c": "${HOME} {.spec}"}
    assert not is_filled(fill(fix, {}))
    # A value is not looked at again: what is in it is data.
    assert fill("{name}", {"name": "{other}", "other": "x"}) == "{other}"


def test_no_secret_of_what_was_read_is_in_the_evidence_of_a_way():
    plug = Probe(
        "plug", "", ("in", "out"), lambda _scene, _limits: answer("out", "failed: https://x:hunter2hunter2@github.com")
    )
    known = {**probes(), "plug": plug}
    (step,) = walk(load(raw(), known), known, Scene(NOW)).steps
    assert step.evidence == ("failed: https://x:[redacted]@github.com",)
