# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import drained, plan, verdicts
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node, pod, scene

NODES = [node("a"), node("b")]
WEB = [pod("x"), pod("y", "b")]
AGENT = pod("agent", owner=("Job", "j"), labels={"github-user": "5dlabs-rex"})


def begin(*pods: dict, **policy: object) -> drained.State:
    cluster = scene(NODES, pods)
    return drained.State.begin(cluster, plan.simulate(cluster, Policy(**policy), ["a"])[0])


def look(state: drained.State, *pods: dict) -> drained.State:
    cluster = scene(NODES, pods)
    state.look(cluster, verdicts.judge(cluster, Policy(), "a"))
    return state


def told(rows: list[Action]) -> dict[str, tuple[str, str]]:
    return {one.name: (one.outcome, one.reason) for one in rows}


def test_what_was_asked_to_go_keeps_its_verdict_while_it_goes() -> None:
    state = begin(*WEB)
    state.asked.add("uid-x")
    look(state, pod("x", deleting=True), WEB[1])
    assert state.seen["uid-x"].action == "evict"
    look(state, WEB[1], pod("z", "b"))
    assert (state.left(), state.missing()) == ([], {})
    assert told(drained.outcomes(state, "a", 9, True)) == {"a": ("changed", ""), "x": ("changed", "")}


def test_work_that_ended_by_itself_is_no_change_of_ours() -> None:
    state = look(begin(AGENT))
    assert told(drained.outcomes(state, "a", 9, False))["agent"] == ("unchanged", "an agent is at work in it")
    assert drained.outcomes(state, "a", 9, False)[0].outcome == "unchanged"


def test_what_is_still_there_is_told_with_its_reason() -> None:
    state = begin(*WEB, AGENT)
    state.held_back["uid-x"] = "the budget needs 2"
    rows = told(drained.outcomes(state, "a", 9, True))
    assert rows["x"] == ("refused", "its budget lets it not go: the budget needs 2")
    assert rows["agent"] == ("refused", "still there after 9 s: an agent is at work in it")
    outcome, words = rows["a"]
    assert outcome == "unverified"
    assert words.startswith("2 things on it after 9 s, so it stays cordoned, and another run goes on, such as Pod ns/")


def test_a_pod_that_comes_meanwhile_has_to_go_too() -> None:
    state = look(begin(*WEB), *WEB, pod("late"))
    assert [one.name for one in state.left()] == ["late", "x"]


def test_a_controller_must_have_as_many_healthy_pods_as_before_unless_its_pod_may_wait() -> None:
    state = look(begin(*WEB), WEB[1])
    assert list(state.missing().values()) == [(1, 2)]
    large = pod("x", cpu="3")
    accepted = begin(large, pod("y", "b", cpu="3"), confirmed=frozenset({"ns/x"}))
    assert look(accepted, pod("y", "b")).missing() == {}


def test_a_refusal_names_what_must_be_decided_and_what_fits_nowhere() -> None:
    cluster = scene(NODES, [pod("x", owner=())])
    asked = drained.refusals(plan.simulate(cluster, Policy(), ["a"])[0])
    assert told(asked) == {
        "a": ("refused", "1 question open, and nothing was touched"),
        "x": ("refused", "no controller would make it again"),
    }
    full = scene([node("a"), node("b", cpu="0")], [pod("x"), pod("y")])
    homeless = told(drained.refusals(plan.simulate(full, Policy(), ["a"])[0]))
    assert homeless["x"][1] == "no node takes it meanwhile: 1 node: cordoned, 1 node: not enough cpu"


def test_a_plan_says_where_there_is_room_and_what_is_waited_for() -> None:
    cluster = scene(NODES, [*WEB, AGENT])
    rows = drained.planned(plan.simulate(cluster, Policy(), ["a"])[0], cluster.nodes["a"])
    assert [(one.name, one.outcome, one.detail) for one in rows] == [
        ("a", "planned", ""),
        ("agent", "unchanged", ""),
        ("x", "planned", "room for it is on b"),
    ]
