# SPDX-License-Identifier: GPL-3.0-or-later
"""The real workflow controller: its workflows as our modules see them, and the supervisor that runs it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.modules import run_module

DEPLOYMENT = resource("apps/v1", "deployments", "argo", "argo-workflows-workflow-controller")
SPEC = {
    "entrypoint": "main",
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "work", "template": "work"}],
                [{"name": "wait-pr-approved", "template": "hold"}],
            ],
        },
        {"name": "work", "container": {"image": "busybox:1.36", "command": ["true"]}},
        {"name": "hold", "suspend": {}},
    ],
}


def until(condition: Callable[[], object], timeout: float = 90) -> object:
    deadline = time.monotonic() + timeout
    while not (seen := condition()):
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.3)
    return seen


@pytest.fixture
def look(lab, namespace):
    def run() -> dict:
        result = run_module("workflow_info", kubeconfig=str(lab.kubeconfig), namespaces=[namespace.name])
        (row,) = result["workflows"]
        return row

    return run


def test_a_workflow_is_held_by_its_node_goes_on_when_resumed_and_is_pruned_when_it_is_old(
    lab, api, namespace, look
) -> None:
    body = {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": {"name": "play"}, "spec": SPEC}
    namespace.add(body)
    path = resource(*WORKFLOWS, namespace.name, "play")
    held = until(lambda: (row := look())["state"] == "held" and row)
    assert held["hold"]["name"] == "wait-pr-approved"
    assert held["contradictions"] == []

    found = api.get(path)
    node = {"phase": "Succeeded", "finishedAt": found["status"]["startedAt"], "message": "resumed by a test"}
    version = {"resourceVersion": found["metadata"]["resourceVersion"]}
    api.patch(path, {"metadata": version, "status": {"nodes": {held["hold"]["node"]: node}}})
    done = until(lambda: (row := look())["state"] == "succeeded" and row)
    assert done["labels"]["workflows.argoproj.io/completed"] == "true"

    time.sleep(1)
    options = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name], "succeeded": "0", "keep_newest": 0}
    pruned = run_module("workflow_prune", **options)
    assert pruned["summary"]["deleted"] == 1, pruned
    assert {one["kind"] for one in pruned["rows"][0]["goes_along"]} == {"Pod"}
    assert namespace.workflows() == {}


def test_the_supervisor_runs_the_controller_as_its_deployment_says(lab, api) -> None:
    def running() -> bool:
        return lab.supervised("workflow-controller")["state"] == "running"

    assert until(running)
    api.patch(DEPLOYMENT, {"spec": {"replicas": 0}})
    try:
        until(lambda: not running())
    finally:
        api.patch(DEPLOYMENT, {"spec": {"replicas": 1}})
    assert until(running)
