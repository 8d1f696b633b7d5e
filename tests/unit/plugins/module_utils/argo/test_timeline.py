# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.timeline import in_order, news
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    HOUR,
    at,
    hold,
    node,
    workflow,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.scenes import (
    coderun,
    ended,
    event,
    pod,
    running,
    scene,
    waiting,
)


def play(nodes=None, phase="Running", **more):
    return workflow("play", phase, created=HOUR, started=HOUR, nodes=nodes, **more)


def said(seen, told=None):
    """(status, name: message) of the news of a scene."""
    return [(row["status"], f"{row['name']}: {row['message']}") for row in news(seen, set() if told is None else told)]


def about(kind, seen):
    return [(row["status"], row["message"]) for row in news(seen, set()) if row["kind"] == kind]


def test_what_was_before_following_began_is_told_in_order_with_its_own_times():
    nodes = {
        "c": hold("wait-ready-for-qa", 600),
        "a": node("Pod", "Succeeded", "work", 3000, 1200),
        "b": node("Pod", "Failed", "check", 1200, 900) | {"message": "exit code 1"},
    }
    assert news(scene(play(nodes)), set()) == [
        {"time": at(age), "status": status, "kind": kind, "name": name, "message": message}
        for age, status, kind, name, message in (
            (HOUR, "ok", "Workflow", "play", "started"),
            (3000, "ok", "Node", "work", "started"),
            (1200, "ok", "Node", "work", "succeeded after 30 min"),
            (1200, "ok", "Node", "check", "started"),
            (900, "warning", "Node", "check", "failed after 5 min: exit code 1"),
            (600, "ok", "Node", "wait-ready-for-qa",
             "hold began; it goes on when the pull request gets the label ready-for-qa"),
        )
    ]  # fmt: skip


def test_the_same_scene_has_no_news():
    told = set()
    seen = scene(play({"a": node("Pod", "Running", "work", 10)}), pods=(pod("agent", "Running", running("main")),))
    assert said(seen, told)
    assert said(seen, told) == []


def test_only_what_changed_is_news():
    told = set()
    said(scene(play({"a": hold("wait-pr-merged", 600)})), told)
    done = {
        "a": {**hold("wait-pr-merged", 600, "Succeeded"), "finishedAt": at(60)},
        "b": node("Pod", "Pending", "next"),
    }
    assert said(scene(play(done)), told) == [("ok", "wait-pr-merged: hold ended after 9 min")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (node("Pod", "Pending", "a", 5) | {"message": "Unschedulable: 0/3"}, [("ok", "pending: Unschedulable: 0/3")]),
        (node("Pod", "Pending", "a", 5) | {"message": "PodInitializing"}, []),
        (node("Pod", "Pending", "a", 5), []),
        (node("Pod", "Skipped", "a", 5, 5) | {"message": "when false"}, [("ok", "skipped: when false")]),
        (node("Pod", "Error", "a", 5, 3), [("ok", "started"), ("warning", "error after 2 s")]),
        (node("Suspend", "Failed", "a", 5, 3), [("ok", "hold began"), ("warning", "failed after 2 s")]),
        (node("Pod", "Succeeded", "a"), [("ok", "succeeded")]),
    ],
    ids=lambda value: value["phase"] if isinstance(value, dict) else "",
)
def test_a_node(given, expected):
    assert about("Node", scene(play({"a": given}))) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (pod("p", "Running", running("main")), [("ok", "scheduled to node-1")]),
        (
            pod("p", "Pending", node="", conditions=[{"type": "PodScheduled", "status": "False", "message": "no cpu"}]),
            [("warning", "no node takes it: no cpu")],
        ),
        (
            pod("p", "Running", ended("main", 137, reason="OOMKilled"), running("sidecar")),
            [
                ("ok", "scheduled to node-1"),
                ("critical", "main was killed for want of memory (OOMKilled), while sidecar lives on"),
            ],
        ),
        (
            pod("p", "Running", ended("claude-code", 1), running("sidecar")),
            [
                ("ok", "scheduled to node-1"),
                ("critical", "claude-code ended with exit code 1 (Error), while sidecar lives on"),
            ],
        ),
        (
            pod("p", "Running", ended("sidecar", 1), running("claude-code")),
            [
                ("ok", "scheduled to node-1"),
                ("warning", "sidecar ended with exit code 1 (Error), while claude-code lives on"),
            ],
        ),
        (
            pod("p", "Pending", waiting("main", "ImagePullBackOff", "no such image")),
            [("ok", "scheduled to node-1"), ("warning", "main waits: ImagePullBackOff (no such image)")],
        ),
        (pod("p", "Pending", waiting("main", "ContainerCreating")), [("ok", "scheduled to node-1")]),
        (
            pod("p", "Running", running("main", 60, 2, exitCode=1, reason="Error", finishedAt=at(70))),
            [("ok", "scheduled to node-1"), ("warning", "main was restarted: it ended with exit code 1 (Error)")],
        ),
        (
            pod("p", "Failed", reason="Evicted", message="node ran out of disk"),
            [("ok", "scheduled to node-1"), ("warning", "failed: node ran out of disk")],
        ),
        (pod("p", "Succeeded", ended("main", 0)), [("ok", "succeeded"), ("ok", "scheduled to node-1")]),
    ],
    ids=["runs", "unplaced", "out of memory", "main died", "sidecar died", "no image", "usual", "restarted", "evicted",
         "succeeded"],
)  # fmt: skip
def test_a_pod(given, expected):
    assert sorted(about("Pod", scene(play(), pods=(given,)))) == sorted(expected)


