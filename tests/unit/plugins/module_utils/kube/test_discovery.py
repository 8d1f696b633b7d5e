# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server serves, from its own answers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, FaultServer


def resource(
    name: str, kind: str, scope: str = "Namespaced", verbs: tuple[str, ...] = ("get", "list")
) -> dict[str, Any]:
    return {"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": list(verbs)}


def group(name: str, *versions: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": name} if name else {}, "versions": list(versions)}


def version(name: str, *resources: dict[str, Any], freshness: str = "Current") -> dict[str, Any]:
    return {"version": name, "resources": list(resources), "freshness": freshness}


GROUPS = {
    "/api": [
        group("", version("v1", resource("secrets", "Secret"), resource("bindings", "Binding", verbs=("create",))))
    ],
    "/apis": [
        group("apps", version("v1", resource("deployments", "Deployment"))),
        group(
            "example.org",
            version("v2", resource("things", "Thing", "Cluster")),
            version("v1", resource("things", "Thing", "Cluster")),
        ),
        group("metrics.k8s.io", version("v1beta1", freshness="Stale")),
    ],
}


def discover(connect, answers: dict[str, Any]):
    with FaultServer(route=lambda request: Answer(answers[request.path])) as server:
        return Client(connect(server)).discover(), server.requests


def test_what_can_be_listed_is_told_in_two_requests(connect) -> None:
    answers = {path: {"kind": "APIGroupDiscoveryList", "items": items} for path, items in GROUPS.items()}
    found, requests = discover(connect, answers)
    assert [(row["resource"], row["api"], row["kind"], row["namespaced"]) for row in found.rows] == [
        ("secrets", "v1", "Secret", True),
        ("deployments.apps", "apps/v1", "Deployment", True),
        ("things.example.org", "example.org/v2", "Thing", False),
        ("things.example.org", "example.org/v1", "Thing", False),
    ]
    assert found.stale == ("metrics.k8s.io",)
    assert len(requests) == 2


def test_a_server_that_cannot_tell_it_at_once_is_refused(connect) -> None:
    with pytest.raises(OpsError, match="does not tell what it serves in one answer"):
        discover(connect, {path: {"kind": "APIVersions"} for path in GROUPS})
