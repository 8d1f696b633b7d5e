# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in API server of a platform for the health checks: empty lists, but for what a test puts in or breaks."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)


class Platform:
    """Lists by (namespace, plural); answers of their own by path; kinds that nobody knows by plural."""

    def __init__(
        self,
        lists: dict[tuple[str, str], list[dict[str, Any]]] | None = None,
        answers: dict[str, Answer] | None = None,
        unknown: tuple[str, ...] = (),
    ) -> None:
        self.lists, self.answers, self.unknown = lists or {}, answers or {}, unknown

    def __call__(self, request: Request) -> Answer:
        if request.path in self.answers:
            return self.answers[request.path]
        if request.path == "/version":
            return Answer({"gitVersion": "v1.35.4"})
        *before, last = request.path.split("/")
        namespace = before[-1] if "namespaces" in before else ""
        if "configmaps" in before or last in self.unknown:
            return status(404, "the server could not find the requested resource")
        return Answer(listed(self.lists.get((namespace, last), [])))

    def serve(self) -> FaultServer:
        return FaultServer(self)


def listed(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}


def forbidden(plural: str, namespace: str) -> Answer:
    """403 in the words of a real server."""
    where = f'in API group "" in the namespace "{namespace}"'
    return status(403, f'{plural} is forbidden: User "ops" cannot list resource "{plural}" {where}')