def test_an_end_of_a_pod_has_the_time_of_its_last_container():
    rows = news(scene(play(), pods=(pod("p", "Succeeded", ended("main", 0, 50), ended("wait", 0, 40)),)), set())
    assert [row["time"] for row in rows if row["message"] == "succeeded"] == [at(40)]


def test_what_was_removed_is_told_once():
    told, gone = set(), {"uid-agent": at(3)}
    said(scene(play(), pods=(pod(),)), told)
    assert said(scene(play(), pods=(pod(),), gone=gone), told) == [("ok", "agent: was removed")]


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("Running", ("ok", "running")),
        ("Failed", ("warning", "failed: no pull request was made")),
        ("Dancing", ("unknown", "unknown: no controller writes the phase 'Dancing'")),
    ],
)
def test_a_coderun(phase, expected):
    message = {"message": "no pull request was made"} if phase == "Failed" else {}
    assert about("CodeRun", scene(play(), coderuns=(coderun(phase, **message),))) == [expected]


def test_a_pull_request_is_news_by_itself():
    told, url = set(), "https://github.com/5dlabs/cto/pull/7"
    said(scene(play(), coderuns=(coderun("Running"),)), told)
    assert said(scene(play(), coderuns=(coderun("Running", pullRequestUrl=url),)), told) == [
        ("ok", f"run: pull request {url}")
    ]


def test_of_events_only_warnings_are_told_and_the_same_words_once():
    given = (
        event("Scheduled", "to node", "Normal"),
        event("BackOff", "again"),
        {**event("BackOff", "again"), "metadata": {}},
    )
    assert about("Pod", scene(play(), events=given)) == [("warning", "BackOff: again")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (play(phase="Succeeded", finished=9), [("ok", "started"), ("ok", "succeeded")]),
        (
            play(phase="Failed", finished=9, status={"message": "child\nfailed"}),
            [("ok", "started"), ("critical", "failed: child failed")],
        ),
        (play({"a": hold("wait-x", 7 * HOUR)}), [("ok", "started"), ("critical", "stuck at wait-x for 7 h")]),
        (
            play({}, spec={"shutdown": "Stop"}),
            [("ok", "started"), ("warning", "somebody asks it to stop (Stop)")],
        ),
        (
            play({}, metadata={"deletionTimestamp": at(5), "finalizers": ["x/y"]}),
            [("ok", "started"), ("warning", "its deletion is asked for")],
        ),
        (
            play(status={"offloadNodeStatusVersion": "1"}),
            [
                ("ok", "started"),
                ("unknown", "cannot tell: the nodes are off-loaded to the controller's database"),
            ],
        ),
        (workflow("play", created=HOUR), [("warning", "no controller has picked it up for 60 min")]),
        (workflow("play", created=5), []),
    ],
    ids=["succeeded", "failed", "stuck", "stop", "deleting", "off-loaded", "never picked up", "new"],
)
def test_the_workflow_itself(given, expected):
    assert about("Workflow", scene(given)) == expected


def test_spec_suspend_is_told_when_it_comes_and_when_it_goes():
    told, running_node = set(), {"a": node("Pod", "Running", "work", 60)}
    before = scene(play(running_node, spec={"suspend": True}))
    assert ("warning", "play: is held by spec.suspend; it goes on when somebody takes spec.suspend away") in said(
        before, told
    )
    assert said(scene(play(running_node)), told) == [("ok", "play: spec.suspend is taken away")]
    assert said(scene(play(running_node)), told) == []


def test_names_and_words_of_others_stay_as_they_are_on_one_line():
    nasty = node("Pod", "Failed", "{{ 7 * 7 }}<script>", 5, 3) | {"message": "a\nb {{ c }} <b>"}
    rows = [row for row in news(scene(play({"a": nasty})), set()) if row["kind"] == "Node"]
    assert rows[-1]["name"] == "{{ 7 * 7 }}<script>"
    assert rows[-1]["message"] == "failed after 2 s: a b {{ c }} <b>"


def test_rows_of_one_second_stay_in_the_order_in_which_they_were_told():
    rows = [{"time": at(5), "message": "b"}, {"time": at(9), "message": "c"}, {"time": at(5), "message": "a"}]
    assert [row["message"] for row in in_order(rows)] == ["c", "b", "a"]


def test_a_hold_that_is_not_of_the_play_promises_nothing():
    assert resumed_when("wait-for-godot") == ""
