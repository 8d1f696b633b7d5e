# SPDX-License-Identifier: GPL-3.0-or-later
"""Drains against servers that misbehave; the real one is used in tests/integration."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    node_cordon,
    node_drain,
    node_drain_info,
    node_evict,
    node_read,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import NOW, node, pod

DONE = Answer({"kind": "Status", "status": "Success"}, 201)
WHY = node_cordon.Why("a test", "ops", "2026-11-21T08:00:00Z")
BUDGET = {
    "message": "Cannot evict pod as it would violate the pod's disruption budget.",
    "details": {
        "causes": [{"reason": "DisruptionBudget", "message": "The disruption budget web needs 2 healthy pods"}]
    },
}
DEPLOYMENT = {
    "metadata": {"namespace": "ns", "name": "web", "uid": "d", "resourceVersion": "7"},
    "spec": {"replicas": 1, "strategy": {"type": "RollingUpdate"}, "template": {"metadata": {}}},
    "status": {"availableReplicas": 1},
}


class Cluster:
    """Two nodes and what is given. An evicted pod goes at once, and another one comes on b, unless a test says else."""

    def __init__(self, *pods: dict[str, Any]) -> None:
        self.nodes = {name: node(name) for name in ("a", "b")}
        self.pods = {one["metadata"]["name"]: one for one in pods}
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.on_evict = self.move
        self.on_patch: list[Answer | None] = []
        self.forbidden = ""
        self.evicted: list[tuple[str, str]] = []
        self.patches: list[tuple[str, dict[str, Any]]] = []

    def move(self, name: str) -> Answer:
        gone = self.pods.pop(name)
        owner = gone["metadata"]["ownerReferences"][0]
        self.pods[f"{name}-new"] = pod(f"{name}-new", "b", (owner["kind"], owner["name"]))
        return DONE

    def __call__(self, request: Request) -> Answer:
        *_start, plural, last = request.path.split("/")
        if request.method == "POST":
            self.evicted.append((plural, request.body["deleteOptions"]["preconditions"]["uid"]))
            return self.on_evict(plural)
        if request.method == "PATCH":
            return self.patch(plural, last, request.body)
        if request.query.get("watch"):
            time.sleep(0.2)
            return status(410, "too old")
        if last == self.forbidden:
            return status(403, f'User "poor" cannot list {last}')
        if plural == "nodes":
            return Answer(self.nodes[last]) if last in self.nodes else status(404, "no such node")
        if plural == "deployments":
            return Answer(DEPLOYMENT)
        found = {"nodes": list(self.nodes.values()), "pods": list(self.pods.values()), **self.lists}
        if last == "workflows":
            return status(404, "the server could not find the requested resource")
        return Answer({"kind": "List", "metadata": {"resourceVersion": "20"}, "items": found.get(last, [])})

    def patch(self, plural: str, name: str, body: dict[str, Any]) -> Answer:
        self.patches.append((name, body))
        if self.on_patch and (answer := self.on_patch.pop(0)):
            return answer
        if plural == "nodes":
            item = self.nodes[name]
            item["metadata"]["annotations"] |= body["metadata"]["annotations"]
            item["spec"] |= body["spec"]
            return Answer(item)
        return Answer(DEPLOYMENT)


class LostLock(Fence):
    """Lost after so many questions."""

    def __init__(self, after: int) -> None:
        super().__init__(None, None)
        self._left = after

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OpsError("refused", "the lock belongs to another run")


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(pod("x"), pod("y", "b"))


@pytest.fixture
def client(cluster: Cluster, tmp_path: Path) -> Iterator[Client]:
    path = tmp_path / "kubeconfig"
    with FaultServer(cluster) as server:
        path.write_text(json.dumps(server.kubeconfig()))
        yield Client(Transport(lambda: load(str(path))))


@pytest.fixture
def drain(client: Client):
    def run(name: str = "a", *, wait: float = 20, check: bool = False, fence: Fence | None = None, **policy: Any):
        order = node_drain.Order(name, Policy(**policy), WHY, wait)
        return node_drain.drain(client, fence or Fence(None, None), order, check)

    return run


def outcomes(acted: Any) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_a_node_is_cordoned_first_and_each_eviction_is_bound_to_one_pod(cluster: Cluster, drain) -> None:
    acted = drain()
    assert (acted.error, outcomes(acted), acted.more["drained"]) == (None, {"a": "changed", "x": "changed"}, True)
    assert cluster.evicted == [("x", "uid-x")]
    name, body = cluster.patches[0]
    assert (name, body["metadata"]["resourceVersion"], body["spec"]) == ("a", "5", {"unschedulable": True})
    assert outcomes(drain()) == {"a": "unchanged"}
    assert len(cluster.patches) == 1


def test_check_mode_writes_nothing(cluster: Cluster, drain) -> None:
    assert outcomes(drain(check=True)) == {"a": "planned", "x": "planned"}
    assert (cluster.evicted, cluster.patches) == ([], [])


def test_a_server_that_takes_an_eviction_and_does_nothing_is_found_out(cluster: Cluster, drain) -> None:
    cluster.on_evict = lambda _name: DONE
    acted = drain(wait=1)
    assert (acted.error.kind, outcomes(acted)) == ("unverified", {"a": "unverified", "x": "unverified"})
    assert len(cluster.evicted) == 1, "it was not asked again"


def test_what_takes_its_place_must_be_healthy(cluster: Cluster, drain) -> None:
    def lose(name: str) -> Answer:
        del cluster.pods[name]
        return DONE

    cluster.on_evict = lose
    acted = drain(wait=1)
    assert outcomes(acted)["x"] == "unverified"
    assert "1 of 2 pods of ReplicaSet web-1 are healthy" in str(acted.error)


def test_a_budget_is_waited_for_without_hammering_the_server(cluster: Cluster, drain) -> None:
    began = time.monotonic()
    cluster.on_evict = lambda name: Answer(BUDGET, 429) if time.monotonic() - began < 1.5 else cluster.move(name)
    acted = drain()
    assert outcomes(acted)["x"] == "changed"
    assert 2 <= len(cluster.evicted) <= 4


def test_a_pod_whose_name_belongs_to_another_by_now_is_left_alone(cluster: Cluster, drain) -> None:
    def other(name: str) -> Answer:
        cluster.on_evict = cluster.move
        cluster.pods[name]["metadata"]["uid"] = "another"
        return status(409, "the UID in the precondition does not match")

    cluster.on_evict = other
    assert drain().more["drained"]
    assert cluster.evicted == [("x", "uid-x"), ("x", "another")]


def test_a_node_that_is_taken_away_meanwhile_is_told(cluster: Cluster, drain) -> None:
    def take_away(name: str) -> Answer:
        del cluster.nodes["a"]
        return cluster.move(name)

    cluster.on_evict = take_away
    assert "node a was taken away while it was drained" in drain().error.message


def test_a_refusal_that_waiting_does_not_change_ends_it(cluster: Cluster, drain) -> None:
    cluster.on_evict = lambda _name: status(500, "the webhook says no")
    acted = drain()
    assert (acted.error.message, outcomes(acted)["x"]) == ("the webhook says no", "failed")


def test_without_the_lock_nothing_more_is_evicted(cluster: Cluster, drain) -> None:
    acted = drain(fence=LostLock(1))
    assert ("belongs to another run" in acted.error.message, cluster.evicted) == (True, [])
    assert outcomes(acted) == {"a": "unverified", "x": "refused"}
    assert cluster.nodes["a"]["spec"]["unschedulable"] is True


def test_what_cannot_be_read_stops_it_before_anything_is_touched(cluster: Cluster, drain) -> None:
    cluster.forbidden = "poddisruptionbudgets"
    with pytest.raises(OpsError, match="cannot list poddisruptionbudgets"):
        drain()
    assert (cluster.evicted, cluster.patches) == ([], [])


def test_the_cordon_is_decided_again_when_the_node_changed_meanwhile(cluster: Cluster, drain) -> None:
    cluster.on_patch = [status(409, "the object has been modified")]
    assert drain().more["drained"]
    assert len(cluster.patches) == 2
    cluster.nodes["a"]["spec"] = {}
    cluster.on_patch = [Answer(node("a"))]
    assert drain().error.message == "node a: the API server took the cordon and did not keep it"


def test_a_roll_out_is_asked_for_once_in_a_drain_however_often_it_is_run(cluster: Cluster, client: Client) -> None:
    cluster.lists = {"deployments": [DEPLOYMENT], "replicasets": [_replicaset()]}
    del cluster.pods["y"]
    scene = node_read.read(client, NOW)
    planned = node_drain.plan.simulate(scene, Policy(last_replicas="roll"), ["a"])[0]
    work = node_evict.Evictions(client, Fence(None, None), "a", Policy(last_replicas="roll"), scene, planned)
    assert (work.act("now"), work.act("now"), cluster.evicted) == (True, False, [])
    ((_name, body),) = cluster.patches
    assert (body["metadata"]["uid"], body["metadata"]["resourceVersion"]) == ("d", "7")
    template = body["spec"]["template"]
    assert template["metadata"]["annotations"] == {marks.TIME: "a now"}
    again = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "template": template}}
    cluster.patches.clear()
    client.get = lambda _path: again  # type: ignore[method-assign]
    another = node_evict.Evictions(client, Fence(None, None), "a", Policy(last_replicas="roll"), scene, planned)
    assert (another.act("now"), cluster.patches) == (False, [])


def test_an_agent_that_is_handed_over_is_followed_to_its_next_pod(cluster: Cluster, drain) -> None:
    labels = {"github-user": "5dlabs-rex", "job-name": "job-v1"}
    run = {
        "metadata": {"namespace": "ns", "name": "run-7", "uid": "r", "resourceVersion": "3"},
        "spec": {"githubApp": "5DLabs-Rex"},
        "status": {"phase": "Running", "jobName": "job-v1"},
    }
    controller = {
        **DEPLOYMENT,
        "metadata": {**DEPLOYMENT["metadata"], "namespace": "agent-platform", "name": "controller"},
    }
    cluster.pods = {"x": pod("x", owner=("Job", "job-v1"), labels=labels)}
    cluster.lists = {"coderuns": [run], "deployments": [controller]}

    def next_try(name: str) -> Answer:
        del cluster.pods[name]
        run["status"]["jobName"] = "job-v2"
        cluster.pods["next"] = pod("next", "b", ("Job", "job-v2"), labels={**labels, "job-name": "job-v2"})
        return DONE

    cluster.on_evict = next_try
    acted = drain(running_agents="hand_over")
    assert (acted.error, outcomes(acted)["x"]) == (None, "changed")
    assert "next is ready on b" in next(one.detail for one in acted.actions if one.name == "x")


def _replicaset() -> dict[str, Any]:
    owner = {"kind": "Deployment", "name": "web", "uid": "d", "controller": True}
    return {"metadata": {"namespace": "ns", "name": "web-1", "uid": "uid-web-1", "ownerReferences": [owner]}}


@pytest.mark.parametrize(
    ("strategy", "surges"),
    [
        ({"type": "RollingUpdate"}, True),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "50%", "maxSurge": 1}}, True),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}, True),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}, False),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%", "maxSurge": 1}}, False),
        ({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 0}}, False),
        ({"type": "Recreate"}, False),
        (None, False),
    ],
)
def test_only_a_roll_out_that_makes_the_new_pod_first_moves_a_last_one(
    cluster: Cluster, client: Client, strategy: Any, surges: bool
) -> None:
    cluster.lists = {"deployments": [{**DEPLOYMENT, "spec": {"replicas": 1, "strategy": strategy}}]}
    (found,) = node_read.read(client, NOW).workloads.values()
    assert found.surges is surges


def test_a_volume_that_is_bound_to_a_node_is_known_by_its_claim(cluster: Cluster, client: Client) -> None:
    required = {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}
    cluster.lists = {
        "persistentvolumeclaims": [
            {"metadata": {"namespace": "ns", "name": "play-7-workspace"}, "spec": {"volumeName": "v"}},
            {"metadata": {"namespace": "ns", "name": "other"}, "spec": {"volumeName": "free"}},
        ],
        "persistentvolumes": [
            {"metadata": {"name": "v"}, "spec": {"nodeAffinity": {"required": required}}},
            {"metadata": {"name": "free"}, "spec": {}},
        ],
    }
    found = node_read.read(client, NOW).claims
    assert (found["ns", "play-7-workspace"].workflow, found["ns", "other"].terms) == ("play-7", None)
    assert found["ns", "play-7-workspace"].terms == ((("metadata.name", "In", frozenset({"a"})),),)


def test_a_node_comes_back_when_it_is_ready_and_ours(cluster: Cluster, client: Client, drain) -> None:
    drain()
    fence = Fence(None, None)
    cluster.nodes["a"]["status"] = {}
    early = node_cordon.bring_back(client, fence, "a", 0, False)
    assert (early.error.kind, "not ready" in early.error.message) == ("refused", True)
    cluster.nodes["a"]["status"] = node("a")["status"]
    assert node_cordon.bring_back(client, fence, "a", 5, True).actions[0].outcome == "planned"
    assert cluster.nodes["a"]["spec"]["unschedulable"] is True
    assert node_cordon.bring_back(client, fence, "a", 5, False).actions[0].outcome == "changed"
    name, body = cluster.patches[-1]
    assert (name, body["spec"]) == ("a", {"unschedulable": None})
    assert body["metadata"]["annotations"] == dict.fromkeys(marks.MARKS)
    with pytest.raises(OpsError, match="there is no node 'c'"):
        node_cordon.bring_back(client, fence, "c", 5, False)


def test_another_one_that_is_away_keeps_a_node(cluster: Cluster, drain) -> None:
    cluster.nodes["b"] = node("b", cordoned=True, annotations={marks.TIME: "then"})
    with pytest.raises(OpsError, match="node b was drained and is not back yet; node a was not touched"):
        drain()
    assert cluster.patches == []


def test_a_look_tells_the_order_and_writes_nothing(cluster: Cluster, client: Client) -> None:
    spec = {name: one["default"] for name, one in node_drain_info.POLICY_SPEC.items()}
    policy = node_drain_info.policy_of(spec)
    told = node_drain_info.look(client, {"rows_directory": None}, policy, [], NOW)
    assert [one["name"] for one in told["nodes"]] == ["a", "b"]
    assert (told["pods"][0]["to"], cluster.patches, cluster.evicted) == ("b", [], [])
    with pytest.raises(OpsError, match="longest_work"):
        node_drain_info.policy_of({**spec, "longest_work": "soon"})
