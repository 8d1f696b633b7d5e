# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform is brought to rest and let go: real controllers go and come back, schedules stop and go on."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.modules import run_module

CONTROLLER = {"kind": "Deployment", "namespace": "argo", "name": "argo-workflows-workflow-controller"}
SCHEDULES = {
    "argoproj.io/v1alpha1": ("cronworkflows", "CronWorkflow"),
    "batch/v1": ("cronjobs", "CronJob"),
}


def schedule(namespace, api_version: str, name: str, suspend: bool) -> None:
    plural, kind = SCHEDULES[api_version]
    spec: dict[str, Any] = {"schedule": "0 0 1 1 *", "suspend": suspend}
    pod = {"containers": [{"name": "main", "image": "busybox:1.36"}], "restartPolicy": "Never"}
    if kind == "CronJob":
        spec["jobTemplate"] = {"spec": {"template": {"spec": pod}}}
    else:
        spec["workflowSpec"] = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    namespace.create(api_version, plural, {"kind": kind, "metadata": {"name": name}, "spec": spec})


@pytest.fixture
def platform(lab, api, namespace):
    """Schedules of both kinds, one of each suspended by somebody else, and the real workflow controller."""
    for version in SCHEDULES:
        schedule(namespace, version, "runs", suspend=False)
        schedule(namespace, version, "paused", suspend=True)

    def run(state: str, **more: Any) -> dict[str, Any]:
        kubeconfig = str(lab.kubeconfig)
        controllers = [CONTROLLER]
        return run_module(
            "quiesce", kubeconfig=kubeconfig, state=state, controllers=controllers, namespaces=[namespace.name], **more
        )

    yield run
    run("released")


def suspended(api, namespace) -> dict[str, bool]:
    return {
        f"{plural}/{name}": bool(api.get(resource(version, plural, namespace.name, name))["spec"].get("suspend"))
        for version, (plural, _kind) in SCHEDULES.items()
        for name in ("runs", "paused")
    }


def replicas(api) -> tuple[int, int]:
    found = api.get(resource("apps/v1", "deployments", CONTROLLER["namespace"], CONTROLLER["name"]))
    return found["spec"]["replicas"], found["status"].get("replicas") or 0


def until(condition) -> None:
    """The process of the practice cluster follows its Deployment a moment later."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "the controller did not follow its Deployment"
        time.sleep(0.3)


def test_it_rests_and_goes_on_as_it_was(lab, api, namespace, platform) -> None:
    before = suspended(api, namespace)
    position = lab.audit_position()
    planned = platform("quiesced", check=True)
    assert planned["line"] == "1 would be scaled to 0 · 2 would be suspended · 2 already suspended"
    assert lab.writes(position) == []

    held = platform("quiesced", reason="a test")
    assert held["line"] == "1 scaled to 0 · 2 suspended · 2 already suspended"
    assert set(suspended(api, namespace).values()) == {True}
    assert replicas(api) == (0, 0)
    until(lambda: not lab.supervised("workflow-controller").get("pid"))

    again = platform("quiesced")
    assert not again["changed"]

    let_go = platform("released")
    assert let_go["changed"]
    assert suspended(api, namespace) == before
    assert replicas(api) == (1, 1)
    until(lambda: lab.supervised("workflow-controller").get("pid"))
    assert not platform("released")["changed"]
    found = api.get(resource("batch/v1", "cronjobs", namespace.name, "runs"))
    assert MARK not in (found["metadata"].get("labels") or {})


def test_what_was_left_held_is_found_and_the_runbook_lets_it_go_under_its_own_rights(
    lab, api, namespace, platform
) -> None:
    before = suspended(api, namespace)
    platform("quiesced", kinds=["CronJob", "CronWorkflow"])
    at_once = {"held": {"warning": "0s", "critical": "1h"}}
    options = {"kubeconfig": str(lab.kubeconfig_of("health-check")), "checks": ["held"], "thresholds": at_once}
    time.sleep(1.1)  # the API server notes whole seconds
    found = run_module("health_info", **options)["findings"]
    kinds = {one["subject"]["kind"]: (one["status"], one["runbook"]) for one in found if one["status"] != "ok"}
    assert kinds == dict.fromkeys(("CronJob", "CronWorkflow"), ("warning", "release_platform")), found

    own = ("-e", f"platform_kubeconfig={lab.kubeconfig_of('release-platform')}")
    position = lab.audit_position()
    user = "system:serviceaccount:agent-platform-ops:release-platform"
    planned = lab.run_playbook("release_platform", *own, "--check")
    assert (planned.rc, lab.writes(position, user)) == (0, []), planned.stdout
    assert "2 would be resumed" in planned.stdout
    done = lab.run_playbook("release_platform", *own, "-e", "runbook_confirm=lab")
    assert done.rc == 0, done.stdout
    assert suspended(api, namespace) == before
    again = lab.run_playbook("release_platform", *own, "-e", "runbook_confirm=lab")
    assert (again.rc, again.record["steps"][0]["changes"]["total"]) == (0, 0)
    assert {one["message"] for one in again.record["steps"][1]["findings"]} == {"nothing is held"}
