# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import followed
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    NOW,
    at,
    node,
    workflow,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.scenes import (
    coderun,
    ended,
    event,
    pod,
    running,
    waiting,
)


def named(kind, name, started=None):
    return {**node(kind, "Succeeded", name.rsplit(".", 1)[-1], started), "name": name}


def test_nodes_are_told_by_their_path_in_the_order_of_their_start():
    found = workflow(
        "play",
        "Running",
        nodes={
            "play": named("DAG", "play", 900),
            "b": named("Suspend", "play.wait-ready-for-qa", 100),
            "g": named("StepGroup", "play.work[0]", 500),
            "a": named("Pod", "play.work[0].create", 500),
            "s": named("Pod", "play[1].finish", 50),
            "x": named("Pod", "play.onExit", 10),
        },
    )
    assert [row["name"] for row in followed.node_rows(found)] == [
        "work.create",
        "wait-ready-for-qa",
        "finish",
        "onExit",
    ]


def test_a_workflow_that_is_one_node_shows_it():
    only = workflow("play", "Error", nodes={"play": named("Pod", "play", 9)})
    assert [row["name"] for row in followed.node_rows(only)] == ["play"]


def test_nodes_that_are_elsewhere_cannot_be_told():
    assert isinstance(followed.node_rows(workflow("play", status={"offloadNodeStatusVersion": "1"})), CannotTell)


def test_a_pod_is_told_with_each_container():
    row = followed.pod_row(
        pod(
            "agent",
            "Running",
            ended("main", 137, 7200, "OOMKilled"),
            running("sidecar"),
            waiting("dind", "ErrImagePull"),
        ),
        NOW,
        at(5),
    )
    assert row["containers"] == [
        "main: was killed for want of memory (OOMKilled), 2 h ago",
        "sidecar: running",
        "dind: waits (ErrImagePull)",
    ]
    assert (row["agent"], row["node"], row["gone"]) == ("5dlabs-rex", "node-1", at(5))


@pytest.mark.parametrize(
    ("condition", "node_name", "why"),
    [
        ({"type": "PodScheduled", "status": "False", "message": "0/3 nodes"}, "", "0/3 nodes"),
        ({"type": "PodScheduled", "status": "False"}, "", ""),
        ({"type": "PodScheduled", "status": "False", "message": "0/3 nodes"}, "node-1", None),
        ({"type": "PodScheduled", "status": "True"}, "node-1", None),
        ({"type": "Ready", "status": "False"}, "", None),
    ],
)
def test_why_no_node_takes_a_pod(condition, node_name, why):
    assert followed.unplaced(pod("agent", "Pending", node=node_name, conditions=[condition])) == why


def test_an_event_of_the_newer_api_is_read_as_well():
    old, new = event("BackOff", "again"), event("BackOff", "again")
    new = {**new, "regarding": new.pop("involvedObject"), "note": new.pop("message"), "eventTime": at(60)}
    del new["lastTimestamp"]
    assert followed.event_row(new) == followed.event_row(old)


ODD = [None, 7, "text", [], [None], {"a": None}, {"metadata": []}, True]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", ["metadata", "spec", "status", "involvedObject", "message", "count"])
def test_no_field_is_believed_to_have_its_type(odd, field):
    for item in (pod(), coderun("Running"), event("a", "b"), workflow("play", "Running")):
        broken = {**item, field: odd}
        followed.pod_row(broken, NOW)
        followed.coderun_row(broken)
        followed.event_row(broken)
        followed.node_rows(broken)


def test_words_of_others_become_one_bounded_line():
    assert followed.words("a\n\n b\t{{ c }}") == "a b {{ c }}"
    assert len(followed.words("x" * 5000)) == 300
    assert followed.words({"a": 1}) == ""
