# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in API server with CodeRuns, Jobs and pods, which does as it is told or only says so."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Request,
    status,
)

KINDS = {"coderuns": "CodeRun", "jobs": "Job", "pods": "Pod"}
Object = dict[str, Any]


def coderun(name: str = "a", phase: str = "Running", spec: Object | None = None, **meta: Any) -> Object:
    given = {"githubApp": "5DLabs-Rex", "service": "shop", "taskId": 7, "contextVersion": 1, **(spec or {})}
    named = {"name": name, "namespace": "ns", "uid": f"uid-{name}", **meta}
    job = {"phase": phase, "jobName": f"{name}-v1", "contextVersion": 1} if phase else {}
    return {"metadata": named, "spec": given, "status": job}


def job(of: str = "a", attempt: int = 1, end: str = "", **labels: str) -> Object:
    name = f"{of}-v{attempt}"
    owner = {"kind": "CodeRun", "name": of, "uid": f"uid-{of}"}
    meta = {"name": name, "namespace": "ns", "uid": f"uid-{name}", "ownerReferences": [owner]}
    conditions = [{"type": end, "status": "True"}] if end else []
    return {
        "metadata": {**meta, "labels": {"context-version": str(attempt), **labels}},
        "status": {"conditions": conditions},
    }


class CodeRunCluster:
    """Route for a FaultServer.

    deaf: answers every write with 200 and does nothing. after: called after each write, as a controller would be.
    more: answers by path, for anything else.
    """

    def __init__(self, *coderuns: Object, jobs: tuple[Object, ...] = (), deaf: bool = False) -> None:
        self.objects: dict[tuple[str, str], Object] = {}
        self.changes: list[tuple[int, str, str, Object]] = []
        self.after: Callable[[str], None] = lambda _write: None
        self.more: dict[str, Answer] = {}
        self._deaf = deaf
        self._version = 10
        self._turn = threading.RLock()
        for one in coderuns:
            self.put("coderuns", one)
        for one in jobs:
            self.put("jobs", one)

    def put(self, plural: str, item: Object, kind: str = "MODIFIED") -> Object:
        with self._turn:
            self._version += 1
            item = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self._version)}}
            key = plural, item["metadata"]["name"]
            self.objects[key] = item
            if kind == "DELETED":
                del self.objects[key]
            self.changes.append((self._version, plural, kind, item))
            return item

    def get(self, name: str, plural: str = "coderuns") -> Object:
        return self.objects[plural, name]

    def __call__(self, request: Request) -> Answer:
        if request.path in self.more:
            return self.more[request.path]
        parts = request.path.split("/")
        plural = next((part for part in parts if part in KINDS), "")
        if not plural:
            return status(404, f"no {request.path}")
        if request.method == "GET" and parts[-1] != plural:
            found = self.objects.get((plural, parts[-1]))
            return Answer(found) if found else status(404, "not found")
        if request.method == "GET":
            return self._watch(plural, request) if request.query.get("watch") else self._list(plural)
        return self._write(plural, parts[parts.index(plural) + 1 :], request)

    def _list(self, plural: str) -> Answer:
        with self._turn:
            found = [item for (kind, _name), item in self.objects.items() if kind == plural]
            return Answer({"kind": "List", "metadata": {"resourceVersion": str(self._version)}, "items": found})

    def _watch(self, plural: str, request: Request) -> Answer:
        after, until = int(request.query["resourceVersion"]), time.monotonic() + 0.3
        while time.monotonic() < until:
            new = [
                {"type": kind, "object": item}
                for version, its, kind, item in list(self.changes)
                if version > after and its == plural
            ]
            if new:
                return Answer("".join(f"{json.dumps(one)}\n" for one in new).encode())
            time.sleep(0.02)
        return Answer(b"")

    def _write(self, plural: str, rest: list[str], request: Request) -> Answer:
        if request.method == "POST":
            dry = "dryRun" in request.query or self._deaf
            return Answer(request.body if dry else self.put(plural, _named(request.body)))
        with self._turn:
            found = self.objects.get((plural, rest[0]))
            if not found:
                return status(404, "not found")
            sent = request.body.get("preconditions") or request.body["metadata"]
            if sent["resourceVersion"] != found["metadata"]["resourceVersion"]:
                return status(409, "the object has been modified")
            if not request.writes or self._deaf:
                return Answer(found)
            if request.method == "DELETE":
                return self._delete(plural, found)
            answer = Answer(self.put(plural, _merged(found, request.body)))
        self.after("/".join([plural, *rest]))
        return answer

    def _delete(self, plural: str, found: Object) -> Answer:
        if found["metadata"].get("finalizers"):
            gone = _merged(found, {"metadata": {"deletionTimestamp": "2026-11-21T08:00:00Z"}})
            return Answer(self.put(plural, gone))
        self.put(plural, found, "DELETED")
        return Answer({"kind": "Status", "status": "Success", "metadata": {}})


def _named(body: Object) -> Object:
    meta = body["metadata"]
    return {**body, "metadata": {**meta, "namespace": "ns", "uid": f"uid-{meta['name']}"}}


def _merged(value: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(value) if isinstance(value, dict) else {}
    for name, one in patch.items():
        merged[name] = _merged(merged.get(name), one)
    return {name: one for name, one in merged.items() if one is not None}
