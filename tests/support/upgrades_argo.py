# SPDX-License-Identifier: GPL-3.0-or-later
"""Argo Workflows of a practice cluster at an older version, with workflows under way, and back as it was found."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import read
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.rollout import MARK

from tests.support.cluster import Namespace
from tests.support.commands import ROOT
from tests.support.lab import Lab
from tests.support.modules import run_module

OLD, NEW = "v3.6.13", "v3.7.15"
CONTROLLER, SERVER = "argo-workflows-workflow-controller", "argo-workflows-server"
_FILES = ROOT / "roles" / "lab" / "files"
_RECORD = resource("v1", "configmaps", "agent-platform-ops", "upgrade-argo-workflows")
_IMAGES = {CONTROLLER: "quay.io/argoproj/workflow-controller", SERVER: "quay.io/argoproj/argocli"}
_CONTAINERS = {CONTROLLER: "workflow-controller", SERVER: "argo-server"}
_SPEC = {
    "entrypoint": "main",
    "templates": [
        {"name": "main", "steps": [[{"name": "a", "template": "work"}], [{"name": "hold", "template": "hold"}],
                                   [{"name": "b", "template": "work"}]]},
        {"name": "work", "container": {"image": "busybox:1.36", "command": ["true"]}},
        {"name": "hold", "suspend": {}},
    ],
}  # fmt: skip


class Argo:
    """Argo Workflows of a practice cluster."""

    def __init__(self, lab: Lab, api: Client) -> None:
        self.lab, self.api = lab, api
        self._definitions = {OLD: _definitions("older_tools"), NEW: _definitions("tools")}

    def definitions(self, version: str) -> str:
        return str(self._definitions[version])

    def path(self, name: str) -> str:
        return resource("apps/v1", "deployments", "argo", name)

    def versions(self) -> list[str]:
        """Tags of controller and server, and the version of the controller that really runs."""
        found = [self.api.get(self.path(name)) for name in (CONTROLLER, SERVER)]
        tags = [one["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2] for one in found]
        running = self.lab.supervised("workflow-controller")
        return [*tags, running["version"] if running["state"] == "running" else running["state"]]

    def metrics_url(self) -> str:
        """The page of metrics of the controller that really runs."""
        settings = self.api.get(resource("v1", "configmaps", "argo", "workflow-controller-configmap"))
        port = yaml.safe_load(settings["data"]["metricsConfig"])["port"]
        return f"http://127.0.0.1:{port}/metrics"

    def set(self, version: str) -> None:
        """Bring it to a version, whatever was done to it."""
        for one in read([self.definitions(version)], "argo").rows:
            self.api.apply(one.path, one.body)
        for name, image in _IMAGES.items():
            container = {"name": _CONTAINERS[name], "image": f"{image}:{version}"}
            spec = {"template": {"spec": {"containers": [container]}}}
            labels = {"app.kubernetes.io/version": version}
            patch = {"metadata": {"labels": labels, "annotations": {MARK: None}}, "spec": spec}
            self.api.patch(self.path(name), patch, content_type="application/strategic-merge-patch+json")
        record = self.api.get_or_none(_RECORD)
        if record:
            self.api.delete(_RECORD, record["metadata"]["uid"], record["metadata"]["resourceVersion"])
        until(lambda: self.versions() == [version] * 3)

    def is_recorded(self) -> bool:
        return self.api.get_or_none(_RECORD) is not None


def start(namespace: Namespace, count: int) -> list[str]:
    """Workflows that are held between two steps of theirs."""
    # Without it the pods of the first moment are refused.
    until(lambda: namespace.api.get_or_none(resource("v1", "serviceaccounts", namespace.name, "default")))
    names = [f"flight-{number}" for number in range(count)]
    namespace.add(
        *({"kind": "Workflow", "apiVersion": WORKFLOWS[0], "metadata": {"name": one}, "spec": _SPEC} for one in names)
    )
    until(lambda: all(_holds(one) for one in namespace.workflows().values()))
    return names


def _holds(item: dict[str, Any]) -> bool:
    nodes = (item.get("status") or {}).get("nodes") or {}
    return any(one.get("type") == "Suspend" and one.get("phase") == "Running" for one in nodes.values())


def phases(namespace: Namespace) -> dict[str, str]:
    return {name: one.get("status", {}).get("phase", "") for name, one in namespace.workflows().items()}


def until(condition: Callable[[], Any], seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.3)


@contextmanager
def older_argo(lab: Lab, api: Client) -> Iterator[Argo]:
    """At the older version until the block ends, then as it was found."""
    argo = Argo(lab, api)
    try:
        argo.set(OLD)
        yield argo
    finally:
        argo.set(NEW)


def _definitions(folder: str) -> Path:
    """Folder of the definitions of a version, whose programs are in the cache by then."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "agent_platform_ops")
    module = _FILES / folder / "argo_workflows"
    made = run_module(
        "lab_tools",
        cache=str(cache),
        modules=str(_FILES / "tools"),
        sets=["argo_workflows"],
        other_modules={"argo_workflows": str(module)},
    )
    return Path(made["manifests"]["argo_workflows"], "manifests", "base", "crds", "minimal")
