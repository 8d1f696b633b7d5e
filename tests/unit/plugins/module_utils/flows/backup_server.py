# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in cluster with objects of a few kinds, whose every answer a test can spoil."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)

KINDS = {
    "v1/configmaps": "ConfigMap",
    "v1/secrets": "Secret",
    "apps/v1/deployments": "Deployment",
    "example.org/v1/things": "Thing",
}
SECRET = "c2VjcmV0LWNhbmFyeQ=="


def item(name: str, namespace: str = "argo", **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", "resourceVersion": "1"}, **more}


class Cluster:
    """items: by "<api>/<plural>". spoiled: answers for paths, asked before anything else; None lets it pass."""

    def __init__(self, page: int = 2) -> None:
        self.page = page
        self.versions = {"example.org": ["v1"]}
        self.stale: set[str] = set()
        self.spoiled: Callable[[Request], Answer | None] = lambda _request: None
        self.items: dict[str, list[dict[str, Any]]] = {
            "v1/configmaps": [item(f"map-{number}", data={"a": "x" * 100}) for number in range(5)],
            "v1/secrets": [item("token", type="Opaque", data={"token": SECRET})],
            "apps/v1/deployments": [item("controller", spec={"replicas": 1}, status={"replicas": 1})],
        }

    def serve(self) -> FaultServer:
        return FaultServer(self._route)

    def _route(self, request: Request) -> Answer:
        spoiled = self.spoiled(request)
        if spoiled:
            return spoiled
        if request.path in ("/api", "/apis"):
            return Answer({"kind": "APIGroupDiscoveryList", "items": self._groups(core=request.path == "/api")})
        if request.path == "/version":
            return Answer({"gitVersion": "v1.35.4"})
        if request.path == "/api/v1/namespaces/kube-system":
            return Answer({"metadata": {"name": "kube-system", "uid": "cluster-uid"}})
        collection = request.path.removeprefix("/api/").removeprefix("/apis/")
        if collection in self.items:
            return Answer(self._page(self.items[collection], int(request.query.get("continue", 0))))
        return status(404, "the server could not find the requested resource")

    def _groups(self, *, core: bool) -> list[dict[str, Any]]:
        groups: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for key in self.items:
            api, _slash, plural = key.rpartition("/")
            group, _slash, version = api.rpartition("/")
            found = {"resource": plural, "responseKind": {"kind": KINDS.get(key, "Thing")}, "scope": "Namespaced"}
            groups.setdefault(group, {}).setdefault(version, []).append({**found, "verbs": ["list"]})
        return [
            {
                "metadata": {"name": group},
                "versions": [
                    {"version": version, "resources": versions[version], **self._freshness(group)}
                    for version in self.versions.get(group, list(versions))
                ],
            }
            for group, versions in groups.items()
            if core is (group == "")
        ]

    def _freshness(self, group: str) -> dict[str, Any]:
        return {"freshness": "Stale", "resources": []} if group in self.stale else {}

    def _page(self, items: list[dict[str, Any]], start: int) -> dict[str, Any]:
        after = start + self.page
        meta = {"resourceVersion": "100", **({"continue": str(after)} if after < len(items) else {})}
        return {"kind": "List", "metadata": meta, "items": items[start:after]}


def client(server: FaultServer) -> Client:
    credentials = Credentials(host=server.url, authorization=lambda: "Bearer x")
    return Client(Transport(lambda: credentials, timeout=5.0, read_only=True, sleep=lambda _seconds: None))
