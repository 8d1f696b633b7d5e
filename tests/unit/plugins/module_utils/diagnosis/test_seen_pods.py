# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import seen_pods
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    REX,
    at,
    container,
    ended,
    pod,
    running,
    scene,
)

KILLED = ended(137, "OOMKilled")


def names(found):
    return [one.pod.name for one in found]


def test_its_own_are_those_of_the_agent_and_of_what_was_given_the_newest_first():
    pods = [
        pod(running(), name="old", made=at(hours=5)),
        pod(running(), name="new"),
        pod(running(), name="cleo", labels={"github-user": "5dlabs-cleo"}),
        pod(running(), name="other-task", labels={"task-id": "8"}),
        pod(running(), name="nobodys", labels={"github-user": None}),
    ]
    assert names(seen_pods.own(scene({**REX, "task": "7"}, pods_with_claims=pods))) == ["new", "old"]
    assert names(seen_pods.own(scene(REX, pods_with_claims=pods))) == ["new", "other-task", "old"]
    assert "nobodys" not in names(seen_pods.every(scene(pods_with_claims=pods)))


def test_kills_of_main_containers_come_before_those_of_companions():
    where = scene(
        REX, pods_with_claims=[pod(running(), ended(137, "OOMKilled", "sidecar"), name="a"), pod(KILLED, name="b")]
    )
    found = seen_pods.kills(seen_pods.own(where), where)
    assert [(one.seen.pod.name, one.container, one.is_main) for one in found] == [
        ("b", "claude-code", True),
        ("a", "sidecar", False),
    ]


def test_a_container_that_runs_again_was_killed_all_the_same():
    again = {**running(), "lastState": KILLED["state"], "restartCount": 1}
    where = scene(REX, pods_with_claims=[pod(again)])
    assert len(seen_pods.kills(seen_pods.own(where), where)) == 1


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (pod(phase="Failed", reason="Evicted"), "evicted"),
        (pod(ended(137)), "killed"),
        (pod(ended(1)), "failed"),
        (pod(ended(0, "Completed")), "ended"),
        (pod(running()), "runs"),
        (pod(phase="Failed"), "failed"),
        (pod(phase="Succeeded"), "ended"),
    ],
)
def test_how_a_main_container_fared(one, word):
    where = scene(REX, pods_with_claims=[one])
    assert seen_pods.worst_end(seen_pods.own(where), where)[0] == word


def test_of_several_the_worst_counts_and_a_pod_that_waits_says_nothing():
    waiting = pod(container(waiting={"reason": "ContainerCreating"}), phase="Pending")
    where = scene(REX, pods_with_claims=[waiting])
    assert seen_pods.worst_end(seen_pods.own(where), where) is None
    where = scene(REX, pods_with_claims=[pod(running(), name="a"), pod(ended(1), name="b"), waiting])
    assert seen_pods.worst_end(seen_pods.own(where), where)[1].pod.name == "b"
