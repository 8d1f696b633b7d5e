# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.catalogue import PROBES
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import ask, at, scene


def play(*holds, labels=None, annotations=None, parameters=None, phase="Running", stored=None, **spec):
    """A workflow with these holds: (name, minutes) each."""
    nodes = {
        name: {
            "displayName": name,
            "type": "Suspend",
            "phase": "Running",
            "startedAt": at(minutes=age),
            "templateName": "h",
        }
        for name, age in holds
    }
    meta = {
        "name": "play",
        "namespace": "argo",
        "labels": labels,
        "annotations": annotations,
        "creationTimestamp": at(hours=9),
    }
    arguments = {"parameters": parameters} if parameters is not None else None
    status = {"phase": phase, "startedAt": at(minutes=30), "nodes": nodes, "storedWorkflowTemplateSpec": stored}
    return {"metadata": meta, "spec": {"arguments": arguments, **spec}, "status": status}


def told(name, workflow, **limits):
    return ask(name, scene(values={"workflow": workflow}), **limits)


@pytest.mark.parametrize(
    ("workflow", "word"),
    [
        (play(("h", 5)), "held"),
        (play(("h", 600)), "held"),
        (play(suspend=True), "held"),
        (play(), "running"),
        (play(phase="Pending"), "not_started"),
        (play(phase=""), "not_started"),
        (play(phase="Succeeded"), "succeeded"),
        (play(phase="Error"), "failed"),
        (play(phase="Lost"), UNKNOWN),
        ("odd", UNKNOWN),
    ],
)
def test_the_state(workflow, word):
    assert told("workflow_state", workflow)[0] == word


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ({}, "no"),
        ({"shutdown": ""}, "no"),
        ({"shutdown": "Stop"}, "not_acted_on"),
        ({"shutdown": "Stop", "suspend": True}, "waits"),
        ({"shutdown": ["Stop"]}, UNKNOWN),
    ],
)
def test_whether_it_was_asked_to_stop(spec, word):
    assert told("workflow_stop_requested", play(("h", 5), **spec))[0] == word


def template(duration):
    return {"templates": [None, {"name": "h", "suspend": {"duration": duration}}]}


@pytest.mark.parametrize(
    ("workflow", "word"),
    [
        (play(), UNKNOWN),
        (play(("wait-pr-merged", 5)), "merge"),
        (play(("wait-pr-approved", 5)), "event"),
        (play(("wait-pr-approved", 5), suspend=True), "spec_suspend"),
        (play(("bank", 5)), "other"),
        (play(("bank", 5), **template("10m")), "timed"),
        (play(("bank", 5), **template("600")), "timed"),
        (play(("bank", 5), stored=template("60")), "overdue"),
        (play(("bank", 5), **template("soon")), "other"),
        (play(("bank", 5), **template({"x": 1})), "other"),
    ],
)
def test_at_which_hold_it_waits(workflow, word):
    assert told("workflow_hold", workflow)[0] == word


def test_the_facts_of_a_hold_name_the_event_that_ends_it():
    said = PROBES["workflow_hold"].judge(scene(values={"workflow": play(("wait-pr-merged", 5))}), {})
    assert said.facts == {"hold": "wait-pr-merged", "waits_for": "the pull request is merged"}


def test_why_it_is_suspended_is_data_whatever_stands_there():
    notes = {"ops.agent-platform/suspend-reason": "{{ x }} <b>", "ops.agent-platform/suspend-actor": "kim"}
    word, words = told("workflow_why_suspended", play(annotations=notes))
    assert (word, words) == ("recorded", "suspended by kim: {{ x }} <b>")
    assert told("workflow_why_suspended", play(annotations=["odd"]))[0] == "not_recorded"


@pytest.mark.parametrize(
    ("workflow", "limits", "word"),
    [
        (play(("h", 59)), {}, "young"),
        (play(("h", 61)), {}, "old"),
        (play(("h", 61)), {"expected": "2h"}, "young"),
        (play(suspend=True), {}, UNKNOWN),
    ],
)
def test_whether_it_waits_for_longer_than_usual(workflow, limits, word):
    assert told("workflow_hold_age", workflow, **limits)[0] == word


TASK = {"task-id": "7"}


@pytest.mark.parametrize(
    ("hold", "labels", "parameters", "word"),
    [
        ("wait-pr-merged", None, None, "no_task"),
        ("wait-pr-merged", TASK, [{"name": "task-id", "value": 8}], "differs"),
        ("wait-pr-merged", TASK, [{"name": "task-id", "value": 7}, None], "merge_stage"),
        ("wait-pr-merged", {**TASK, "current-stage": "waiting-pr-merged"}, "odd", "match"),
        ("wait-pr-created", {**TASK, "current-stage": "pending"}, [], "wrong_stage"),
        ("bank", TASK, [], "match"),
    ],
)
def test_what_sensors_find_it_by(hold, labels, parameters, word):
    assert told("workflow_labels", play((hold, 5), labels=labels, parameters=parameters))[0] == word
