# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects on the practice cluster, made and read through the collection's own client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

ARGO = "workflows.argoproj.io"
KEEP = "ops.agent-platform/keep"


def client(kubeconfig: Path) -> Client:
    return Client(Transport(lambda: load(str(kubeconfig))))


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def workflow(
    name: str,
    *,
    phase: str = "Succeeded",
    finished: str | None = None,
    labels: dict[str, str] | None = None,
    template: str = "play",
    **meta: Any,
) -> dict[str, Any]:
    """A workflow that the real controller leaves alone, finished 90 days ago unless told otherwise."""
    status: dict[str, Any] = {"phase": phase, "startedAt": ago(days=91), "nodes": {}}
    if phase != "Running":
        status["finishedAt"] = finished or ago(days=90)
    return {
        "apiVersion": WORKFLOWS[0],
        "kind": "Workflow",
        "metadata": {"name": name, "labels": {f"{ARGO}/completed": "true", **(labels or {})}, **meta},
        "spec": {"workflowTemplateRef": {"name": template}, "entrypoint": "main"},
        "status": status,
    }


class Namespace:
    """A namespace of one test, with workflows in it."""

    def __init__(self, api: Client) -> None:
        self.api = api
        # The server chooses the name: on a cluster that was kept (LAB_KEEP=1) those of earlier runs are still there.
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "ops-test-"}}
        self.name = api.create(resource("v1", "namespaces"), body)["metadata"]["name"]
        self.path = resource(*WORKFLOWS, self.name)

    def add(self, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
        made = []
        for _body, result in self.api.each(lambda body: self.api.create(self.path, body), bodies):
            if isinstance(result, OpsError):
                raise result
            made.append(result)
        return made

    def create(self, api_version: str, plural: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.api.create(resource(api_version, plural, self.name), {"apiVersion": api_version, **body})

    def workflows(self) -> dict[str, dict[str, Any]]:
        return {item["metadata"]["name"]: item for page in self.api.pages(self.path) for item in page}

    def patch(self, name: str, body: dict[str, Any]) -> None:
        self.api.patch(resource(*WORKFLOWS, self.name, name), body)
