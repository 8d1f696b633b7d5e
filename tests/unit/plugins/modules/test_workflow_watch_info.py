# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module against a server whose objects change, or that fails, while it follows."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflow_watch
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import watch
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.watched_cluster import WatchedCluster
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

AS_OF = "2026-11-21T08:00:00Z"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(watch, "_PAUSE", 0.05)
    monkeypatch.setattr(watch, "_LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(workflow_watch, "_AFTERWARDS", 0.3)


def node(name, kind, phase, started, finished=None):
    times = {
        "startedAt": f"2026-11-21T{started}:00Z",
        **({"finishedAt": f"2026-11-21T{finished}:00Z"} if finished else {}),
    }
    return {"id": name, "name": f"play.{name}", "displayName": name, "type": kind, "phase": phase, **times}


def play(phase="Running", *nodes, **extra):
    meta = {
        "namespace": "argo",
        "name": "play",
        "creationTimestamp": "2026-11-21T07:00:00Z",
        "labels": {"task-id": "7"},
    }
    said = {"phase": phase, "startedAt": "2026-11-21T07:00:00Z", "nodes": {one["id"]: one for one in nodes}}
    if phase in ("Succeeded", "Failed"):
        said["finishedAt"] = "2026-11-21T08:00:00Z"
    return {"metadata": meta, "spec": {}, "status": {**said, **extra}}


def owned(name, **labels):
    return {
        "metadata": {"namespace": "argo", "name": name, "creationTimestamp": "2026-11-21T07:30:00Z", "labels": labels}
    }


WORK = node("work", "Pod", "Running", "07:50")
WORKED = node("work", "Pod", "Succeeded", "07:50", "07:55")
HOLD = node("wait-pr-merged", "Suspend", "Running", "07:55")
RESUMED = node("wait-pr-merged", "Suspend", "Succeeded", "07:55", "07:59")


@pytest.fixture
def cluster():
    made = WatchedCluster()
    made.put("workflows", play("Running", WORK))
    return made


@contextmanager
def then(server, *actions):
    """Each action at its second after the workflow began to be watched, however slow the machine is."""

    def act(seconds, action):
        until = time.monotonic() + 10
        while not any(request.query.get("watch") and request.path.endswith("workflows") for request in server.requests):
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(seconds)
        action()

    threads = [threading.Thread(target=act, args=action) for action in actions]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


@pytest.fixture
def follow(run_module, kubeconfig):
    def run(cluster, *actions, check=False, **options):
        with FaultServer(cluster) as server, then(server, *actions):
            asked = {"name": "play", "as_of": AS_OF, "timeout": "5s", "request_timeout": 2, **options}
            result = run_module("workflow_watch_info", check=check, kubeconfig=kubeconfig(server), **asked)
            assert server.writes == []
            result["requests"] = [request.path for request in server.requests]
            return result

    return run


def told(result):
    return [f"{row['name']}: {row['message'].split(';')[0]}" for row in result["timeline"]]


@pytest.mark.parametrize("check", [False, True])
def test_it_follows_to_the_hold_and_says_what_ends_it(cluster, follow, check):
    result = follow(cluster, (0.5, lambda: cluster.put("workflows", play("Running", WORKED, HOLD))), check=check)
    assert (result["end"], result["changed"]) == ("held", False)
    assert result["line"] == "held at wait-pr-merged for 5 min; it goes on when the pull request is merged"
    assert told(result) == [
        "play: started",
        "work: started",
        "work: succeeded after 5 min",
        "wait-pr-merged: hold began",
    ]
    assert result["workflow"]["state"] == "held"


def test_it_follows_through_a_hold_to_the_end_when_asked(cluster, follow):
    result = follow(
        cluster,
        (0.4, lambda: cluster.put("workflows", play("Running", WORKED, HOLD))),
        (0.9, lambda: cluster.put("workflows", play("Succeeded", WORKED, RESUMED))),
        stop_at_hold=False,
    )
    assert (result["end"], result["workflow"]["state"]) == ("ended", "succeeded")
    assert told(result)[-2:] == ["wait-pr-merged: hold ended after 4 min", "play: succeeded"]


def test_a_hold_that_ends_at_once_is_not_the_end(cluster, follow):
    result = follow(
        cluster,
        (0.4, lambda: cluster.put("workflows", play("Running", WORKED, HOLD))),
        (0.5, lambda: cluster.put("workflows", play("Succeeded", WORKED, RESUMED))),
    )
    assert result["end"] == "ended"


def test_one_that_has_ended_is_told_without_waiting(cluster, follow):
    cluster.put("workflows", play("Failed", WORKED, message="child failed"))
    result = follow(cluster, timeout="1h")
    assert (result["end"], result["findings"][0]["status"]) == ("ended", "critical")
    assert result["cost"]["seconds"] < 2


def test_one_that_is_deleted_and_made_again_is_deleted(cluster, follow):
    again = play("Running", WORK)
    again["metadata"]["uid"] = "uid-another"
    result = follow(
        cluster,
        (0.4, lambda: cluster.put("workflows", play("Running", WORK), "DELETED")),
        (0.45, lambda: cluster.put("workflows", again, "ADDED")),
    )
    assert (result["end"], result["line"]) == ("deleted", "deleted while it was running")


def test_one_that_goes_on_is_a_warning_when_the_time_is_over(cluster, follow):
    result = follow(cluster, timeout="1s")
    assert (result["end"], result["findings"][0]["status"]) == ("timeout", "warning")


def test_nodes_that_are_elsewhere_are_unknown_and_the_phase_is_followed_still(cluster, follow):
    cluster.put("workflows", play("Running", offloadNodeStatusVersion="fnv:1"))
    far = play("Succeeded", offloadNodeStatusVersion="fnv:2")
    result = follow(cluster, (0.5, lambda: cluster.put("workflows", far)))
    assert (result["end"], result["nodes"]) == ("ended", None)
    assert ("workflow_nodes", "unknown") in [(one["check"], one["status"]) for one in result["findings"]]


def test_pods_coderuns_and_events_go_along_and_those_of_other_workflows_do_not(cluster, follow):
    own = {"workflows.argoproj.io/workflow": "play"}
    dead = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-21T07:50:00Z"}
    states = [{"name": "main", "state": {"terminated": dead}}, {"name": "sidecar", "state": {"running": {}}}]
    cluster.put(
        "pods", {**owned("agent", **{"task-id": "7"}), "status": {"phase": "Running", "containerStatuses": states}}
    )
    cluster.put("pods", {**owned("play-work", **own), "status": {"phase": "Running"}})
    earlier = owned("earlier", **{"task-id": "7"})
    earlier["metadata"]["creationTimestamp"] = "2026-11-20T07:00:00Z"
    cluster.put("pods", earlier)
    cluster.put("coderuns", {**owned("run", **{"task-id": "7"}), "status": {"phase": "Dancing"}})
    cluster.put("coderuns", owned("other", **{"task-id": "7", "workflow-name": "another-play"}))
    for about in ("play-work", "stranger"):
        known = {"involvedObject": {"kind": "Pod", "name": about}, "type": "Warning", "reason": "BackOff"}
        cluster.put("events", {"metadata": {"name": f"event-{about}", "namespace": "argo"}, **known})
    gone = {**owned("play-work", **own), "status": {"phase": "Succeeded"}}
    result = follow(cluster, (0.5, lambda: cluster.put("pods", gone, "DELETED")), timeout="1s")
    assert sorted(pod["name"] for pod in result["pods"]) == ["agent", "play-work"]
    assert [pod["gone"] != "" for pod in sorted(result["pods"], key=lambda pod: pod["name"])] == [False, True]
    assert [run["name"] for run in result["coderuns"]] == ["run"]
    assert [event["name"] for event in result["events"]] == ["play-work"]
    statuses = {(one["check"], one["status"]) for one in result["findings"]}
    assert statuses >= {("pods", "critical"), ("workflow_coderun", "unknown"), ("workflow_end", "warning")}


@pytest.mark.parametrize(
    ("plural", "answer", "parts"),
    [
        ("events", status(403, "events is forbidden"), {"events", "events of pods"}),
        ("coderuns", status(404, "the server could not find the requested resource"), {"CodeRuns"}),
        ("pods", status(500, "etcd is down"), {"pods", "pods of agents"}),
    ],
)
def test_what_cannot_be_read_beside_the_workflow_is_unknown_and_following_goes_on(
    cluster, follow, plural, answer, parts
):
    cluster.refuse[plural] = answer
    result = follow(cluster, (0.5, lambda: cluster.put("workflows", play("Succeeded", WORKED))), timeout="20s")
    assert result["end"] == "ended"
    unread = [one for one in result["findings"] if one["check"] == "workflow_parts"]
    assert {one["value"] for one in unread} == parts
    assert {one["status"] for one in unread} == {"unknown"}


def test_a_server_that_is_gone_in_the_end_is_unknown(cluster, follow):
    def go_away():
        cluster.refuse["workflows"] = Answer(hang_up=True)

    result = follow(cluster, (0.5, go_away), timeout="3s")
    assert (result["end"], result["findings"][0]["status"]) == ("unreachable", "unknown")


def test_a_server_that_comes_back_is_followed_on(cluster, follow):
    def come_back():
        del cluster.refuse["workflows"]
        cluster.put("workflows", play("Succeeded", WORKED))

    actions = (0.3, lambda: cluster.refuse.update(workflows=status(410, "too old"))), (0.8, come_back)
    result = follow(cluster, *actions, timeout="20s")
    assert (result["end"], result["workflow"]["state"]) == ("ended", "succeeded")


def test_rights_that_are_taken_away_end_it_at_once_as_unknown(cluster, follow):
    refusal = status(403, "no more workflows for you")
    result = follow(cluster, (0.3, lambda: cluster.refuse.update(workflows=refusal)), timeout="1h")
    assert (result["end"], result["findings"][0]["status"]) == ("unreachable", "unknown")
    assert "no more workflows for you" in " ".join(one["message"] for one in result["findings"])


def test_the_lines_are_told_as_progress_while_it_goes(cluster, follow, tmp_path, monkeypatch):
    file = tmp_path / "progress"
    monkeypatch.setenv("AGENT_PLATFORM_PROGRESS", str(file))
    follow(cluster, (0.5, lambda: cluster.put("workflows", play("Succeeded", WORKED))))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {line["task"] for line in lines} == {"argo/play"}
    *_earlier, node_line, workflow_line, end = [line["message"] for line in lines]
    assert (node_line, workflow_line) == ("Node work: succeeded after 5 min", "Workflow play: succeeded")
    assert end.startswith("succeeded")


def test_more_than_a_thousand_lines_go_into_a_file(cluster, follow, tmp_path):
    nodes = [node(f"n{number:04}", "Pod", "Succeeded", "07:10", "07:20") for number in range(700)]
    cluster.put("workflows", play("Succeeded", *nodes))
    result = follow(cluster, rows_directory=str(tmp_path))
    assert len(result["timeline"]) == 1000
    rows = [json.loads(line) for line in Path(result["timeline_file"]).read_text().splitlines()]
    assert (len(rows), rows[-1]["message"]) == (1402, "succeeded")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "none is given"),
        ({"selector": "a=b"}, "name and selector are given"),
        ({"name": "{{ 7 * 7 }}"}, "name: '{{ 7 * 7 }}' cannot be the name"),
        ({"timeout": "soon"}, "timeout: 'soon' is not a duration"),
        ({"hold_expected": "-1h"}, "hold_expected"),
        ({"as_of": "yesterday"}, "as_of"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_asked(cluster, follow, options, words):
    result = follow(cluster, **options)
    assert words in result["msg"]
    assert result["requests"] == []
