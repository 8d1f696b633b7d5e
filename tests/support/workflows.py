# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows that the real controller runs, and module workflow called in the process of the test."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, workflow_control
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.modules.workflow import OPTIONS

HOLD: dict[str, Any] = {"name": "hold", "suspend": {}}
WORK: dict[str, Any] = {"name": "work", "container": {"image": "busybox:1.36", "command": ["true"]}}


def manifest(name: str, *templates: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """One whose first template is its entrypoint."""
    whole = {"entrypoint": templates[0]["name"], "templates": list(templates), **spec}
    return {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": {"name": name}, "spec": whole}


def steps(*groups: tuple[str, ...], name: str = "main", **fields: Any) -> dict[str, Any]:
    """A template of steps; each is written as name=template."""
    parallel = [[dict(zip(("name", "template"), step.split("="), strict=True)) for step in group] for group in groups]
    return {"name": name, "steps": parallel, **fields}


def act(client: Client, state: str, *, check: bool = False, **options: Any) -> acting.Acted:
    """What module workflow does, without a process of its own: so several at once take seconds."""
    defaults = {name: spec.get("default") for name, spec in {**OPTIONS, **acting.SPEC, **acting.SEVERAL_SPEC}.items()}
    return workflow_control.act(client, {**defaults, "actor": "a test", "state": state, **options}, check)


def until(condition: Callable[[], Any], timeout: float = 90) -> Any:
    deadline = time.monotonic() + timeout
    while not (seen := condition()):
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.2)
    return seen


def ready_for_pods(client: Client, namespace: str) -> None:
    """A new namespace has no ServiceAccount for a moment, and until then no pod is made there."""
    until(lambda: client.get_or_none(resource("v1", "serviceaccounts", namespace, "default")))


def phase(workflow: dict[str, Any]) -> str:
    return workflow.get("status", {}).get("phase", "")


def node_phases(workflow: dict[str, Any]) -> dict[str, str]:
    """Phases by display name."""
    return {node["displayName"]: node.get("phase", "") for node in nodes(workflow["status"]).values()}


def open_holds(workflow: dict[str, Any]) -> set[str]:
    found = nodes(workflow.get("status", {})).values()
    return {node["displayName"] for node in found if (node["type"], node.get("phase")) == ("Suspend", "Running")}
