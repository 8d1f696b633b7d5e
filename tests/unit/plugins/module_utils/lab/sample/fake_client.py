# SPDX-License-Identifier: GPL-3.0-or-later
"""An API server in a dictionary: enough of the collection's client for what the sample asks of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

NODES = "/api/v1/nodes"
SIMULATED_NODE = {"metadata": {"name": "node-0", "annotations": {"kwok.x-k8s.io/node": "fake"}}}


def refusal(status: int) -> OpsError:
    kind = {403: "forbidden", 409: "conflict"}.get(status, "invalid")
    return OpsError(kind, f"HTTP {status}", status=status)


class FakeClient:
    """Keeps objects by path and writes down every write as "METHOD path"."""

    host = "https://127.0.0.1:6443"

    def __init__(self, nodes: tuple[dict, ...] = (SIMULATED_NODE,)) -> None:
        self.objects: dict[str, dict] = {f"{NODES}/{node['metadata']['name']}": node for node in nodes}
        self.writes: list[str] = []
        self.bodies: dict[str, Any] = {}
        # Called with the path before each create; may raise.
        self.before_create: Callable[[str], None] = lambda path: None
        self._version = 0

    def get(self, path: str) -> dict:
        if path not in self.objects:
            raise refusal(404)
        return copy.deepcopy(self.objects[path])

    def get_or_none(self, path: str) -> dict | None:
        return copy.deepcopy(self.objects.get(path))

    def create(self, path: str, body: dict) -> dict:
        if path.endswith("/binding"):
            self._write("POST", path, body)
            self.objects[path.removesuffix("/binding")]["spec"]["nodeName"] = body["target"]["name"]
            return {}
        own = f"{path}/{body['metadata']['name']}"
        self._write("POST", own, body)
        self.before_create(own)
        if own in self.objects:
            raise refusal(409)
        made = copy.deepcopy(body)
        made["metadata"]["uid"] = f"uid-{len(self.writes)}"
        if made["kind"] == "CustomResourceDefinition":
            made["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
        return self._keep(own, made)

    def apply(self, path: str, body: dict) -> dict:
        self._write("APPLY", path, body)
        return self._keep(path, copy.deepcopy(body))

    def patch(self, path: str, body: dict) -> dict:
        self._write("PATCH", path, body)
        own = path.removesuffix("/status")
        made = self.objects[own]
        meta = body.get("metadata", {})
        return self._keep(own, {**made, **body, "metadata": {**made["metadata"], **meta}})

    def delete(self, path: str, uid: str, resource_version: str) -> str:
        self._write("DELETE", path, None)
        meta = self.get(path)["metadata"]
        if (meta["uid"], meta["resourceVersion"]) != (uid, resource_version):
            raise refusal(409)
        if meta.get("finalizers"):
            self.objects[path]["metadata"]["deletionTimestamp"] = "2026-11-21T08:00:00Z"
            return "terminating"
        del self.objects[path]
        return "gone"

    def pages(self, path: str, *, label_selector: str | None = None, **_options: Any) -> Iterator[list[dict]]:
        yield [
            copy.deepcopy(one)
            for own, one in sorted(self.objects.items())
            if own.split("/")[-2] == path.split("/")[-1]
            and (label_selector is None or label_selector in one["metadata"].get("labels", {}))
        ]

    def read(self, path: str, new_reducer: Callable[[], Any], **options: Any) -> Any:
        reducer = new_reducer()
        for items in self.pages(path, **options):
            reducer.add(items)
        return reducer

    def each(self, function: Callable[[Any], Any], items: Any) -> Iterator[tuple[Any, Any]]:
        for item in items:
            try:
                yield item, function(item)
            except OpsError as error:
                yield item, error

    def wait_absent(self, path: str, uids: Any, timeout: float, *, label_selector: str | None = None) -> dict:
        wanted = set(uids)
        left = [one["metadata"] for page in self.pages(path, label_selector=label_selector) for one in page]
        return {meta["uid"]: meta for meta in left if meta["uid"] in wanted}

    def _keep(self, path: str, made: dict) -> dict:
        self._version += 1
        made["metadata"]["resourceVersion"] = str(self._version)
        self.objects[path] = made
        return copy.deepcopy(made)

    def _write(self, method: str, path: str, body: Any) -> None:
        self.writes.append(f"{method} {path}")
        self.bodies[f"{method} {path}"] = copy.deepcopy(body)
