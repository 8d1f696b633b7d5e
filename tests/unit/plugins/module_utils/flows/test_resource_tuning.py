# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes are set and taken back against a server that conflicts, refuses, forgets, and has Argo CD
(resource_tuning and application_sync)."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import MARK as HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import application_sync, resource_tuning
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.tuning import MARK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.test_tuning import carried_out
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import workload

BEFORE = {"requests": {"cpu": "1"}}
APPS, SCALERS = "/apis/apps/v1/deployments", "/apis/autoscaling/v2/horizontalpodautoscalers"
APPLICATIONS = "/apis/argoproj.io/v1alpha1/applications"


class Cluster:
    """Two Deployments, and an Application that keeps the first one. lists: by path."""

    def __init__(self) -> None:
        self.objects = {f"{APPS}/{name}": workload(name, **BEFORE) for name in ("web", "other")}
        self.lists: dict[str, list[dict[str, Any]]] = {SCALERS: []}
        self.conflicts = 0
        self.forgets = self.stands_still = False
        self.refuses: set[str] = set()
        self.patched: list[str] = []

    def add_application(self) -> None:
        policy = {"automated": {"selfHeal": True}}
        spec = {"destination": {"namespace": "argo"}, "syncPolicy": policy}
        meta = {"name": "platform", "namespace": "argocd", "uid": "app", "resourceVersion": "1"}
        self.objects[f"{APPLICATIONS}/platform"] = {"metadata": meta, "spec": spec}
        for name in ("web", "other"):
            self.objects[f"{APPS}/{name}"]["metadata"]["labels"] = {"argocd.argoproj.io/instance": "platform"}

    @property
    def policy(self) -> Any:
        return self.objects[f"{APPLICATIONS}/platform"]["spec"]["syncPolicy"].get("automated")

    def resources(self, name: str = "web") -> Any:
        return self.objects[f"{APPS}/{name}"]["spec"]["template"]["spec"]["containers"][0]["resources"]

    def __call__(self, request: Request) -> Answer:
        path = request.path.replace("/namespaces/argocd", "").replace("/namespaces/argo", "")
        if path in self.objects:
            return self._patch(path, request) if request.method == "PATCH" else Answer(self._seen(path))
        found = [self._seen(one) for one in self.objects if one.startswith(f"{path}/")] + self.lists.get(path, [])
        if not found and path not in (*self.lists, APPS, "/apis/apps/v1/statefulsets"):
            return status(404, "no such kind")
        if "labelSelector" in request.query:
            found = [one for one in found if (one["metadata"].get("labels") or {}).get(MARK) == "true"]
        return Answer({"kind": "List", "metadata": {"resourceVersion": "9"}, "items": found})

    def _seen(self, path: str) -> dict[str, Any]:
        item = copy.deepcopy(self.objects[path])
        item.pop("kind", None)  # as in lists
        if path.startswith(APPS):
            there = 0 if self.stands_still else item["spec"]["replicas"]
            item["status"] = {"observedGeneration": 1, "replicas": item["spec"]["replicas"], "updatedReplicas": there,
                              "availableReplicas": there}  # fmt: skip
        return item

    def _patch(self, path: str, request: Request) -> Answer:
        name, item = path.rpartition("/")[2], self.objects[path]
        if name in self.refuses:
            return status(403, f"{name} is forbidden")
        if self.conflicts:
            self.conflicts -= 1
            item["metadata"]["resourceVersion"] += "1"
        if request.body["metadata"]["resourceVersion"] != item["metadata"]["resourceVersion"]:
            return status(409, "the object has been modified")
        made = carried_out(item, request.body)
        if request.writes:
            self.patched.append(name)
            if not self.forgets:
                self.objects[path] = made
        return Answer(made)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def act(cluster: Cluster, connect):
    def run(state: str = "applied", *names: str, check: bool = False, **more: Any):
        containers = [{"name": "main", "requests": {"cpu": "130m"}, "limits": {}}]
        size = {"kind": "Deployment", "namespace": "argo", "containers": containers, "replicas": None}
        changes = [{**size, "name": name} for name in names]
        options = {"state": state, "changes": changes, "pause_sync": False, "max_changes": 5, "wait": 0.2,
                   "reason": "too much", "actor": "", "lock": None, **more}  # fmt: skip
        with FaultServer(route=cluster) as server:
            return resource_tuning.act(Client(connect(server)), options, check)

    return run


