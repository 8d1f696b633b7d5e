# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retry_nodes import (
    Graph,
    UnfitError,
    plan,
    pods,
    rebuilt,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo import graphs
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.graphs import WORKFLOW, node
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-11-21T08:00:00Z"


def planned(nodes, restart=(), expand=False):
    return plan(Graph.of(WORKFLOW, nodes), restart, expand)


@pytest.mark.parametrize(
    ("nodes", "removed", "reset"),
    [
        (graphs.STEPS, {"b"}, {"g1", WORKFLOW}),
        (graphs.DAG, {"c", "d"}, {WORKFLOW}),
        (graphs.RETRIES, {"b0", "b1"}, {"b", "g1", WORKFLOW}),
        (graphs.NESTED, {"y"}, {"s1", "s", WORKFLOW}),
        (graphs.STOPPED, {"hold"}, {"g0", WORKFLOW}),
        (graphs.LOOP, {"t1"}, {"t", WORKFLOW}),
        (graphs.CONTAINERS, {"p", "c0", "c1"}, {"g0", WORKFLOW}),
        (graphs.SINGLE, {WORKFLOW}, set()),
    ],
    ids=graphs.ALL,
)
def test_what_failed_goes_and_what_encloses_it_is_opened(nodes, removed, reset):
    assert planned(nodes) == (removed, reset)


def test_what_stays_keeps_its_results_and_loses_its_links_to_what_goes():
    graph = Graph.of(WORKFLOW, graphs.NESTED)
    nodes = rebuilt(graph, *plan(graph, (), expand=False), NOW)
    assert nodes.keys() == {WORKFLOW, "s", "s0", "x", "s1"}
    assert nodes["x"] == graphs.NESTED["x"]
    assert (nodes["s1"]["phase"], nodes["s1"]["startedAt"], nodes["s1"]["children"]) == ("Running", NOW, [])
    assert not {"finishedAt", "message"} & nodes["s1"].keys()
    assert nodes["s"]["outboundNodes"] == []


def test_the_pods_of_what_goes_and_of_exit_handlers_are_named_as_the_controller_names_them():
    graph = Graph.of(WORKFLOW, graphs.NESTED)
    removed, _reset = plan(graph, (), expand=False)
    assert pods(graph, removed, "v1") == ["e", "y"]
    assert pods(graph, removed, "") == ["play-work-1078627786", "play-work-4012251923"]
    assert pods(Graph.of(WORKFLOW, graphs.SINGLE), {WORKFLOW}, "v2") == [WORKFLOW]


def test_one_that_succeeded_is_run_again_when_it_is_named_with_all_that_came_after_it():
    removed, reset = planned(graphs.STEPS, restart=["a"])
    assert (removed, reset) == ({"a", "g1", "b", "c"}, {"g0", WORKFLOW})


def test_new_parameters_make_opened_groups_expand_again():
    assert planned(graphs.LOOP, expand=True) == ({"t0", "t1"}, {"t", WORKFLOW})


def test_a_failure_that_the_workflow_survived_stays():
    survived = {
        **node(WORKFLOW, "Steps", "Failed", "g0"),
        **node("g0", "StepGroup", "Succeeded", "a"),
        **node("a", "Pod", "Failed", "g1"),
        **node("g1", "StepGroup", "Failed", "b", "c"),
        **node("b", "Pod", "Failed"),
        **node("c", "Pod", "Succeeded"),
    }
    assert planned(survived)[0] == {"b"}


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ({"x": {"name": "x"}}, "its root node is not there"),
        ({**graphs.STEPS, **node("lost", "Pod", "Failed")}, "node lost has no parent"),
        ({**graphs.STEPS, **node("c", "Pod", "Succeeded", "nowhere")}, "has a child that is not there"),
        (node(WORKFLOW, "Steps", "Failed"), "no step of it has failed"),
        ({**graphs.STEPS, **node("b", "Pod", "Failed", inside="other")}, "the template around node"),
        ({**graphs.RETRIES, **node("g1", "StepGroup", "Failed", "b", "b2"),
          **node("b2", "Pod", "Failed", nodeFlag={"retried": True})}, "belongs to no Retry node"),
        ({**graphs.STEPS, **node("c", "Pod", "Succeeded", WORKFLOW)}, "its root node is not there, or not alone"),
    ],
)  # fmt: skip
def test_a_graph_in_which_something_does_not_fit_is_refused(nodes, why):
    with pytest.raises(UnfitError, match=why):
        planned(nodes)


KEYS = st.sampled_from(["play", "a", "b", "c", "d", "e"])
NODES = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["play", "play.a", "play.onExit", "play.b", 3]),
            "type": st.sampled_from(
                ["Steps", "StepGroup", "DAG", "TaskGroup", "Retry", "Pod", "Container", "Suspend", 1]
            ),
            "phase": st.sampled_from(["Failed", "Error", "Succeeded", "Running", "Omitted", None]),
            "children": st.lists(KEYS, max_size=3) | st.none(),
            "outboundNodes": st.lists(KEYS, max_size=2),
            "boundaryID": KEYS,
            "nodeFlag": st.sampled_from([{"retried": True}, {}, None]),
        },
    ),
    max_size=6,
)


@given(NODES)
def test_any_graph_is_planned_or_refused_and_nothing_else_is_lost(nodes):
    try:
        graph = Graph.of("play", nodes)
        removed, reset = plan(graph, (), expand=False)
    except UnfitError:
        return
    left = rebuilt(graph, removed, reset, NOW)
    assert left.keys() == {key for key in nodes if key not in removed and not graph.is_exit(key)}
    assert not removed & reset
    for key, one in left.items():
        assert key in reset or {**one, "children": 0, "outboundNodes": 0} == {
            **nodes[key],
            "children": 0,
            "outboundNodes": 0,
        }
        assert set(one.get("children") or ()) <= left.keys()
    assert all(
        graph.failed(key) or nodes[key].get("phase") != "Succeeded" or _after(graph, key, removed) for key in removed
    )


def _after(graph, key, removed):
    """It came after, or in the same pod as, something that goes."""
    return any(key in graph.below(one) for one in removed) or graph.kind(key) == "Pod"
