# SPDX-License-Identifier: GPL-3.0-or-later
"""Holding and letting go against a server that conflicts, refuses and forgets."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import quiesce
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)

CONTROLLER = {"kind": "Deployment", "namespace": "argo", "name": "controller"}
SELECTOR = {"matchLabels": {"app": "controller"}}
PODS = "/api/v1/pods"
AUTOSCALER = "/apis/autoscaling/v2/horizontalpodautoscalers"
DEPLOYMENT, CRON = "/apis/apps/v1/deployments", "/apis/argoproj.io/v1alpha1/cronworkflows"


def merged(item: Any, patch: dict[str, Any]) -> dict[str, Any]:
    made = dict(item or {})
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value) if isinstance(value, dict) else value
    return made


class Cluster:
    """One Deployment and two CronWorkflows. refuse: names whose patches are denied. conflicts: by name, how many."""

    def __init__(self) -> None:
        self.objects = {
            f"{DEPLOYMENT}/controller": self._object(
                "controller", {"replicas": 2, "selector": SELECTOR}, {"observedGeneration": 1}
            ),
            f"{CRON}/hourly": self._object("hourly", {"suspend": False}),
            f"{CRON}/paused": self._object("paused", {"suspend": True}),
        }
        self.refuse: set[str] = set()
        self.conflicts: dict[str, int] = {}
        self.stubborn = False
        self.ending = 0
        self.patched: list[str] = []

    @staticmethod
    def _object(name: str, spec: dict, state: dict | None = None) -> dict[str, Any]:
        metadata = {"name": name, "namespace": "argo", "uid": name, "resourceVersion": "1", "generation": 1}
        return {"metadata": metadata, "spec": spec, "status": state or {}}

    def __call__(self, request: Request) -> Answer:
        path = request.path.replace("/namespaces/argo", "")
        if request.method == "PATCH":
            return self._patch(path, request)
        if path in self.objects:
            return Answer(self._seen(path))
        if path == PODS:
            assert request.query["labelSelector"] == "app=controller"
            return Answer({"kind": "List", "metadata": {"resourceVersion": "9"}, "items": self._pods_once()})
        if path not in (DEPLOYMENT, CRON, AUTOSCALER):
            return status(404, "no such kind")
        items = [self._seen(one) for one in self.objects if one.startswith(f"{path}/")]
        if "labelSelector" in request.query:
            items = [item for item in items if MARK in item["metadata"].get("labels", {})]
        return Answer({"kind": "List", "metadata": {"resourceVersion": "9"}, "items": items})

    def _pods_once(self) -> list[dict[str, Any]]:
        """Those that are ending; one less at each look."""
        self.ending = max(0, self.ending - 1)
        return [{"metadata": {"name": "ending"}}] * self.ending

    def _seen(self, path: str) -> dict[str, Any]:
        item = copy.deepcopy(self.objects[path])
        if path.startswith(DEPLOYMENT):
            there = 2 if self.stubborn else item["spec"]["replicas"]
            item["status"] |= {"replicas": there, "readyReplicas": there}
        return item

    def _patch(self, path: str, request: Request) -> Answer:
        name = path.rpartition("/")[2]
        item = self.objects[path]
        if name in self.refuse:
            return status(403, f"{name} is forbidden")
        if self.conflicts.get(name):
            self.conflicts[name] -= 1
            item["metadata"]["resourceVersion"] += "1"
        if request.body["metadata"]["resourceVersion"] != item["metadata"]["resourceVersion"]:
            return status(409, "the object has been modified")
        if request.writes:
            self.patched.append(name)
            body = {**request.body, "metadata": {**request.body["metadata"], "resourceVersion": "5"}}
            self.objects[path] = merged(item, body)
        return Answer(self.objects[path])


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def act(cluster: Cluster, connect):
    def run(state: str, *, check: bool = False, **more: Any) -> Acted:
        options = {
            "state": state,
            "controllers": [CONTROLLER],
            "namespaces": ["argo"],
            "kinds": [],
            "max_changes": 20,
            "wait": 0.3,
            "reason": "",
            "actor": "",
            "lock": None,
            **more,
        }
        with FaultServer(route=cluster) as server:
            return quiesce.act(Client(connect(server)), options, check)

    return run


def outcomes(acted: Acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_what_acts_is_held_and_let_go_in_the_opposite_order(cluster: Cluster, act) -> None:
    before = {path: item["spec"] for path, item in copy.deepcopy(cluster.objects).items()}
    held = act("quiesced")
    assert outcomes(held) == {"controller": "changed", "hourly": "changed", "paused": "unchanged"}
    assert cluster.patched == ["hourly", "controller"]
    assert cluster.objects[f"{DEPLOYMENT}/controller"]["spec"]["replicas"] == 0
    assert set(outcomes(act("quiesced")).values()) == {"unchanged"}

    act("released")
    assert cluster.patched[2:] == ["controller", "hourly"]
    assert {path: item["spec"] for path, item in cluster.objects.items()} == before
    assert act("released").actions == []


def test_pods_that_are_still_ending_do_not_rest(cluster: Cluster, act) -> None:
    cluster.ending = 100
    (held,) = [one for one in act("quiesced").actions if one.name == "controller"]
    assert held.outcome == "unverified"
    assert "of its pods are still ending after 0.3 s" in held.reason
    cluster.ending = 2
    assert outcomes(act("quiesced", wait=3))["controller"] == "unchanged"


def test_check_mode_sends_dry_runs_alone(cluster: Cluster, act) -> None:
    assert outcomes(act("quiesced", check=True))["controller"] == "planned"
    assert cluster.patched == []


def test_other_namespaces_and_deployments_are_left(cluster: Cluster, act) -> None:
    acted = act("quiesced", namespaces=["elsewhere"], controllers=[{**CONTROLLER, "name": "other"}])
    assert acted.actions == []


def test_a_conflict_is_read_and_decided_again(cluster: Cluster, act) -> None:
    cluster.conflicts = {"controller": 2}
    assert outcomes(act("quiesced"))["controller"] == "changed"


def test_the_first_failure_ends_holding(cluster: Cluster, act) -> None:
    cluster.refuse = {"hourly"}
    acted = act("quiesced")
    assert outcomes(acted) == {"hourly": "failed", "paused": "unchanged", "controller": "not_reached"}
    assert acted.error is not None


def test_letting_go_does_not_stop_at_a_failure(cluster: Cluster, act) -> None:
    act("quiesced")
    cluster.refuse = {"controller"}
    acted = act("released")
    assert outcomes(acted) == {"controller": "failed", "hourly": "changed"}
    assert acted.error is not None


def test_pods_that_stay_are_told(cluster: Cluster, act) -> None:
    cluster.stubborn = True
    acted = act("quiesced")
    assert outcomes(acted)["controller"] == "unverified"
    assert "2 of 0 pods are there after 0.3 s" in [one.reason for one in acted.actions]


def test_more_than_may_be_held_is_nothing(cluster: Cluster, act) -> None:
    with pytest.raises(OpsError, match="2 objects would be changed, but max_changes is 1"):
        act("quiesced", max_changes=1)
    assert cluster.patched == []


def test_everything_that_is_held_is_let_go_whatever_the_limit(cluster: Cluster, act) -> None:
    act("quiesced")
    assert set(outcomes(act("released", max_changes=1)).values()) == {"changed"}


def test_a_mark_that_says_nothing_is_refused(cluster: Cluster, act) -> None:
    act("quiesced")
    cluster.objects[f"{CRON}/hourly"]["metadata"]["annotations"][MARK] = "{"
    acted = act("released")
    assert outcomes(acted) == {"controller": "changed", "hourly": "refused"}


def test_autoscalers_of_the_controllers_alone_are_held_and_only_the_kinds_that_are_asked_for(
    cluster: Cluster, act
) -> None:
    for name, target in (("own", "controller"), ("other", "argo-server")):
        reference = {"kind": "Deployment", "name": target}
        cluster.objects[f"{AUTOSCALER}/{name}"] = cluster._object(name, {"scaleTargetRef": reference})
    kinds = ["HorizontalPodAutoscaler", "Application"]
    assert outcomes(act(quiesce.QUIESCED, kinds=kinds)) == {"own": "changed"}
    assert cluster.patched == ["own"]
    assert outcomes(act(quiesce.RELEASED, kinds=kinds)) == {"own": "changed"}
    assert cluster.objects[f"{AUTOSCALER}/own"]["spec"] == {
        "scaleTargetRef": {"kind": "Deployment", "name": "controller"}
    }
