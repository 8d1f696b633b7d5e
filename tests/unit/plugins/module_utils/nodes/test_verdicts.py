# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import objects, verdicts
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Claim, Group, Workload
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node, pod, scene

AGENT = {"github-user": "5dlabs-rex", "job-name": "job-v1"}
STEP = {"workflows.argoproj.io/workflow": "play-7"}
KEEP = {"ops.agent-platform/keep": "true"}
JOB, SET, DAEMON, NOBODY = ("Job", "job-v1"), ("StatefulSet", "bus"), ("DaemonSet", "log"), ()
WEB = Group("Deployment", "ns", "web")
EMPTY = {"volumes": [{"name": "scratch", "emptyDir": {}}]}


def one(body: dict, policy: Policy | None = None, others: tuple = (), **more: Any) -> tuple[str, str]:
    """(action, why) of one pod."""
    told = verdicts.judge(scene([node("a"), node("b")], [body, *others], **more), policy or Policy(), "a")
    found = next(each for each in told if each.name == body["metadata"]["name"])
    return found.action, found.why


OTHER = pod("other", "b")


@pytest.mark.parametrize(
    ("body", "policy", "action", "words"),
    [
        (pod("x"), {}, "evict", "its controller makes another one"),
        (pod("x", ready=False), {}, "evict", "its controller"),
        (pod("x", owner=DAEMON), {}, "ignore", "DaemonSet"),
        (pod("x", owner=NOBODY, annotations={"kubernetes.io/config.mirror": "y"}), {}, "ignore", "static pod"),
        (pod("x", owner=("Node", "a")), {}, "ignore", "static pod"),
        (pod("x", deleting=True), {}, "wait", "being deleted already"),
        (pod("x", labels=KEEP), {"confirmed": frozenset({"ns/x"})}, "ask", "protects it"),
        (pod("x", owner=NOBODY), {}, "ask", "no controller would make it again"),
        (pod("x", owner=NOBODY), {"confirmed": frozenset({"ns/x"})}, "evict", "confirmed: no controller"),
        (pod("x", spec=EMPTY), {}, "ask", "volume scratch (emptyDir) is lost"),
        (pod("x", spec=EMPTY), {"empty_dirs": "evict"}, "evict", "its controller"),
        (pod("x", owner=JOB), {}, "wait", "Job job-v1 runs to its end"),
        (pod("x", owner=JOB, labels=AGENT), {}, "wait", "an agent is at work"),
        (pod("x", owner=JOB, labels=AGENT), {"running_agents": "ask"}, "ask", "running_agents says"),
        (pod("x", owner=JOB, labels=AGENT), {"running_agents": "hand_over"}, "ask", "cannot be handed over"),
        (pod("x", owner=("Workflow", "play-7"), labels=STEP), {}, "wait", "a step of workflow play-7"),
    ],
)
def test_what_becomes_of_a_pod(body: dict, policy: dict, action: str, words: str) -> None:
    found = one(body, Policy(**policy), (OTHER,))
    assert (found[0], words in found[1]) == (action, True), found


@pytest.mark.parametrize(
    ("others", "surges", "way", "action"),
    [
        ([], True, "ask", "ask"),
        ([], True, "roll", "roll"),
        ([], False, "roll", "ask"),
        ([pod("y", "b", ready=False)], False, "ask", "ask"),
        ([pod("y", "b", deleting=True)], False, "ask", "ask"),
        ([pod("y", "lost")], False, "ask", "ask"),
        ([pod("y", "c")], False, "ask", "ask"),
        ([pod("y", "b")], False, "ask", "evict"),
        ([pod("y", "b", owner=("ReplicaSet", "web-2"))], False, "ask", "evict"),
    ],
)
def test_the_last_healthy_pod_of_a_controller_never_goes(others: list, surges: bool, way: str, action: str) -> None:
    """Others count when they are ready, stay, and are on a node that is ready; so do those of another ReplicaSet."""
    workloads = {WEB: Workload(WEB, 2, 1, surges)}
    cluster = scene(
        [node("a"), node("b"), node("c", ready=False)],
        [pod("x"), *others],
        owners={"uid-web-1": "web", "uid-web-2": "web"},
        workloads=workloads,
    )
    policy = Policy(last_replicas=way, confirmed=frozenset({"ns/x"}))
    assert verdicts.judge(cluster, policy, "a")[0].action == action


