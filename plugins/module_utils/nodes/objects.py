# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes, pods and disruption budgets as a drain needs them, checked for shape. Pure. Private API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import pods as agent_pods
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.health import capacity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.constraints import (
    Constraints,
    Reader,
    Taint,
    taints,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import (
    NAME_FIELD,
    Requirements,
    meets,
    requirements,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

WORKFLOW = "workflows.argoproj.io/workflow"
_MIRROR = "kubernetes.io/config.mirror"
#: more than any node has: what cannot be read fits nowhere
_UNREADABLE = 1 << 80
_PODS = "pods"


@dataclass(frozen=True, slots=True)
class Node:
    """One node. room: whole numbers by resource, CPU in thousandths; labels hold its name as metadata.name too."""

    name: str
    uid: str = ""
    version: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    room: Mapping[str, int] = field(default_factory=dict)
    ready: bool = True
    cordoned: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    kind: str = ""
    name: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod; text that is missing is empty.

    owner: its controller. asks: as Node.room, itself counted as one of pods. workflow: whose step it is.
    agent: where it is the pod of one. claims, empty_dirs: names of claims and of volumes that go with it.
    limit: seconds after started_at at which Kubernetes ends it, None without one.
    """

    namespace: str
    name: str
    uid: str
    node: str = ""
    phase: str = "Running"
    ready: bool = False
    deleting: bool = False
    mirror: bool = False
    pinned: bool = False
    owner: Owner = field(default_factory=Owner)
    labels: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, int] = field(default_factory=dict)
    constraints: Constraints = field(default_factory=Constraints)
    claims: tuple[str, ...] = ()
    empty_dirs: tuple[str, ...] = ()
    workflow: str = ""
    agent: AgentPod | None = None
    limit: int | None = None
    started_at: datetime | None = None

    @property
    def place(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def is_ended(self) -> bool:
        return self.phase in agent_pods.ENDED


@dataclass(frozen=True, slots=True)
class Budget:
    """A PodDisruptionBudget. allowed: how many may go now, None where its controller has not said."""

    namespace: str
    name: str
    wanted: Requirements | None
    allowed: int | None

    def covers(self, pod: Pod) -> bool:
        return pod.namespace == self.namespace and meets(self.wanted, pod.labels)


class PodReader:
    """Reads pods; what pods of one template have in common is read once."""

    def __init__(self) -> None:
        self._constraints = Reader()
        self._asks: dict[str, Mapping[str, int]] = {}

    def read(self, item: object) -> Pod:
        """Never raises on its shape; what it asks for and nobody can read fits nowhere."""
        pod = mapping(item)
        about, spec, status = meta(pod), mapping(pod.get("spec")), mapping(pod.get("status"))
        namespace = text(about.get("namespace"))
        labels = {key: one for key, one in mapping(about.get("labels")).items() if isinstance(one, str)}
        volumes = [mapping(one) for one in sequence(spec.get("volumes"))]
        return Pod(
            namespace=namespace,
            name=text(about.get("name")),
            uid=text(about.get("uid")),
            node=text(spec.get("nodeName")),
            phase=text(status.get("phase")),
            ready=conditions(pod).get("Ready", {}).get("status") == "True",
            deleting=bool(about.get("deletionTimestamp")),
            mirror=_MIRROR in mapping(about.get("annotations")),
            pinned=is_pinned(labels),
            owner=controller(about),
            labels=labels,
            asks=self._read_asks(pod, spec, status),
            constraints=self._constraints.read(namespace, spec),
            claims=tuple(name for one in volumes if (name := _claim(one))),
            empty_dirs=tuple(text(one.get("name")) for one in volumes if isinstance(one.get("emptyDir"), dict)),
            workflow=label(pod, WORKFLOW),
            agent=agent_pods.read(pod) if label(pod, agent_pods.SELECTOR) else None,
            limit=whole(spec.get("activeDeadlineSeconds")),
            started_at=parse_time(status.get("startTime")),
        )

    def _read_asks(self, pod: dict, spec: dict, status: dict) -> Mapping[str, int]:
        containers = [mapping(one) for name in ("containers", "initContainers") for one in sequence(spec.get(name))]
        states = [
            mapping(one)
            for name in ("containerStatuses", "initContainerStatuses")
            for one in sequence(status.get(name))
        ]
        resized = [[one.get("allocatedResources"), one.get("resources")] for one in states]
        given = [[one.get("resources"), one.get("restartPolicy"), one.get("name")] for one in containers]
        split = len(sequence(spec.get("containers")))
        key = json.dumps([split, given, resized, spec.get("resources"), spec.get("overhead")], sort_keys=True)
        if key not in self._asks:
            self._asks[key] = asks(pod, containers)
        return self._asks[key]


def asks(pod: dict, containers: list[dict]) -> Mapping[str, int]:
    """What the scheduler keeps free for a pod, of each resource that any of its containers names."""
    spec = mapping(pod.get("spec"))
    lists = [mapping(mapping(one.get("resources")).get("requests")) for one in [*containers, spec]]
    names = sorted({name for one in [*lists, mapping(spec.get("overhead"))] for name in one})
    found = capacity.demand(pod, names) if names else {}
    return {_PODS: 1, **{name: counted for name, amount in found.items() if (counted := _counted(name, amount))}}


def node(item: object) -> Node:
    """The node of an object; never raises on its shape."""
    whole_node = mapping(item)
    about, spec = meta(whole_node), mapping(whole_node.get("spec"))
    name = text(about.get("name"))
    given = mapping(mapping(whole_node.get("status")).get("allocatable"))
    return Node(
        name=name,
        uid=text(about.get("uid")),
        version=text(about.get("resourceVersion")),
        labels={**_texts(about.get("labels")), NAME_FIELD: name},
        annotations=_texts(about.get("annotations")),
        taints=taints(spec),
        room={one: _room(one, str(value)) for one, value in given.items()},
        ready=conditions(whole_node).get("Ready", {}).get("status") == "True",
        cordoned=spec.get("unschedulable") is True,
    )


def budget(item: object) -> Budget:
    """The budget of an object; what an earlier generation of it allowed is not believed."""
    one = mapping(item)
    about, status = meta(one), mapping(one.get("status"))
    observed, generation = whole(status.get("observedGeneration")), whole(about.get("generation"))
    current = observed is not None and (generation is None or observed >= generation)
    return Budget(
        text(about.get("namespace")),
        text(about.get("name")),
        requirements(mapping(one.get("spec")).get("selector")),
        (whole(status.get("disruptionsAllowed")) or 0) if current else None,
    )


def controller(about: Mapping[str, Any]) -> Owner:
    """The owner in the metadata of an object that controls it; an empty one where none does."""
    for one in map(mapping, sequence(about.get("ownerReferences"))):
        if one.get("controller") is True:
            return Owner(text(one.get("kind")), text(one.get("name")), text(one.get("uid")))
    return Owner()


def _claim(volume: dict) -> str:
    return text(mapping(volume.get("persistentVolumeClaim")).get("claimName"))


def _texts(value: object) -> dict[str, str]:
    return {key: one for key, one in mapping(value).items() if isinstance(one, str)}


@lru_cache(maxsize=4096)
def _room(name: str, value: str) -> int:
    amount = capacity.readable(value)
    return 0 if amount is None else int(_scaled(name, amount))


def _counted(name: str, amount: Decimal | None) -> int:
    if amount is None:
        return _UNREADABLE
    return int(_scaled(name, amount).to_integral_value(ROUND_CEILING))


def _scaled(name: str, amount: Decimal) -> Decimal:
    return amount * 1000 if name == "cpu" else amount
