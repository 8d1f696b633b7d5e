# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Change, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes, pack
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.resume import Wish, resume
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import hold, node, workflow

MARK = Mark("approved", "ada", "2026-11-21T08:00:00Z")
ONE, TWO = hold("wait-one", 60), {**hold("wait-two", 90), "name": "play-1[0].wait-two"}
OVER, POD = hold("wait-zero", 99, "Succeeded"), node("Pod", "Running", "work", 5)


def running(found, **spec):
    return workflow(phase="Running", nodes=found, spec=spec)


def test_the_only_hold_is_lifted_with_finish_time_and_message():
    decided = resume(running({"a": ONE, "p": POD}), MARK, Wish())
    assert decided.patch["status"] == {
        "nodes": {"a": {"phase": "Succeeded", "finishedAt": MARK.time, "message": "resumed by ada: approved"}}
    }
    assert decided.detail == "resume wait-one"
    assert "spec" not in decided.patch


@pytest.mark.parametrize("spelling", ["b", "wait-two", "play-1[0].wait-two"])
def test_one_of_several_is_named_by_id_name_or_display_name(spelling):
    decided = resume(running({"a": ONE, "b": TWO}, suspend=True), MARK, Wish(node=spelling))
    assert list(decided.patch["status"]["nodes"]) == ["b"]
    assert decided.detail == "resume wait-two; still held at wait-one, spec.suspend"


@pytest.mark.parametrize(
    ("given", "wish", "decided"),
    [
        (
            running({"a": ONE, "b": TWO}),
            Wish(),
            Refused("2 holds are open: wait-one, wait-two; say which one with node, or give all_holds: true"),
        ),
        (
            running({"a": ONE}, suspend=True),
            Wish(),
            Refused("2 holds are open: wait-one, spec.suspend; say which one with node, or give all_holds: true"),
        ),
        (
            running({"a": ONE, "b": {**TWO, "displayName": "wait-one"}}),
            Wish(node="wait-one"),
            Refused("2 open holds are called wait-one; give the id of one: a, b"),
        ),
        (running({"a": ONE}), Wish(node="x"), Refused("no hold is called 'x'; open are: wait-one")),
        (running({"p": POD}), Wish(node="work"), Refused("no hold is called 'work'; open are: none")),
        (
            running({"a": hold("f", 1, "Failed")}),
            Wish(node="f"),
            Refused("hold f is Failed, not open"),
        ),
        (running({"a": OVER, "b": ONE}), Wish(node="wait-zero"), Unchanged("hold wait-zero is over")),
        (running({"p": POD}), Wish(), Unchanged("nothing holds it; its phase is Running")),
        (running({"a": ONE}), Wish(node="spec.suspend"), Unchanged("spec.suspend is not set")),
        (
            running({"a": ONE}, shutdown="Stop"),
            Wish(),
            Refused("it is being shut down (Stop) and cannot be resumed", applies=False),
        ),
        (
            workflow(phase="Failed", nodes={"a": ONE}),
            Wish(),
            Refused("it has ended (Failed) and cannot be resumed", applies=False),
        ),
        (running({"a": ONE}), Wish(outputs={"x": 1}), Refused("no hold expects an output 'x'; expected are: none")),
    ],
)
def test_what_is_not_resumed(given, wish, decided):
    assert resume(given, MARK, wish) == decided


def test_spec_suspend_is_a_hold_too():
    assert resume(running({"p": POD}, suspend=True), MARK, Wish()).patch["spec"] == {"suspend": None}
    decided = resume(running({"a": ONE}, suspend=True), MARK, Wish(node="spec.suspend"))
    assert (decided.patch["spec"], decided.detail) == ({"suspend": None}, "resume spec.suspend; still held at wait-one")
    assert "status" not in decided.patch


def test_all_only_when_asked_for():
    decided = resume(running({"a": ONE, "b": TWO}, suspend=True), MARK, Wish(all_holds=True, message="go"))
    assert {key: one["message"] for key, one in decided.patch["status"]["nodes"].items()} == {"a": "go", "b": "go"}
    assert decided.patch["spec"] == {"suspend": None}


def test_an_earlier_message_of_the_hold_stays():
    decided = resume(running({"a": {**ONE, "message": "asked"}}), MARK, Wish(message="go"))
    assert decided.patch["status"]["nodes"]["a"]["message"] == "asked; go"


def test_compressed_nodes_are_written_back_compressed_and_none_is_lost():
    found = {"a": ONE, "p": POD}
    decided = resume(workflow(phase="Running", status={"compressedNodes": pack(found)}), MARK, Wish())
    assert "nodes" not in decided.patch["status"]
    written = nodes(decided.patch["status"])
    assert written["p"] == POD
    assert written["a"] == {**ONE, "phase": "Succeeded", "finishedAt": MARK.time, "message": "resumed by ada: approved"}


def test_off_loaded_nodes_cannot_be_told():
    given = workflow(phase="Running", status={"offloadNodeStatusVersion": "fnv:1"})
    assert resume(given, MARK, Wish()).why.startswith("cannot tell: the nodes are off-loaded")


SUPPLIED = {
    **ONE,
    "outputs": {
        "parameters": [
            {"name": "verdict", "valueFrom": {"supplied": {}}, "globalName": "said"},
            {"name": "score", "valueFrom": {"supplied": {}, "default": 5}},
            {"name": "fixed", "value": "stays"},
        ],
        "artifacts": [{"name": "log"}],
    },
}


def test_supplied_outputs_are_given_or_have_their_default_and_become_global():
    decided = resume(running({"a": SUPPLIED}), MARK, Wish(outputs={"verdict": True}))
    assert decided.patch["status"]["nodes"]["a"]["outputs"]["parameters"] == [
        {"name": "verdict", "globalName": "said", "value": "true"},
        {"name": "score", "value": "5"},
        {"name": "fixed", "value": "stays"},
    ]
    assert "artifacts" not in decided.patch["status"]["nodes"]["a"]["outputs"], "an unchanged list is not sent"
    assert decided.patch["status"]["outputs"] == {"parameters": [{"name": "said", "value": "true"}]}


def test_an_output_that_must_be_supplied_is_missed_and_a_stranger_is_refused():
    assert resume(running({"a": SUPPLIED}), MARK, Wish()).why == "its output verdict must be given: name it in outputs"
    strange = resume(running({"a": SUPPLIED}), MARK, Wish(outputs={"verdict": "x", "fixed": "y"}))
    assert strange.why == "no hold expects an output 'fixed'; expected are: verdict, score"


def test_a_timed_hold_is_named_as_such():
    timed = {**ONE, "templateName": "pause"}
    decided = resume(running({"a": timed}, templates=[{"name": "pause", "suspend": {"duration": "30m"}}]), MARK, Wish())
    assert isinstance(decided, Change)
    assert decided.detail == "resume wait-one (timed, 30m)"
