# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import agents
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.generator import objects

TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}


@pytest.fixture(scope="module")
def made(clock):
    return list(agents.coderuns(clock))


@pytest.fixture(scope="module")
def runs(made):
    return [one for one in made if one["kind"] == "CodeRun"]


@pytest.mark.parametrize("part", ["spec", "status"])
def test_coderuns_fit_their_schema(runs, clock, manifests, part):
    version = manifests["CustomResourceDefinition", "coderuns.agents.platform"]["spec"]["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]["properties"][part]
    for one in [*runs, *agents.finished_coderuns(clock, 50, 1)]:
        fields = one.get(part, {})
        assert set(schema.get("required", [])) <= set(fields) or not fields
        for name, value in fields.items():
            assert isinstance(value, TYPES[schema["properties"][name]["type"]]), name


def test_every_phase_and_every_agent_is_there(runs):
    phases = Counter(one.get("status", {}).get("phase") for one in runs)
    assert set(phases) == {"Pending", "Running", "Succeeded", "Failed", "Completed", None}
    assert {one["spec"]["githubApp"] for one in runs} == {agents.REX, agents.CLEO, agents.TESS}


def test_agent_pods_carry_the_platforms_labels_and_their_usage(made):
    pods = [one for one in made if one["kind"] == "Pod"]
    assert {one["metadata"]["labels"]["github-user"] for one in pods} == {"5dlabs-rex", "5dlabs-cleo", "5dlabs-tess"}
    for one in pods:
        assert {"kwok.x-k8s.io/usage-cpu", "kwok.x-k8s.io/usage-memory"} == set(one["metadata"]["annotations"])
        assert [container["name"] for container in one["spec"]["containers"]] == [
            "claude-code",
            "sidecar",
            "docker-daemon",
        ]


def test_a_main_container_can_be_dead_beside_a_living_sidecar(made):
    broken = {one["metadata"]["labels"]["agents.platform/sample-state"]: one["status"] for one in made if _is_set(one)}
    assert set(broken) == {"main-container-dead", "oom-killed"}
    beside = {one["name"]: one["state"] for one in broken["main-container-dead"]["containerStatuses"]}
    assert broken["main-container-dead"]["phase"] == "Running"
    assert beside["claude-code"]["terminated"]["exitCode"] == 1
    assert "running" in beside["sidecar"]
    killed = {one["name"]: one["state"] for one in broken["oom-killed"]["containerStatuses"]}
    assert killed["claude-code"]["terminated"]["reason"] == "OOMKilled"


def _is_set(one):
    return one["kind"] == "Pod" and "status" in one


def test_pods_use_workspaces_that_exist(made):
    claims = {one["metadata"]["name"] for one in agents.workspaces() if one["kind"] == "PersistentVolumeClaim"}
    used = {one["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] for one in made if one["kind"] == "Pod"}
    assert used == {"workspace-cto", "workspace-cto-cleo", "workspace-cto-tess"}
    assert used < claims


def test_the_quota_on_workspaces_is_nearly_used_up(clock, now, manifests):
    claims = [one for one in objects("small", 0, now) if one["kind"] == "PersistentVolumeClaim"]
    used = sum(int(one["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")) for one in claims)
    hard = int(manifests["ResourceQuota", "workspaces"]["spec"]["hard"]["requests.storage"].removesuffix("Gi"))
    assert 0.85 < used / hard < 1


def test_past_coderuns_are_finished(clock):
    past = list(agents.finished_coderuns(clock, 200, 1))
    assert {one["status"]["phase"] for one in past} == {"Succeeded", "Failed"}
    assert not any("finalizers" in one["metadata"] for one in past)
    assert len({one["metadata"]["name"] for one in past}) == 200
