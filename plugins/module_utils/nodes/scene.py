# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is looked at before a node is drained, and who belongs to whom in it. Pure. Private API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Budget, Node, Owner, Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import Requirements

#: owners whose pods do one piece of work and end; all others keep a number of pods alive
OF_WORK = frozenset({"Job", "Workflow", "CodeRun", "CronJob"})
NOBODY = Owner()


class Group(NamedTuple):
    """The controller that keeps pods alive; of a ReplicaSet that a Deployment made, the Deployment."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Workload:
    """A Deployment or StatefulSet. replicas: wanted; surges: it makes a new pod before it lets the old one go."""

    group: Group
    replicas: int
    available: int
    surges: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim. terms: of the nodes that its volume can be used on, None for all of them.

    workflow: to which it belongs, empty for others.
    """

    namespace: str
    name: str
    terms: tuple[Requirements, ...] | None = None
    workflow: str = ""


@dataclass(frozen=True)
class Scene:
    """The cluster at one moment. pods: without those that have ended.

    owners: the Deployment of each ReplicaSet, by its uid. held: (namespace, name) of workflows that wait for somebody.
    """

    now: datetime
    nodes: Mapping[str, Node] = field(default_factory=dict)
    pods: Sequence[Pod] = ()
    budgets: Sequence[Budget] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    workloads: Mapping[Group, Workload] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], Claim] = field(default_factory=dict)
    held: frozenset[tuple[str, str]] = frozenset()
    runs: Sequence[CodeRun] = ()

    @cached_property
    def pods_of(self) -> dict[str, list[Pod]]:
        """Pods by node, in the order of their names; those that wait for one under an empty name."""
        found: dict[str, list[Pod]] = defaultdict(list)
        for pod in sorted(self.pods, key=lambda one: (one.namespace, one.name)):
            found[pod.node].append(pod)
        return found

    @cached_property
    def healthy(self) -> dict[Group, set[str]]:
        """Uids of the pods of each group that are ready, not about to go, and on a node that is ready."""
        found: dict[Group, set[str]] = defaultdict(set)
        for pod in self.pods:
            group = self.group_of(pod)
            if group and self.is_healthy(pod):
                found[group].add(pod.uid)
        return found

    @cached_property
    def _budgets(self) -> dict[str, list[Budget]]:
        found: dict[str, list[Budget]] = defaultdict(list)
        for one in self.budgets:
            found[one.namespace].append(one)
        return found

    def is_healthy(self, pod: Pod) -> bool:
        node = self.nodes.get(pod.node)
        return pod.ready and not pod.deleting and node is not None and node.ready

    def group_of(self, pod: Pod) -> Group | None:
        """Who keeps this pod and others like it alive; None where nobody does, or it is work that ends."""
        owner = pod.owner
        if owner == NOBODY or owner.kind in OF_WORK or owner.kind in ("DaemonSet", "Node"):
            return None
        deployment = self.owners.get(owner.uid) if owner.kind == "ReplicaSet" else None
        if deployment:
            return Group("Deployment", pod.namespace, deployment)
        return Group(owner.kind, pod.namespace, owner.name)

    def budgets_of(self, pod: Pod) -> list[Budget]:
        return [one for one in self._budgets.get(pod.namespace, ()) if one.covers(pod)]

    def volume_terms(self, pod: Pod) -> tuple[tuple[Requirements, ...], ...]:
        """For each of its volumes that is bound to nodes: terms of which one must hold."""
        found = (self.claims.get((pod.namespace, name)) for name in pod.claims)
        return tuple(one.terms for one in found if one and one.terms is not None)
