# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster in memory that takes what a restore writes, or refuses it, and backups in memory to restore from."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import Terms
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import Choice
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Origin, Plan, Wish
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_apply import Done, Restorer
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_plan import Planner, Source
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import failure
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.cost import Cost
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.fences import OpenFence

WORKFLOWS, CODERUNS = "workflows.argoproj.io", "coderuns.agents.platform"
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
#: resource -> (api, kind, namespaced, status apart)
KINDS = {
    DEFINITIONS: ("apiextensions.k8s.io/v1", "CustomResourceDefinition", False, True),
    "namespaces": ("v1", "Namespace", False, True),
    "configmaps": ("v1", "ConfigMap", True, False),
    "secrets": ("v1", "Secret", True, False),
    "services": ("v1", "Service", True, True),
    WORKFLOWS: ("argoproj.io/v1alpha1", "Workflow", True, False),
    CODERUNS: ("agents.platform/v1", "CodeRun", True, True),
}
STARTED = "2026-11-21T08:00:00Z"
Object = dict[str, Any]
Refuse = Callable[[str, str, Mapping[str, Any]], tuple[int, str] | None]


def item(resource: str, name: str, namespace: str = "argo", owners: Sequence[str] = (), **more: Any) -> Object:
    """An object; owners as KIND/NAME."""
    api, kind, namespaced, _apart = KINDS[resource]
    place = {"namespace": namespace} if namespaced else {}
    metadata: Object = {"name": name, **place, "uid": f"old-{name}", "resourceVersion": "100"}
    if owners:
        metadata["ownerReferences"] = [_reference(one) for one in owners]
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def workflow(name: str, phase: str = "Succeeded", **more: Any) -> Object:
    labels = {"workflows.argoproj.io/completed": "true"}
    made = item(WORKFLOWS, name, spec={"entrypoint": "main"}, status={"phase": phase, "nodes": {"a": {}}}, **more)
    return {**made, "metadata": {**made["metadata"], "labels": labels}}


def coderun(name: str, **more: Any) -> Object:
    made = item(CODERUNS, name, spec={"service": "shop"}, status={"phase": "Succeeded"}, **more)
    return {**made, "metadata": {**made["metadata"], "finalizers": ["theirs"]}}


def _reference(called: str) -> Object:
    kind, name = called.split("/")
    api = next((api for api, known_as, *_rest in KINDS.values() if known_as == kind), "apps/v1")
    return {"apiVersion": api, "kind": kind, "name": name, "uid": f"old-{name}"}


