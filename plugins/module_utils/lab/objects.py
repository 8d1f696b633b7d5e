# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the objects of a practice cluster to their described state. Private API."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

try:
    import yaml
except ImportError:  # pragma: no cover - ansible-core brings it
    yaml = None

# What has to be there before others: simulated nodes need their stages, objects their namespace and their CRD.
_ORDER = (
    ("Namespace", "CustomResourceDefinition", "PriorityClass"),
    ("Stage", "Metric", "ClusterResourceUsage", "ServiceAccount", "ClusterRole", "Role", "ConfigMap"),
    ("ClusterRoleBinding", "RoleBinding", "Service"),
    ("Node",),
)
_CLUSTER_WIDE = frozenset(
    {
        "APIService",
        "ClusterResourceUsage",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "Metric",
        "Namespace",
        "Node",
        "PriorityClass",
        "Stage",
    }
)
_PLURALS = {"PriorityClass": "priorityclasses"}
_WITH_STATE = ("CustomResourceDefinition", "Node", "Deployment")


def ordered(objects: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The objects in groups that can be applied at once. Pure."""
    ranked = sorted(objects, key=_rank)
    return [list(group) for _rank_of, group in groupby(ranked, key=_rank)]


def path_of(item: dict[str, Any]) -> str:
    """The object's path at the API server; only kinds that a practice cluster uses. Pure."""
    kind, meta = item["kind"], item["metadata"]
    plural = _PLURALS.get(kind, f"{kind.lower()}s")
    namespace = None if kind in _CLUSTER_WIDE else meta.get("namespace", "default")
    return resource(item["apiVersion"], plural, namespace, meta["name"])


def is_ready(item: dict[str, Any]) -> bool:
    """Whether an object works; kinds without a state of their own always do. Pure."""
    status = item.get("status") or {}
    conditions = {one["type"]: one["status"] for one in status.get("conditions") or []}
    if item["kind"] == "CustomResourceDefinition":
        return conditions.get("Established") == "True"
    if item["kind"] == "Node":
        return conditions.get("Ready") == "True"
    if item["kind"] == "Deployment":
        wanted = item["spec"].get("replicas", 1)
        current = status.get("observedGeneration") == item["metadata"].get("generation")
        return current and status.get("availableReplicas", 0) >= wanted
    return True


def load_yaml(text: str) -> list[dict[str, Any]]:
    """The objects of a YAML text: several documents, or the items of a List."""
    if yaml is None:
        raise OpsError(
            "invalid", "the Python package PyYAML is missing", hint="Install it for the modules' interpreter."
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = [item for item in yaml.load_all(text, Loader=loader) if item]
    return [
        item
        for document in documents
        for item in (document["items"] if isinstance(document, dict) and document.get("kind") == "List" else [document])
    ]


def kustomize(kubectl: str, folder: Path) -> list[dict[str, Any]]:
    """The objects that a kustomization describes; nothing is asked of a cluster."""
    made = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        words = " ".join(made.stderr.split())[:300]
        raise OpsError("invalid", f"the kustomization {folder} cannot be used: {words}")
    return load_yaml(made.stdout)


def apply(client: Client, objects: Iterable[dict[str, Any]], seconds: float, *, dry_run: bool = False) -> list[str]:
    """Apply all objects server-side and wait until they work; returns the paths of those that changed.

    A dry run reports what would change; objects of a kind or namespace that is not there yet count as changed.
    """
    changed = []
    for group in ordered(objects):
        for item, outcome in client.each(lambda item: _apply(client, item, dry_run), group):
            if isinstance(outcome, OpsError):
                raise outcome
            if outcome:
                changed.append(path_of(item))
        if not dry_run:
            _wait(client, group, seconds)
    return sorted(changed)


def _apply(client: Client, item: dict[str, Any], dry_run: bool) -> bool:
    path = path_of(item)
    before = client.get_or_none(path)
    if before is None and dry_run:
        return True
    after = client.apply(path, item, dry_run=dry_run)
    return before is None or _without_managers(before) != _without_managers(after)


def _wait(client: Client, group: list[dict[str, Any]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    waiting = [path_of(item) for item in group if item["kind"] in _WITH_STATE]
    while waiting:
        waiting = [path for path in waiting if not is_ready(client.get(path))]
        if waiting and time.monotonic() > deadline:
            raise OpsError("timeout", f"{waiting[0]} does not work after {seconds:.0f} s", hint="See its conditions.")
        time.sleep(0.1 if waiting else 0)


def _without_managers(item: dict[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in item["metadata"].items() if key not in ("managedFields", "resourceVersion")}
    return {**{key: value for key, value in item.items() if key != "status"}, "metadata": meta}


def _rank(item: dict[str, Any]) -> int:
    return next((rank for rank, kinds in enumerate(_ORDER) if item["kind"] in kinds), len(_ORDER))
