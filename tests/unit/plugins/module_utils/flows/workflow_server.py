# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in API server with workflows that can be patched, and a controller that acts on orders, or does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.test_parameters import applied
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Request,
    status,
)

GROUP = "/apis/argoproj.io/v1alpha1"
NAMESPACED = f"{GROUP}/namespaces/argo/workflows"


class WorkflowServer:
    """A route of a FaultServer.

    :param react: changes a workflow after a patch, as its controller would
    :param before_patch: called with the name before a patch is looked at
    """

    def __init__(
        self,
        *items: dict[str, Any],
        react: Callable[[dict[str, Any]], None] = lambda _item: None,
        before_patch: Callable[[str], None] = lambda _name: None,
        ignores: bool = False,
    ) -> None:
        self.items = {item["metadata"]["name"]: copy.deepcopy(item) for item in items}
        self.others: dict[str, dict[str, Any]] = {}
        self.version = 100
        self._react, self._before, self._ignores = react, before_patch, ignores

    def __call__(self, request: Request) -> Answer:
        name = request.path.rsplit("/", 1)[-1]
        if request.path in self.others:
            return self._other(request)
        if request.path in (NAMESPACED, f"{GROUP}/workflows") and request.method == "GET":
            return Answer(b"") if "watch" in request.query else Answer(self._list(request.query))
        if request.path == NAMESPACED and request.method == "POST":
            return self._create(request)
        if not request.path.startswith(f"{NAMESPACED}/") or name not in self.items:
            return self._elsewhere(request)
        if request.method == "PATCH":
            return self._patch(request, name)
        if request.method == "DELETE":
            return self._delete(request, name)
        return Answer(self.items[name])

    def touch(self, name: str) -> None:
        """Somebody writes it."""
        self.version += 1
        self.items[name]["metadata"]["resourceVersion"] = str(self.version)

    def _list(self, query: dict[str, str]) -> dict[str, Any]:
        wanted = query.get("fieldSelector", "").removeprefix("metadata.name=")
        label = tuple(query["labelSelector"].split("=")) if query.get("labelSelector") else ()
        items = [
            item
            for name, item in self.items.items()
            if wanted in ("", name) and (not label or label in (item["metadata"].get("labels") or {}).items())
        ]
        return {"kind": "WorkflowList", "metadata": {"resourceVersion": str(self.version)}, "items": items}

    def _patch(self, request: Request, name: str) -> Answer:
        self._before(name)
        meta, asked = self.items[name]["metadata"], request.body["metadata"]
        if (meta["uid"], meta["resourceVersion"]) != (asked["uid"], asked["resourceVersion"]):
            return status(409, "the object has been modified")
        patched = applied(copy.deepcopy(self.items[name]), request.body)
        if "dryRun" in request.query or self._ignores:
            return Answer(patched)
        self.items[name] = patched
        self._react(self.items[name])
        self.touch(name)
        return Answer(self.items[name])

    def _create(self, request: Request) -> Answer:
        made = copy.deepcopy(request.body)
        made["metadata"].setdefault("name", made["metadata"].get("generateName", "") + "x1")
        name = made["metadata"]["name"]
        made["metadata"] |= {"uid": f"uid-{name}", "resourceVersion": "1"}
        if "dryRun" not in request.query:
            self.items[name] = made
            self._react(made)
            self.touch(name)
        return Answer(made, 201)

    def _delete(self, request: Request, name: str) -> Answer:
        if request.body.get("dryRun") != ["All"]:
            del self.items[name]
        return Answer({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})

    def _other(self, request: Request) -> Answer:
        found = self.others[request.path]
        if request.method == "DELETE":
            del self.others[request.path]
        return Answer(found)

    def _elsewhere(self, request: Request) -> Answer:
        plural = request.path.rsplit("/", 1)[-1]
        if request.method == "GET" and plural in ("pods", "persistentvolumeclaims", "configmaps", "jobs", "coderuns"):
            items = [one for path, one in self.others.items() if path.rsplit("/", 1)[0] == request.path]
            return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": items})
        return status(404, f"{plural} not found")
