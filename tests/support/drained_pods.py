# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods of every sort that a drain meets, anywhere on a cluster, and what is seen of them while nodes are drained."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import pod_labels
from tests.support.cluster import Namespace
from tests.support.lab import Lab
from tests.support.nodes import Nodes

_PAUSE = 0.1
_OWN = ("nodeSelector", "tolerations")


class DrainedPods(Nodes):
    """web: two with a budget; alone: the only one of its Deployment; agent: at work until its node is cordoned."""

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        self.deploy("web", 2)
        self.budget("web", 1)
        self.deploy("alone", 1)
        self.add_pod("agent", **pod_labels("5DLabs-Rex", "shop", "7"))

    def spec(self, **more: Any) -> dict[str, Any]:
        """Of a pod that runs on any node."""
        return {name: value for name, value in super().spec(**more).items() if name not in _OWN}

    def node_of(self, app: str) -> str:
        return self.ready(app)[0]

    def was_evicted(self, lab: Lab, since: int, user: str, name: str) -> bool:
        """Whether a user asked for the eviction of pods whose name begins so, by the API server's audit log."""
        asked = f"create pods {self.namespace.name}/{name}"
        return any(one.startswith(asked) for one in lab.writes(since, user))

    @contextmanager
    def watched(self) -> Iterator[dict[str, int]]:
        """Look again and again until the block ends, and end the agent's work when its node is cordoned.

        :returns: by app the fewest pods that were ready; away: the most nodes that took no pods at a time
        """
        seen: dict[str, int] = {}
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(seen, over))
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()

    def _watch(self, seen: dict[str, int], over: threading.Event) -> None:
        while not over.wait(_PAUSE):
            try:
                self._look(seen)
            except OpsError:
                continue  # the API server is what moves

    def _look(self, seen: dict[str, int]) -> None:
        for app in ("web", "alone"):
            ready = len(self.ready(app))
            seen[app] = min(ready, seen.get(app, ready))
        nodes = [one for page in self.api.pages(resource("v1", "nodes")) for one in page]
        closed = {one["metadata"]["name"] for one in nodes if one["spec"].get("unschedulable")}
        seen["away"] = max(len(closed), seen.get("away", 0))
        agent = self.pod("agent")
        if agent["spec"]["nodeName"] in closed and agent["status"]["phase"] == "Running":
            self.end_pod("agent")
