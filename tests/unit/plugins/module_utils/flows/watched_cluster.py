# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in API server whose objects change while they are watched."""

from __future__ import annotations

import json
import time
from typing import Any

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Request,
    status,
)

KINDS = {"workflows": "Workflow", "pods": "Pod", "events": "Event", "coderuns": "CodeRun"}


class WatchedCluster:
    """Route for a FaultServer: lists and short watches, by label selector and by field selector of name or kind.

    refuse: answers by the plural of a kind, instead of its objects.
    """

    def __init__(self) -> None:
        self.version = 10
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.changes: list[tuple[int, str, str, dict[str, Any]]] = []
        self.refuse: dict[str, Answer] = {}

    def put(self, plural: str, item: dict[str, Any], kind: str = "MODIFIED") -> None:
        self.version += 1
        meta = {"uid": f"uid-{item['metadata']['name']}", **item["metadata"], "resourceVersion": str(self.version)}
        item = {**item, "kind": KINDS[plural], "metadata": meta}
        self.objects[plural, meta["name"]] = item
        if kind == "DELETED":
            del self.objects[plural, meta["name"]]
        self.changes.append((self.version, plural, kind, item))

    def __call__(self, request: Request) -> Answer:
        plural = request.path.rsplit("/", 1)[-1]
        if plural in self.refuse:
            return self.refuse[plural]
        if plural not in KINDS:
            return status(404, f"no {plural}")
        if request.query.get("watch"):
            return self._watch(plural, request)
        found = [item for (kind, _name), item in self.objects.items() if kind == plural and _meant(item, request)]
        meta = {"resourceVersion": str(self.version)}
        return Answer({"kind": f"{KINDS[plural]}List", "metadata": meta, "items": found})

    def _watch(self, plural: str, request: Request) -> Answer:
        after, until = int(request.query["resourceVersion"]), time.monotonic() + 0.3
        while time.monotonic() < until:
            new = [
                {"type": kind, "object": item}
                for version, its, kind, item in list(self.changes)
                if version > after and its == plural and _meant(item, request)
            ]
            if new:
                return Answer("".join(f"{json.dumps(one)}\n" for one in new).encode())
            time.sleep(0.02)
        return Answer(b"")


def _meant(item: dict[str, Any], request: Request) -> bool:
    meta, about = item["metadata"], item.get("involvedObject", {})
    known = {
        "metadata.name": meta["name"],
        "involvedObject.kind": about.get("kind"),
        "involvedObject.name": about.get("name"),
    }
    known |= meta.get("labels") or {}
    asked = ",".join(request.query.get(name, "") for name in ("labelSelector", "fieldSelector"))
    return all(known.get(name) == value for name, value in (one.split("=") for one in asked.split(",") if one))
