# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What workloads ask for, container by container, from pages of pods in one pass. Pure. Private API.

Of a pod only its name and its workload are kept, so that ten thousand of them are some megabytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES, readable
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import OUT_OF_MEMORY
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import AGENT, Workload, workload_of

_ENDED = ("Succeeded", "Failed")
Asked = dict[str, Decimal]


@dataclass(slots=True)
class Container:
    """One container of a workload. requests, limits: the largest of its pods; what nobody sets is not in them.

    pods: how many run now. killed: how many were killed for want of memory.
    """

    requests: Asked = field(default_factory=dict)
    limits: Asked = field(default_factory=dict)
    pods: int = 0
    killed: int = 0


@dataclass(slots=True)
class Running:
    """A pod of an agent that runs: its name, since when, and what it asks for."""

    namespace: str
    name: str
    since: datetime | None
    asks: Asked


class Demand:
    """Reduces pages of pods.

    containers: by workload and name. pods: the workload of each pod. mounted: claims of pods that have not ended.
    agents: pods of agents that run. durations: seconds that pods of each agent took that have ended.
    """

    def __init__(self, namespaces: Collection[str] = ()) -> None:
        self._namespaces = frozenset(namespaces)
        self.containers: dict[tuple[Workload, str], Container] = {}
        self.pods: dict[tuple[str, str], Workload] = {}
        self.mounted: set[tuple[str, str]] = set()
        self.agents: list[Running] = []
        self.durations: dict[str, list[float]] = {}
        self._workloads: dict[Workload, Workload] = {}

    def add(self, items: list[Item]) -> None:
        for pod in map(mapping, items):
            if not self._namespaces or meta(pod).get("namespace") in self._namespaces:
                self._take(pod)

    def _take(self, pod: Item) -> None:
        found = workload_of(pod)
        workload = self._workloads.setdefault(found, found)  # one object for all pods of it
        namespace, name = text(meta(pod).get("namespace")), text(meta(pod).get("name"))
        spec, status = mapping(pod.get("spec")), mapping(pod.get("status"))
        self.pods[namespace, name] = workload
        ended = status.get("phase") in _ENDED
        killed = _killed(status)
        for container in _containers(spec):
            self._count(workload, container, ended, killed)
        if ended:
            self._measure(workload, status)
            return
        self.mounted |= {(namespace, claim) for claim in _claims(spec)}
        if workload.kind == AGENT and status.get("phase") == "Running":
            since = parse_time(status.get("startTime"))
            self.agents.append(Running(namespace, name, since, _together(spec)))

    def _count(self, workload: Workload, container: Item, ended: bool, killed: Collection[str]) -> None:
        name = text(container.get("name"))
        kept = self.containers.setdefault((workload, name), Container())
        kept.killed += name in killed
        if ended and workload.kind != AGENT:
            return  # what has ended tells nothing of what is asked for now
        resources = mapping(container.get("resources"))
        kept.pods += not ended
        for part, asked in (("requests", kept.requests), ("limits", kept.limits)):
            for resource, amount in _amounts(resources.get(part)).items():
                asked[resource] = max(asked.get(resource, amount), amount)

    def _measure(self, workload: Workload, status: Item) -> None:
        began, ends = parse_time(status.get("startTime")), [*_ends(status)]
        if workload.kind == AGENT and began and ends:
            took = (max(ends) - began).total_seconds()
            self.durations.setdefault(workload.name, []).append(max(0.0, took))


def _containers(spec: Item) -> Iterator[Item]:
    """Those that run beside each other: containers and sidecars."""
    yield from map(mapping, sequence(spec.get("containers")))
    prepare = map(mapping, sequence(spec.get("initContainers")))
    yield from (one for one in prepare if one.get("restartPolicy") == "Always")


def _amounts(given: object) -> Asked:
    found = {name: readable(mapping(given).get(name)) for name in RESOURCES}
    return {name: amount for name, amount in found.items() if amount is not None}


def _together(spec: Item) -> Asked:
    total: Asked = {}
    for container in _containers(spec):
        for name, amount in _amounts(mapping(container.get("resources")).get("requests")).items():
            total[name] = total.get(name, Decimal(0)) + amount
    return total


def _killed(status: Item) -> set[str]:
    """Containers that were killed for want of memory, now or the last time that they ran."""
    found = set()
    for part in ("containerStatuses", "initContainerStatuses"):
        for one in map(mapping, sequence(status.get(part))):
            for state in (one.get("state"), one.get("lastState")):
                if mapping(mapping(state).get("terminated")).get("reason") == OUT_OF_MEMORY:
                    found.add(text(one.get("name")))
    return found


def _ends(status: Item) -> Iterator[datetime]:
    for one in map(mapping, sequence(status.get("containerStatuses"))):
        ended = parse_time(mapping(mapping(one.get("state")).get("terminated")).get("finishedAt"))
        if ended:
            yield ended


def _claims(spec: Item) -> Iterator[str]:
    for volume in map(mapping, sequence(spec.get("volumes"))):
        claim = text(mapping(volume.get("persistentVolumeClaim")).get("claimName"))
        if claim:
            yield claim
