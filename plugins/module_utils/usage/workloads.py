# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pod belongs to, in words of which there are few: many pods of one agent are one. Pure. Private API."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta

AGENT = "agent"
#: the label by which the platform tells whose agent a pod is
AGENT_LABEL = "github-user"
#: kinds of which each pod has another one: counted by kind, not by name
_FLEETING = frozenset({"Job", "Workflow", "CodeRun"})


@dataclass(frozen=True, slots=True, order=True)
class Workload:
    """kind: agent, or the kind of its controller, Pod without one. name: empty for kinds that come and go."""

    kind: str
    namespace: str
    name: str

    @property
    def words(self) -> str:
        """ "agent 5dlabs-rex", "Deployment argo/server", "Jobs in argo"."""
        if not self.name:
            return f"{self.kind}s in {self.namespace}"
        return f"{self.kind} {self.name}" if self.kind == AGENT else f"{self.kind} {self.namespace}/{self.name}"


def workload_of(pod: Item) -> Workload:
    """What a pod belongs to, from its labels and its controller."""
    namespace = text(meta(pod).get("namespace"))
    agent = label(pod, AGENT_LABEL)
    if agent:
        return Workload(AGENT, namespace, agent)
    owner = controller_of(pod)
    kind, name = text(owner.get("kind")), text(owner.get("name"))
    if kind == "ReplicaSet":
        suffix = f"-{label(pod, 'pod-template-hash')}"
        # Without the hash in its name it belongs to no Deployment.
        kind, name = ("Deployment", name.removesuffix(suffix)) if name.endswith(suffix) else (kind, name)
    if not kind:
        return Workload("Pod", namespace, "")
    return Workload(kind, namespace, "" if kind in _FLEETING else name)


def controller_of(item: Item) -> Item:
    """The owner reference of the controller, empty without one."""
    owners = (mapping(one) for one in sequence(meta(item).get("ownerReferences")))
    return next((one for one in owners if one.get("controller") is True), {})
