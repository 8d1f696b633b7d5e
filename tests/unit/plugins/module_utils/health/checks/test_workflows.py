# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.workflows import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo import builders
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    look,
    said,
)


def judged(state: object, message: object = "said", phase: str = "Running", name: str = "w", **more: object) -> dict:
    return {
        "metadata": {"namespace": "argo", "name": name},
        "judgement": {"state": state, "phase": phase, "message": message, **more},
    }


def looked(*items: object, **thresholds: object) -> list[dict]:
    return look(CHECK, {"workflows": [{"counts": {}, "open": list(items), "ended": []}]}, **thresholds)


@pytest.mark.parametrize(
    ("one", "status", "words"),
    [
        (judged("stuck", "stuck at wait-pr-merged for 7 h"), "critical", "stuck at wait-pr-merged for 7 h (limit 6 h)"),
        (judged("never_picked_up", "nobody", ""), "critical", "nobody (limit 10 min)"),
        (judged("pending", "pending for 7 h", "Pending", age=25_200), "critical", "pending for 7 h (limit 6 h)"),
        (judged("unknown", "cannot tell: off-loaded"), "unknown", "cannot tell: off-loaded"),
        (judged("held", "held at spec.suspend; torn", cannot_tell="torn"), "unknown", "held at spec.suspend; torn"),
        (judged("dreaming"), "unknown", "said"),
        (judged(None, None), "unknown", "nothing tells how it stands"),
        (judged("running", contradictions=["a", "b"]), "warning", "contradicts itself: a; b"),
        (judged("stuck", contradictions=["a"]), "critical", "said (limit 6 h), contradicts itself: a"),
        (judged("succeeded", contradictions=["a"]), "warning", "contradicts itself: a"),
        (judged("unknown", NASTY), "unknown", NASTY),
    ],
)
def test_one_that_does_not_move_or_cannot_be_told_is_told(one, status, words):
    found = looked(one)
    assert said(found) == [(status, f"Workflow argo/w: {words}")]
    assert found[0]["evidence"] == "kubectl -n argo describe workflow w"


def test_the_others_are_counted_by_state():
    pending = judged("pending", "waits", "Pending", age=60)
    found = looked(judged("running"), judged("held"), pending, judged("pending", "new", "", age=25_200))
    assert said(found) == [("ok", "4 unfinished workflows: 1 held, 2 pending, 1 running")]
    assert said(looked()) == [("ok", "there are no unfinished workflows")]


@pytest.mark.parametrize("odd", [None, {}, "stuck", {"state": []}])
def test_a_judgement_of_another_shape_is_unknown(odd):
    assert [one["status"] for one in looked({"metadata": None, "judgement": odd})] == ["unknown"]


def test_what_the_judge_of_workflows_returns_is_understood():
    nodes = {"w-1": builders.hold("wait", 7 * builders.HOUR)}
    stuck = builders.workflow(phase="Running", started=9 * builders.HOUR, nodes=nodes)
    judgement = judge(stuck, builders.NOW).as_dict()
    found = looked({"metadata": {"namespace": "argo", "name": "w"}, "judgement": judgement})
    assert said(found) == [("critical", "Workflow argo/w: stuck at wait for 7 h (limit 6 h)")]


def test_thresholds_can_be_changed():
    assert looked(judged("pending", "waits", "Pending", age=3_600), stuck="30m")[0]["status"] == "critical"


@pytest.mark.parametrize(
    ("one", "runbook"),
    [
        (judged("stuck", holds=[{"name": "wait-pr-merged"}]), "diagnose_suspended_workflow"),
        (judged("stuck", holds=[]), "diagnose_slow_workflows"),
        (judged("never_picked_up", phase=""), "diagnose_slow_workflows"),
        (judged("unknown"), CHECK.runbook),
    ],
)
def test_what_it_waits_for_decides_how_it_is_diagnosed(one, runbook):
    assert (looked(one)[0]["runbook"] or CHECK.runbook) == runbook
