# SPDX-License-Identifier: GPL-3.0-or-later
"""The controllers of CodeRuns and of Argo Events are moved by the same runbook and its module, and back."""

from __future__ import annotations

import json
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.commands import ROOT
from tests.support.lab import Lab
from tests.support.modules import run_module

CONTROLLER = resource("apps/v1", "deployments", "agent-platform", "controller")
EVENTS = resource("apps/v1", "deployments", "argo-events", "argo-events-controller-manager")
COMPONENTS = ROOT / "roles/component_upgrade/files/components"
DATA = yaml.safe_load((COMPONENTS / "coderun_controller.yml").read_text())
NOTE = {"kind": "field", "names": ["spec.taskId"], "resources": ["coderuns"], "says": "a text now"}


def test_the_controller_of_coderuns_is_moved_by_what_the_site_tells_of_its_releases(lab: Lab, api) -> None:
    def item() -> tuple[Any, Any]:
        found = api.get(CONTROLLER)
        annotations = {name: one for name, one in found["metadata"]["annotations"].items() if "deployment." not in name}
        return found["spec"], annotations

    before = item()
    container = before[0]["template"]["spec"]["containers"][0]
    major, minor, _patch = container["image"].rpartition(":")[2].removeprefix("v").split(".")
    line, after = f"{major}.{minor}", f"{major}.{int(minor) + 1}"
    releases = [{"line": line}, {"line": after, "since": [line], "concerns": [NOTE]}]
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("upgrade-argo-workflows")),
        "runbook_confirm": "lab",
        "component_upgrade_component": "coderun_controller",
        "component_upgrade_version": f"v{after}.0",
        "component_upgrade_releases": releases,
        "component_upgrade_backup": False,
        "component_upgrade_steady": 0,
    }
    done = lab.run_playbook("upgrade_argo_workflows", "-e", json.dumps(options), timeout=900)
    assert done.rc == 0, done.stdout[-5000:]
    assert item()[0]["template"]["spec"]["containers"][0]["image"].endswith(f":{after}.0")
    told = {one["message"] for step in done.record["steps"] for one in step["findings"] if one["status"] == "unknown"}
    for words in (
        "newer definitions take the objects that are there: component_upgrade_definitions names none",
        "no metric is known by which CodeRun controller says its version",
        "no backup was taken before the upgrade, so nobody knows whether an object was lost",
    ):
        assert any(words in one for one in told), told
    assert any("a text now" in one["message"] for one in done.record["steps"][0]["findings"])

    options = {"kubeconfig": str(lab.kubeconfig), "component": {**DATA, "releases": releases}, "steady": 0}
    back = run_module("component_upgrade", state="rolled_back", **options)
    assert back.get("changed"), back
    assert item() == before


def test_argo_events_is_moved_with_the_image_of_the_pods_that_it_makes(lab: Lab, api) -> None:
    def container() -> dict[str, Any]:
        return api.get(EVENTS)["spec"]["template"]["spec"]["containers"][0]

    def images() -> list[str]:
        return [container()["image"], *(one["value"] for one in container()["env"])]

    def with_variables(*variables: dict[str, str]) -> None:
        api.patch(EVENTS, {"spec": {"template": {"spec": {"containers": [{**container(), "env": list(variables)}]}}}})

    old = container()["image"]
    repository, _colon, version = old.rpartition(":")
    line, patch = version.rsplit(".", 1)
    new = f"{repository}:{line}.{int(patch) + 1}"
    options = {
        "kubeconfig": str(lab.kubeconfig_of("upgrade-argo-workflows")),
        "component": yaml.safe_load((COMPONENTS / "argo_events.yml").read_text()),
        "steady": 0,
        "reason": "The pods of sensors are to have it too",
    }
    with_variables({"name": "ARGO_EVENTS_IMAGE", "value": old})
    try:
        moved = run_module("component_upgrade", state="upgraded", version=new.rpartition(":")[2], **options)
        assert (moved.get("changed"), images()) == (True, [new, new]), moved
        back = run_module("component_upgrade", state="rolled_back", **options)
        assert (back.get("changed"), images()) == (True, [old, old]), back
    finally:
        with_variables()
