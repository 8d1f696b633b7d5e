# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in memory with two workloads of a component, a definition and objects of it; it can die at any write."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError

DEPLOYMENTS = "/apis/apps/v1/namespaces/argo/deployments"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/argoproj.io/v1alpha1/widgets"
CONTROLLER, SERVER = f"{DEPLOYMENTS}/controller", f"{DEPLOYMENTS}/server"
DEFINITION = f"{DEFINITIONS}/widgets.argoproj.io"
RECORD = "/api/v1/namespaces/ops/configmaps/upgrade-argo"
SETTINGS = "/api/v1/namespaces/argo/configmaps/settings"


class KilledError(BaseException):
    """The process is gone: nothing catches it."""


def definition(*fields: str) -> dict[str, Any]:
    """A CustomResourceDefinition whose objects have these fields in their spec."""
    properties = {"spec": {"type": "object", "properties": {name: {"type": "string"} for name in fields}}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": properties}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.argoproj.io"},
        "spec": {
            "group": "argoproj.io",
            "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [{"name": "v1alpha1", "storage": True, "schema": schema}],
        },
    }


def deployment(name: str, image: str, *arguments: str) -> dict[str, Any]:
    container = {"name": name, "image": image, "args": list(arguments)}
    meta = {"name": name, "namespace": "argo", "labels": {"app.kubernetes.io/version": "v3.6.13"}}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": {"app": name}},
        "template": {"spec": {"containers": [container]}},
    }
    return {"kind": "Deployment", "metadata": meta, "spec": spec}


class UpgradeCluster:
    """Speaks as kube.client does. bad: images that never run. die: the write at which the process dies, from 1.

    meanwhile: what somebody else does just before an apply arrives, one after the other.
    """

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.bad: set[str] = set()
        self.widgets: list[dict[str, Any]] = []
        self.writes: list[str] = []
        self.dry_runs: list[str] = []
        self.die: int | None = None
        self.die_after = False
        self.meanwhile: list[Callable[[], object]] = []
        self._version = 0
        controller = deployment("controller", "q.io/controller:v3.6.13", "--executor-image", "q.io/exec:v3.6.13")
        for path, item in (
            (CONTROLLER, controller),
            (SERVER, deployment("server", "q.io/server:v3.6.13@sha256:0a")),
            (DEFINITION, definition("a")),
        ):
            self._store(path, item)

    def semantic(self) -> dict[str, Any]:
        """All objects without what the cluster gives out."""
        given = ("uid", "resourceVersion", "generation")
        return {
            path: {**item, "metadata": {key: value for key, value in item["metadata"].items() if key not in given}}
            for path, item in copy.deepcopy(self.objects).items()
        }

    def images(self) -> list[str]:
        return [self._container(path)["image"] for path in (CONTROLLER, SERVER)]

    def _container(self, path: str) -> dict[str, Any]:
        return self.objects[path]["spec"]["template"]["spec"]["containers"][0]

    def _store(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        self._version += 1
        old = self.objects.get(path)
        if not item["metadata"].get("annotations", True):
            del item["metadata"]["annotations"]
        uid = old["metadata"]["uid"] if old else f"uid-{self._version}"
        item["metadata"] |= {"uid": uid, "resourceVersion": str(self._version), "generation": self._version}
        self.objects[path] = item
        return copy.deepcopy(item)

    def _write(self, what: str, path: str, item: dict[str, Any] | None, dry: bool) -> dict[str, Any]:
        if dry:
            self.dry_runs.append(f"{what} {path}")
            return copy.deepcopy(item or {})
        number = len(self.writes) + 1
        if number == self.die and not self.die_after:
            raise KilledError
        self.writes.append(f"{what} {path.rpartition('/')[2]}")
        made = self._store(path, item) if item is not None else self.objects.pop(path)
        if number == self.die:
            raise KilledError
        return made

    def get_or_none(self, path: str) -> dict[str, Any] | None:
        item = copy.deepcopy(self.objects.get(path))
        if item and path.startswith(DEPLOYMENTS):
            well = int(self._container(path)["image"] not in self.bad)
            item["status"] = {
                "observedGeneration": item["metadata"]["generation"],
                "replicas": 1,
                "updatedReplicas": 1,
                "availableReplicas": well,
            }
        if item and path == DEFINITION:
            item["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
        return item

    def get(self, path: str) -> dict[str, Any]:
        found = self.get_or_none(path)
        if found is None:
            raise NotFoundError("invalid", f"{path} is not there", status=404)
        return found

    def apply(self, path: str, body: dict[str, Any], *, dry_run: bool = False, force: bool = True) -> dict[str, Any]:
        if not dry_run and self.meanwhile:
            self.meanwhile.pop(0)()
        old = self.objects.get(path, {"metadata": {}})
        given = {name: body["metadata"].get(name) for name in ("uid", "resourceVersion")}
        if any(value and value != old["metadata"].get(name) for name, value in given.items()):
            raise OpsError("conflict", "the object has been modified", status=409)
        if not force and path in self.objects:
            raise OpsError("conflict", "Apply failed with 1 conflict", status=409)
        item = {**copy.deepcopy(body), "metadata": {**old["metadata"], **body["metadata"]}}
        return self._write("apply", path, item, dry_run)

    def replace(self, path: str, body: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        if body["metadata"]["resourceVersion"] != self.objects[path]["metadata"]["resourceVersion"]:
            raise OpsError("conflict", "the object has been modified", status=409)
        return self._write("replace", path, copy.deepcopy(body), dry_run)

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._write("create", f"{path}/{body['metadata']['name']}", copy.deepcopy(body), False)

    def delete(self, path: str, uid: str, resource_version: str) -> str:
        meta = self.objects[path]["metadata"]
        assert (uid, resource_version) == (meta["uid"], meta["resourceVersion"])
        self._write("delete", path, None, False)
        return "gone"

    def patch(self, path: str, body: list[dict], *, content_type: str, dry_run: bool = False) -> dict[str, Any]:
        assert content_type == "application/json-patch+json"
        item = copy.deepcopy(self.objects[path])
        for one in body:
            *place, last = [part.replace("~1", "/").replace("~0", "~") for part in one["path"].split("/")[1:]]
            holder: Any = item
            for name in place:
                holder = holder[int(name) if isinstance(holder, list) else name]
            if one["op"] == "test" and holder[last] != one["value"]:
                raise OpsError("conflict", "the object has been modified", status=409)
            if one["op"] == "add":
                holder[last] = one["value"]
            if one["op"] == "remove":
                del holder[last]
        return self._write("patch", path, item, dry_run)

    def pages(self, path: str, **_options: Any) -> Iterator[list[dict[str, Any]]]:
        yield copy.deepcopy(self.widgets) if path == WIDGETS else []

    def read(self, path: str, new_reducer: Any) -> Any:
        reducer = new_reducer()
        for page in self.pages(path):
            reducer.add(page)
        return reducer

    def list_at(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
        return [], "1"

    def each(self, function: Any, items: Any) -> Iterator[tuple[Any, Any]]:
        for item in items:
            yield item, function(item)