def test_the_last_one_of_a_statefulset_is_never_rolled() -> None:
    group = Group("StatefulSet", "ns", "bus")
    found = one(pod("x", owner=SET), Policy(last_replicas="roll"), workloads={group: Workload(group, 1, 1)})
    assert (found[0], "last healthy one of StatefulSet bus" in found[1]) == ("ask", True)


def test_several_of_one_controller_go_one_after_another() -> None:
    cluster = scene([node("a")], [pod("x"), pod("y")])
    first, second = cluster.pods
    assert verdicts.may_go_now(first, cluster, set())
    assert not verdicts.may_go_now(second, cluster, {first.uid})


def test_a_pod_that_several_budgets_cover_cannot_be_evicted() -> None:
    budgets = [objects.Budget("ns", name, (), 1) for name in ("one", "two")]
    found = one(pod("x"), None, (OTHER,), budgets=budgets)
    assert (found[0], "(one, two)" in found[1]) == ("ask", True)


@pytest.mark.parametrize(("way", "action"), [("wait", "wait"), ("hand_over", "evict"), ("ask", "ask")])
def test_a_step_of_a_held_workflow_goes_as_it_was_said(way: str, action: str) -> None:
    body = pod("x", owner=("Workflow", "play-7"), labels=STEP)
    held = frozenset({("ns", "play-7")})
    assert one(body, Policy(held_workflows=way), held=held)[0] == action


@pytest.mark.parametrize(
    ("way", "confirmed", "action"),
    [("ask", "", "ask"), ("ask", "ns/play-7", "ignore"), ("wait", "", "wait"), ("hand_over", "", "ignore")],
)
def test_a_workspace_that_a_held_workflow_can_use_here_alone_is_asked_about(way, confirmed, action) -> None:
    terms = ((("kubernetes.io/hostname", "In", frozenset({"a"})),),)
    claims = {("ns", "w"): Claim("ns", "w", terms, "play-7"), ("ns", "free"): Claim("ns", "free", None, "play-7")}
    cluster = scene([node("a"), node("b")], [], claims=claims, held=frozenset({("ns", "play-7")}))
    policy = Policy(held_workflows=way, confirmed=frozenset({confirmed} - {""}))
    found = verdicts.judge(cluster, policy, "a")
    assert [(each.kind, each.name, each.action) for each in found] == [("Workflow", "play-7", action)]
    assert verdicts.judge(cluster, policy, "b") == []


@pytest.mark.parametrize(("retries", "available", "action"), [(0, 1, "hand_over"), (1, 1, "ask"), (0, 0, "ask")])
def test_an_agent_is_handed_over_where_another_try_will_come(retries: int, available: int, action: str) -> None:
    run = coderuns.read(
        {
            "metadata": {"namespace": "ns", "name": "run-7", "uid": "r"},
            "spec": {},
            "status": {"phase": "Running", "jobName": "job-v1", "retryCount": retries},
        }
    )
    group = Group("Deployment", "agent-platform", "controller")
    found = one(
        pod("x", owner=JOB, labels=AGENT),
        Policy(running_agents="hand_over"),
        runs=[run],
        workloads={group: Workload(group, 1, available)},
    )
    assert found[0] == action, found


def test_the_time_left_is_that_of_the_pod_else_the_longest() -> None:
    cluster = scene(
        [node("a")], [pod("x"), pod("y", spec={"activeDeadlineSeconds": 5000}), pod("z", status={"startTime": 7})]
    )
    left = [verdicts.seconds_left(one, cluster, Policy(longest=4000)) for one in cluster.pods]
    assert left == [400, 1400, 4000]


@pytest.mark.parametrize("name", ["", "x", "a/b/c", "/x", "ns/"])
def test_a_confirmation_that_names_nothing_is_refused(name: str) -> None:
    with pytest.raises(OpsError, match="is not <namespace>/<name>"):
        Policy(confirmed=frozenset({name})).require()
