# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import agent_memory
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    REX,
    ask,
    ended,
    node,
    pod,
    running,
    scene,
)

KILLED = ended(137, "OOMKilled")
WORKS = running()
USAGE = {"namespace": "agent-platform", "name": "shop", "capacity": 100}


def said(probe, *pods, **more):
    return ask(probe, scene(REX, pods_with_claims=list(pods), **more))


def metrics(memory):
    measured = {"name": "claude-code", "usage": {"memory": memory}}
    return [{"metadata": {"name": "agent", "namespace": "agent-platform"}, "containers": [measured]}]


@pytest.mark.parametrize(
    ("probe", "pods", "more", "word"),
    [
        ("agent_pods", [], {}, "none"),
        ("agent_pods", [pod(WORKS)], {}, "some"),
        ("memory_kills", [pod(WORKS)], {}, "none"),
        ("memory_kills", [pod(KILLED)], {}, "main"),
        ("memory_kills", [pod(WORKS, ended(137, "OOMKilled", "docker-daemon"))], {}, "companion"),
        ("node_memory", [pod(KILLED)], {"nodes": [node(MemoryPressure="True")]}, "short"),
        ("node_memory", [pod(KILLED)], {"nodes": [node(MemoryPressure="False")]}, "enough"),
        ("node_memory", [pod(KILLED)], {"nodes": [node()]}, "unknown"),
        ("memory_limit", [pod(KILLED)], {}, "set"),
        ("memory_limit", [pod(KILLED, limit="")], {}, "unset"),
        ("repeated_kills", [pod(KILLED)], {}, "once"),
        ("repeated_kills", [pod(KILLED), pod(KILLED, name="b")], {}, "same_task"),
        ("repeated_kills", [pod(KILLED), pod(KILLED, name="b", labels={"task-id": "8"})], {}, "other_tasks"),
        ("pod_lives_on", [pod(KILLED)], {}, "lives"),
        ("pod_lives_on", [pod(KILLED, phase="Failed")], {}, "ended"),
        ("pod_lives_on", [pod(KILLED, phase="Unknown")], {}, "unknown"),
        ("main_container", [pod(ended(137))], {}, "killed"),
        ("main_container", [], {}, "unknown"),
        ("workspace_space", [pod(ended(), claims=("shop",))], {"volume_usage": [{**USAGE, "used": 90}]}, "full"),
        ("workspace_space", [pod(ended(), claims=("shop",))], {"volume_usage": [{**USAGE, "used": 89}]}, "free"),
        ("memory_use", [pod(WORKS)], {"pod_metrics": metrics("250Mi")}, "near"),
        ("memory_use", [pod(WORKS)], {"pod_metrics": metrics("60Mi")}, "far"),
        ("memory_use", [pod(WORKS, limit="")], {}, "unlimited"),
    ],
)
def test_what_a_probe_answers(probe, pods, more, word):
    assert said(probe, *pods, **more)[0] == word


def test_the_newest_kill_of_a_main_container_is_shown_with_the_command_for_its_log():
    where = scene(REX, pods_with_claims=[pod(KILLED)])
    found = next(one for one in agent_memory.PROBES if one.name == "memory_kills").judge(where, {})
    assert (
        found.evidence[0]
        == "Pod agent-platform/agent: claude-code was killed for want of memory (OOMKilled), 9 min ago"
    )
    assert found.evidence[1] == "kubectl -n agent-platform logs agent -c claude-code --tail=50"
    assert (found.facts["pod"], found.facts["node"], found.facts["task"]) == ("agent", "node-1", "7")