def outcomes(acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_sizes_are_set_once_and_taken_back(act, cluster):
    assert outcomes(act("applied", "web", check=True)) == {"web": "planned"}
    assert cluster.patched == []
    acted = act("applied", "web")
    assert (outcomes(acted), acted.error) == ({"web": "changed"}, None)
    assert acted.actions[0].after["resources"]["main"] == {"requests": {"cpu": "130m"}}
    assert outcomes(act("applied", "web")) == {"web": "unchanged"}
    assert outcomes(act("reverted")) == {"web": "changed"}, "the label finds it"
    assert cluster.resources() == BEFORE
    assert outcomes(act("reverted", "web")) == {"web": "unchanged"}
    assert cluster.patched == ["web", "web"]


def test_what_changed_since_it_was_read_is_decided_again(act, cluster):
    cluster.conflicts = 2
    assert outcomes(act("applied", "web")) == {"web": "changed"}
    cluster.conflicts = 9
    acted = act("applied", "other")
    assert (outcomes(acted), acted.error.kind) == ({"other": "failed"}, "conflict")


def test_a_server_that_says_yes_and_does_nothing_is_found_out(act, cluster):
    cluster.forgets = True
    acted = act("applied", "web")
    assert (outcomes(acted), acted.error.kind) == ({"web": "unverified"}, "unverified")
    assert "something else writes it" in acted.error.message


def test_what_is_not_rolled_out_is_unverified(act, cluster):
    cluster.stands_still = True
    assert "none of 1 replica available after 0.2 s" in act("applied", "web").error.message


def test_one_refusal_keeps_all_from_being_changed(act, cluster):
    acted = act("applied", "web", "stranger")
    assert outcomes(acted) == {"web": "not_reached", "stranger": "refused"}
    assert cluster.patched == []


def test_the_first_failure_ends_the_work_but_not_the_taking_back(act, cluster):
    cluster.refuses = {"web"}
    assert outcomes(act("applied", "web", "other")) == {"web": "failed", "other": "not_reached"}
    cluster.refuses = set()
    act("applied", "web", "other")
    cluster.refuses = {"web"}
    assert outcomes(act("reverted", "web", "other")) == {"web": "failed", "other": "changed"}
    assert cluster.resources("other") == BEFORE


def test_more_than_max_changes_are_not_touched(act, cluster):
    with pytest.raises(OpsError, match="2 workloads would be changed, but max_changes is 1"):
        act("applied", "web", "other", max_changes=1)
    assert cluster.patched == []


def test_replicas_that_an_autoscaler_decides_are_refused(act, cluster):
    cluster.lists[SCALERS] = [{"metadata": {"name": "hpa", "namespace": "argo"},
                               "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}}}]  # fmt: skip
    change = {"kind": "Deployment", "namespace": "argo", "name": "web", "containers": [], "replicas": 3}
    acted = act("applied", changes=[change])
    assert outcomes(acted) == {"web": "refused"}
    assert "HorizontalPodAutoscaler hpa decides how many run, and would undo it" in acted.error.message
    assert outcomes(act("applied", "web")) == {"web": "changed"}, "sizes are not what it decides"


def test_what_automatic_sync_would_undo_is_refused(act, cluster):
    cluster.add_application()
    acted = act("applied", "web")
    assert "Application platform of Argo CD would undo it" in acted.error.message
    assert cluster.patched == []


def test_automatic_sync_is_paused_until_the_last_size_is_taken_back(act, cluster):
    cluster.add_application()
    acted = act("applied", "web", "other", pause_sync=True)
    assert outcomes(acted) == {"web": "changed", "other": "changed"}
    assert acted.actions[0].detail == "automatic sync of Application platform paused"
    assert cluster.policy is None
    assert cluster.objects[f"{APPLICATIONS}/platform"]["metadata"]["labels"] == {HELD: "true"}
    act("reverted", "web")
    assert cluster.policy is None, "the other one would be undone"
    assert act("reverted").actions[0].detail == "automatic sync of Application platform goes on"
    assert cluster.policy == {"selfHeal": True}


@pytest.mark.parametrize("stumbles_over", ["web", "platform"])
def test_taking_back_that_ended_midway_is_finished_by_the_next_run(act, cluster, stumbles_over):
    cluster.add_application()
    act("applied", "web", pause_sync=True)
    cluster.refuses = {stumbles_over}
    assert outcomes(act("reverted")) == {"web": "failed"}
    cluster.refuses = set()
    assert outcomes(act("reverted")) == {"web": "changed"}
    assert cluster.policy == {"selfHeal": True}
    assert cluster.resources() == BEFORE


def test_a_cluster_without_argo_cd_has_no_applications(cluster, connect):
    with FaultServer(route=cluster) as server:
        assert application_sync.applications(Client(connect(server))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"containers": []}, "names neither containers nor replicas"),
        ({"containers": [{"name": "main", "requests": {"cpu": "{{ x }}"}}]}, "is not cpu such as 130m"),
        ({"containers": [], "replicas": 0}, "must lie between 1 and 100"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_read(act, cluster, change, words):
    named = {"kind": "Deployment", "namespace": "argo", "name": "web", "replicas": None}
    with pytest.raises(OpsError, match="changes: ") as refused:
        act("applied", changes=[{**named, **change}])
    assert words in refused.value.message
    with pytest.raises(OpsError, match="is named twice"):
        act("applied", "web", "web")
