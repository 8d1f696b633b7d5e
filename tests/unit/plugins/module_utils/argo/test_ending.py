# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import ending
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ending import Limits
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    HOUR,
    hold,
    node,
    workflow,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.scenes import (
    coderun,
    ended,
    pod,
    running,
    scene,
)

LIMITS = Limits(stop_at_hold=True, hold=HOUR, stuck=6 * HOUR)
THROUGH = Limits(stop_at_hold=False, hold=HOUR, stuck=6 * HOUR)


def play(nodes=None, phase="Running", **more):
    return workflow("play", phase, created=9 * HOUR, started=9 * HOUR, nodes=nodes, **more)


SUCCEEDED = scene(play(phase="Succeeded", finished=60))
FAILED = scene(play(phase="Failed", finished=60, status={"message": "child failed"}))
HELD = scene(play({"a": hold("wait-pr-approved", 600)}))
HELD_LONG = scene(play({"a": hold("wait-pr-approved", 2 * HOUR)}))
STUCK = scene(play({"a": hold("wait-pr-merged", 8 * HOUR)}))
SILENT = scene(play({"a": node("Pod", "Running", "work", 8 * HOUR)}))
RUNNING = scene(play({"a": node("Pod", "Running", "work", 60), "b": node("Pod", "Running", "check", 60)}))
SUSPENDED = scene(play({"a": node("Pod", "Succeeded", "work", 60, 30)}, spec={"suspend": True}))
FAR = scene(play(status={"offloadNodeStatusVersion": "1"}))
ORPHAN = scene(workflow("play", created=9 * HOUR))


@pytest.mark.parametrize(
    ("seen", "limits", "facts", "expected"),
    [
        (SUCCEEDED, LIMITS, {}, "ended"),
        (SUCCEEDED, LIMITS, {"gone": True}, "ended"),
        (FAILED, LIMITS, {"over": True, "lost": True}, "ended"),
        (RUNNING, LIMITS, {}, ""),
        (RUNNING, LIMITS, {"gone": True, "over": True}, "deleted"),
        (RUNNING, LIMITS, {"over": True}, "timeout"),
        (RUNNING, LIMITS, {"over": True, "lost": True}, "unreachable"),
        (RUNNING, LIMITS, {"lost": True}, ""),
        (HELD, LIMITS, {}, "held"),
        (HELD, THROUGH, {}, ""),
        (HELD, THROUGH, {"over": True}, "timeout"),
        (SUSPENDED, LIMITS, {}, "held"),
        (STUCK, THROUGH, {}, "stuck"),
        (SILENT, LIMITS, {}, "stuck"),
        (FAR, LIMITS, {}, ""),
        (FAR, LIMITS, {"over": True}, "timeout"),
        (ORPHAN, LIMITS, {}, ""),
    ],
)
def test_when_following_ends(seen, limits, facts, expected):
    facts = {"gone": False, "over": False, "lost": False} | facts
    assert ending.end(seen.judgement, limits, **facts) == expected
    assert expected in ("", *ending.ENDS)


@pytest.mark.parametrize(
    ("end", "seen", "status", "line"),
    [
        ("ended", SUCCEEDED, "ok", "succeeded 60 s ago"),
        ("ended", FAILED, "critical", "failed 60 s ago: child failed"),
        ("held", HELD, "ok",
         "held at wait-pr-approved for 10 min; it goes on when 5DLabs-Tess approves the pull request"),
        ("held", HELD_LONG, "warning",
         "held at wait-pr-approved for 2 h; it goes on when 5DLabs-Tess approves the pull request"),
        ("held", SUSPENDED, "warning",
         "held at spec.suspend, nothing says since when; it goes on when somebody takes spec.suspend away"),
        ("stuck", STUCK, "critical", "stuck at wait-pr-merged for 8 h; it goes on when the pull request is merged"),
        ("stuck", SILENT, "critical", "stuck: no progress for 8 h while work runs"),
        ("deleted", RUNNING, "warning", "deleted while it was running"),
        ("timeout", RUNNING, "warning", "running for 9 h when following ended after 10 min; at work: check, work"),
        ("timeout", ORPHAN, "warning", "no controller has picked it up for 9 h when following ended after 10 min"),
        ("timeout", FAR, "unknown",
         "cannot tell: the nodes are off-loaded to the controller's database when following ended after 10 min"),
        ("unreachable", RUNNING, "unknown",
         "cannot tell: it could not be read any more; running when it was last seen"),
    ],
)  # fmt: skip
def test_what_is_said_of_each_end(end, seen, status, line):
    assert ending.line(end, seen, 600) == line
    (found,) = [one for one in ending.findings(end, seen, LIMITS, {}, line) if one["check"] == "workflow_end"]
    assert (found["status"], found["message"]) == (status, line)
    assert found["evidence"] == "kubectl -n argo get workflow play -o yaml"


def others(seen, end="timeout", unread=()):
    found = ending.findings(end, seen, LIMITS, dict(unread), "")
    return [(one["check"], one["status"]) for one in found if one["check"] != "workflow_end"]


DEAD = pod("agent", "Running", ended("main", 137, reason="OOMKilled"), running("sidecar"))


def test_a_dead_agent_beside_a_living_sidecar_is_critical():
    assert others(scene(play({"a": hold("x", 5)}), pods=(pod("well", "Running", running("main")), DEAD))) == [
        ("pods", "critical")
    ]


def test_what_pods_came_to_before_a_good_end_is_a_warning_and_of_removed_ones_nothing():
    done = play(phase="Succeeded", finished=60)
    assert others(scene(done, pods=(DEAD,)), "ended") == [("pods", "warning")]
    assert others(scene(done, pods=(DEAD,), gone={"uid-agent": "2026-11-21T08:00:00Z"}), "ended") == []


@pytest.mark.parametrize(("phase", "status"), [("Failed", "warning"), ("Dancing", "unknown")])
def test_a_coderun_that_failed_or_cannot_be_told(phase, status):
    assert others(scene(play({"a": hold("x", 5)}), coderuns=(coderun(phase),))) == [("workflow_coderun", status)]


def test_what_could_not_be_read_is_unknown_never_left_out():
    assert others(HELD, unread={"events": "events is forbidden"}) == [("workflow_parts", "unknown")]
    assert others(FAR) == [("workflow_nodes", "unknown")]


def test_contradictions_are_told():
    lying = scene(play({"a": hold("x", 5)}, labels={"workflows.argoproj.io/completed": "true"}))
    assert others(lying) == [("workflow_contradiction", "warning")]


def test_the_judgement_goes_along_with_what_the_hold_waits_for():
    seen = ending.summary(HELD)
    assert (seen["kind"], seen["name"], seen["uid"], seen["state"]) == ("Workflow", "play", "uid-play", "held")
    assert seen["hold"]["name"] == "wait-pr-approved"
    assert seen["goes_on_when"] == "5DLabs-Tess approves the pull request"
    assert ending.summary(RUNNING)["goes_on_when"] == ""
