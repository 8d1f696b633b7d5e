# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read workspaces and whoever may use them. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, pods, workspaces
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspaces import Users, Workspace
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

CLAIMS = ("v1", "persistentvolumeclaims")
PODS = ("v1", "pods")
CODERUNS = ("agents.platform/v1", "coderuns")


class _Reduced:
    """Objects of pages, each as the small value that is kept of it."""

    def __init__(self, keep: Callable[[Item], Any]) -> None:
        self._keep = keep
        self.found: list[Any] = []

    def add(self, items: list[Item]) -> None:
        self.found += [kept for kept in map(self._keep, items) if kept is not None]


def read_workspaces(client: Client, namespaces: Iterable[str]) -> list[Workspace]:
    """By namespace and name."""
    found = _all(client, [(CLAIMS, namespace, workspaces.read) for namespace in namespaces])[0]
    return sorted(found, key=lambda one: (one.namespace, one.name))


def read_users(client: Client, namespaces: Sequence[str], agents: Sequence[Agent]) -> Users:
    """Pods and CodeRuns of these namespaces, and the workflows of the whole cluster.

    :raises OpsError: when any of them may not be read: then nobody knows whether a workspace is used
    """
    wanted = [(PODS, namespace, _pod) for namespace in namespaces]
    wanted += [(CODERUNS, namespace, coderuns.read) for namespace in namespaces]
    found = _all(client, [*wanted, (WORKFLOWS, None, workspaces.play)])
    count = len(namespaces)
    mounted = [one for part in found[:count] for one in part]
    return Users(mounted, [one for part in found[count:-1] for one in part], found[-1], tuple(agents))


def read_pods(client: Client, namespace: str) -> list[tuple[pods.AgentPod, datetime | None]]:
    return _all(client, [(PODS, namespace, _pod)])[0]


def _all(client: Client, wanted: list[tuple[tuple[str, str], str | None, Callable[[Item], Any]]]) -> list[list[Any]]:
    """What is kept of each collection, in the order in which they were asked for."""

    def one(position: int) -> list[Any]:
        kind, namespace, keep = wanted[position]
        try:
            return client.read(resource(*kind, namespace), lambda: _Reduced(keep)).found
        except NotFoundError:
            # A kind that the cluster does not have uses nothing.
            return []

    found: dict[int, list[Any]] = {}
    for position, result in client.each(one, range(len(wanted))):
        if isinstance(result, OpsError):
            raise result
        found[position] = result
    return [found[position] for position in range(len(wanted))]


def _pod(item: Item) -> tuple[pods.AgentPod, datetime | None] | None:
    """A pod that mounts a claim, and when its last container ended."""
    pod = pods.read(item)
    if not pod.claims:
        return None
    ends = [end for end in _ends(mapping(item.get("status"))) if end]
    return pod, max(ends, default=None)


def _ends(status: Mapping[str, Any]) -> Iterable[datetime | None]:
    for one in sequence(status.get("containerStatuses")):
        yield parse_time(mapping(mapping(mapping(one).get("state")).get("terminated")).get("finishedAt"))
