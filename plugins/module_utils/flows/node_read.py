# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read all that a drain is decided from, at once. Private API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, workspaces
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import COMPLETED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge as judge_workflow
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import objects
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Claim, Group, Scene, Workload
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import Requirements, node_terms

_APPS = "apps/v1"


class _Reduced:
    """Objects of pages, each as the small value that is kept of it."""

    def __init__(self, keep: Callable[[Item], Any]) -> None:
        self._keep = keep
        self.found: list[Any] = []

    def add(self, items: list[Item]) -> None:
        self.found += [kept for kept in map(self._keep, items) if kept is not None]


def read(client: Client, now: datetime) -> Scene:
    """The cluster as it is.

    :raises OpsError: when any part of it cannot be read: nobody knows then what a drain would do
    """
    pods = objects.PodReader()

    def pod(item: Item) -> objects.Pod | None:
        found = pods.read(item)
        return None if found.is_ended else found

    open_workflows = {"label_selector": f"{COMPLETED}!=true"}
    parts: dict[str, tuple[str, str, Callable[[Item], Any], dict[str, Any]]] = {
        "pods": ("v1", "pods", pod, {}),
        "nodes": ("v1", "nodes", objects.node, {}),
        "budgets": ("policy/v1", "poddisruptionbudgets", objects.budget, {}),
        "replicasets": (_APPS, "replicasets", _replicaset, {"metadata_only": True}),
        "deployments": (_APPS, "deployments", lambda item: _workload(item, "Deployment"), {}),
        "statefulsets": (_APPS, "statefulsets", lambda item: _workload(item, "StatefulSet"), {}),
        "claims": ("v1", "persistentvolumeclaims", _claim, {}),
        "volumes": ("v1", "persistentvolumes", _volume, {}),
        "workflows": (*WORKFLOWS, lambda item: _held(item, now), open_workflows),
        "coderuns": (*CODERUN.at, coderuns.read, {}),
    }
    found = _all(client, parts)
    volumes = dict(found["volumes"])
    return Scene(
        now=now,
        nodes={one.name: one for one in found["nodes"]},
        pods=found["pods"],
        budgets=found["budgets"],
        owners=dict(found["replicasets"]),
        workloads={one.group: one for one in [*found["deployments"], *found["statefulsets"]]},
        claims={(one.namespace, one.name): one for one in (_bound(claim, volumes) for claim in found["claims"])},
        held=frozenset(found["workflows"]),
        runs=found["coderuns"],
    )


def _all(client: Client, parts: dict[str, tuple[str, str, Callable[[Item], Any], dict[str, Any]]]) -> dict[str, list]:
    def one(name: str) -> list[Any]:
        api, plural, keep, options = parts[name]
        try:
            return client.read(resource(api, plural), lambda: _Reduced(keep), **options).found
        except NotFoundError:
            # A kind that the cluster does not have stands in nobody's way.
            return []

    found: dict[str, list[Any]] = {}
    for name, result in client.each(one, parts):
        if isinstance(result, OpsError):
            raise result
        found[name] = result
    return found


def _replicaset(item: Item) -> tuple[str, str] | None:
    owner = objects.controller(meta(item))
    return (text(meta(item).get("uid")), owner.name) if owner.kind == "Deployment" else None


def _workload(item: Item, kind: str) -> Workload:
    spec, status = mapping(item.get("spec")), mapping(item.get("status"))
    replicas = whole(spec.get("replicas"))
    return Workload(
        Group(kind, text(meta(item).get("namespace")), text(meta(item).get("name"))),
        replicas=1 if replicas is None else replicas,
        available=whole(status.get("availableReplicas")) or 0,
        surges=kind == "Deployment" and _surges(spec),
    )


def _surges(spec: dict[str, Any]) -> bool:
    """Whether a roll-out makes a new pod before the last healthy one goes."""
    strategy = mapping(spec.get("strategy"))
    rolling = mapping(strategy.get("rollingUpdate"))
    surge, missing = rolling.get("maxSurge", "25%"), rolling.get("maxUnavailable", "25%")
    # Of what may be missing a percentage is rounded down, so that less than all of them never is the last one.
    keeps_one = missing == 0 or (isinstance(missing, str) and missing.endswith("%") and missing != "100%")
    return strategy.get("type") == "RollingUpdate" and keeps_one and surge not in (0, "0%")


def _claim(item: Item) -> tuple[str, str, str, str]:
    """(namespace, name, volume, workflow)."""
    workspace = workspaces.read(item)
    volume = text(mapping(item.get("spec")).get("volumeName"))
    return (
        text(meta(item).get("namespace")),
        text(meta(item).get("name")),
        volume,
        workspace.workflow if workspace else "",
    )


def _volume(item: Item) -> tuple[str, tuple[Requirements, ...]] | None:
    """Name and terms of a volume that can be used on some nodes alone."""
    required = mapping(mapping(mapping(item.get("spec")).get("nodeAffinity"))).get("required")
    return (text(meta(item).get("name")), node_terms(required)) if isinstance(required, dict) else None


def _bound(claim: tuple[str, str, str, str], volumes: dict[str, tuple[Requirements, ...]]) -> Claim:
    namespace, name, volume, workflow = claim
    return Claim(namespace, name, volumes.get(volume), workflow)


def _held(item: Item, now: datetime) -> tuple[str, str] | None:
    """The place of a workflow that is held, or of which nobody can tell."""
    judged = judge_workflow(item, now)
    # A hold that lasts long makes it stuck, and it is held all the same.
    is_held = judged.holds or judged.cannot_tell
    return (text(meta(item).get("namespace")), text(meta(item).get("name"))) if is_held else None