class Server:
    """A transport whose server keeps objects by path.

    refuse: (method, path, body) -> status and words, asked before anything is done
    ignores: says yes to every write and does nothing
    """

    host = "https://cluster"

    def __init__(self, *items: Object, kinds: Sequence[str] = tuple(KINDS)) -> None:
        self.cost = Cost()
        self.kinds = list(kinds)
        self.refuse: Refuse = lambda _method, _path, _body: None
        self.ignores = False
        self.writes: list[str] = []
        self.objects: dict[str, Object] = {}
        self._version = 200
        self._turn = threading.RLock()
        for one in (item("namespaces", "argo"), *items):
            path = f"{_collection(one)}/{one['metadata']['name']}"
            self.objects[path] = copy.deepcopy(one)

    def request(self, method: str, path: str, *, query: Any = None, body: Any = None, **_more: Any) -> Object:
        refusal = self.refuse(method, path, body or {})
        if refusal:
            code, words = refusal
            if not code:
                raise OpsError("unreachable", words, request=f"{method} {path}")
            raise failure(code, json.dumps({"message": words}).encode(), f"{method} {path}")
        dry = "dryRun" in (query or {})
        with self._turn:
            if method == "GET":
                return copy.deepcopy(self._get(path))
            if not dry:
                self.writes.append(f"{method} {path.partition('/namespaces/')[2] or path}")
            return self._write(method, path, body, dry or self.ignores)

    def at(self, resource: str, name: str, namespace: str = "argo") -> Object | None:
        return self.objects.get(f"{_place(resource, namespace)}/{name}")

    def _get(self, path: str) -> Object:
        if path in ("/api", "/apis"):
            return {"kind": "APIGroupDiscoveryList", "items": self._groups(core=path == "/api")}
        if path in self.objects:
            return self.objects[path]
        resource = next((one for one in self.kinds if path.endswith(f"/{known(one).plural}")), None)
        if resource is None:
            raise failure(404, b'{"message": "not found"}', f"GET {path}")
        found = [one for one in self.objects.values() if _is_in(path, resource, one)]
        return {"kind": "List", "metadata": {"resourceVersion": str(self._version)}, "items": found}

    def _groups(self, *, core: bool) -> list[Object]:
        groups = []
        for resource in self.kinds:
            api, kind, namespaced, apart = KINDS[resource]
            group, _slash, version = api.rpartition("/")
            if bool(group) is core:
                continue
            row = {
                "resource": known(resource).plural,
                "verbs": ["list"],
                "responseKind": {"kind": kind},
                "scope": "Namespaced" if namespaced else "Cluster",
                "subresources": [{"subresource": "status"}] if apart else [],
            }
            groups.append({"metadata": {"name": group}, "versions": [{"version": version, "resources": [row]}]})
        return groups

    def _write(self, method: str, path: str, body: Any, vain: bool) -> Object:
        name = body["metadata"]["name"] if method == "POST" else path.removesuffix("/status").rpartition("/")[2]
        place = f"{path}/{name}" if method == "POST" else path.removesuffix("/status")
        there = self.objects.get(place)
        if method == "POST" and there:
            raise failure(409, b'{"message": "already exists"}', f"POST {path}")
        if method != "POST" and there is None:
            raise failure(404, b'{"message": "not found"}', f"{method} {path}")
        if method in ("PUT", "PATCH") and body["metadata"]["resourceVersion"] != there["metadata"]["resourceVersion"]:
            raise failure(409, b'{"message": "the object has been modified"}', f"{method} {path}")
        if method == "DELETE":
            self.objects.pop(place)
            return {"kind": "Status"}
        made = self._made(method, path, body, there)
        if not vain:
            self.objects[place] = made
            self._define(made)
        return copy.deepcopy(made)

    def _made(self, method: str, path: str, body: Any, there: Object | None) -> Object:
        self._version += 1
        made = copy.deepcopy({**there, **body} if method == "PATCH" and there else body)
        if method == "PATCH" and there:
            made["metadata"] = {**there["metadata"], **body["metadata"]}
        if path.endswith("/status"):
            made = {**copy.deepcopy(there), "status": body["status"]}
        elif there is None or method == "PUT":
            apart = next(apart for _api, kind, _scope, apart in KINDS.values() if kind == body["kind"])
            if apart:
                made.pop("status", None)
                made |= {"status": there["status"]} if there and there.get("status") else {}
        metadata = made["metadata"]
        metadata["resourceVersion"] = str(self._version)
        metadata.setdefault("creationTimestamp", "2026-11-22T00:00:00Z")
        metadata["uid"] = there["metadata"]["uid"] if there else f"new-{metadata['name']}"
        return made

    def _define(self, made: Object) -> None:
        if made.get("kind") == "CustomResourceDefinition" and made["metadata"]["name"] not in self.kinds:
            made["status"] = {"conditions": [{"type": "Established", "status": "True"}]}
            self.kinds.append(made["metadata"]["name"])


def _place(resource: str, namespace: str) -> str:
    api, _kind, namespaced, _apart = KINDS[resource]
    base = f"/apis/{api}" if "/" in api else f"/api/{api}"
    within = f"namespaces/{namespace}/" if namespaced else ""
    return f"{base}/{within}{known(resource).plural}"


def _collection(one: Object) -> str:
    resource = next(name for name, (_api, kind, *_rest) in KINDS.items() if kind == one["kind"])
    return _place(resource, one["metadata"].get("namespace", ""))


def _is_in(path: str, resource: str, one: Object) -> bool:
    if KINDS[resource][1] != one.get("kind"):
        return False
    return "/namespaces/" not in path or f"/namespaces/{one['metadata'].get('namespace')}/" in path


class HeldParts:
    """Parts that hold these objects."""

    def __init__(self, items: Sequence[Object]) -> None:
        self._items = items

    def objects(self, part: Part) -> Iterator[tuple[str, str, bytes]]:
        for one in self._items:
            if one["kind"] == part.kind:
                metadata = one["metadata"]
                yield metadata.get("namespace", ""), metadata["name"], json.dumps(one).encode()


def source(*items: Object, choice: Choice | None = None, wish: Wish | None = None, here: bool = False) -> Source:
    """A backup of these objects."""
    parts = [
        Part(name, "path", "00", 1, api=api, kind=kind, namespaced=namespaced, status=known(name).status)
        for name, (api, kind, namespaced, _apart) in KINDS.items()
        if any(one["kind"] == kind for one in items)
    ]
    choice = choice or Choice()
    origin = Origin("b1", STARTED, is_here=here)
    return Source(HeldParts(items), parts, origin, Terms("b1", choice), wish or Wish())


def planned(server: Server, backup: Source) -> tuple[Cluster, Plan]:
    cluster = Cluster(Client(server), backup.choice.targets())
    return cluster, Planner(cluster, backup).make()


def restored(
    server: Server, backup: Source, *, fence: OpenFence | None = None, dry: bool = False
) -> tuple[dict[str, Done], OpsError | None]:
    """What became of each object, by its name."""
    cluster, plan = planned(server, backup)
    restorer = Restorer(cluster, fence or OpenFence(), backup, plan, wait=0.5, dry=dry)
    error = restorer.run()
    return {key[2]: one for key, one in restorer.done.items()}, error
