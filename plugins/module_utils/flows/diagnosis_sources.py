# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis reads besides lists of objects: of its subject, or given by options. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_find import Wanted, find
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, as options give it.

    tree: as its file holds it. subject: by the names of diagnosis/scene.py, empty where not given.
    deliveries, installations: as GitHub lists those of its webhook and of its Apps, None where nobody gave them.
    look_inside: whether commands may be run in pods.
    """

    tree: Mapping[str, Any]
    sources: Sources
    subject: Mapping[str, str] = field(default_factory=dict)
    namespaces: Sequence[str] = ()
    components: Sequence[Mapping[str, str]] = ()
    agents: Sequence[Agent] = ()
    deliveries: Sequence[Any] | None = None
    installations: Sequence[Any] | None = None
    look_inside: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One value of a scene.

    what: the kind it reads, as a server calls it. read: its value; an OpsError of kind invalid ends the diagnosis,
    of any other kind makes it unread. late: it looks at what the other sources gave, or at the snapshot.
    """

    what: str
    read: Callable[[Client, Order, Scene], Any]
    late: bool = False


def _workflow(client: Client, order: Order, scene: Scene) -> dict[str, Any]:
    asked = scene.subject
    if not asked.get("workflow") and not asked.get("task"):
        raise OpsError("refused", "no workflow was named")
    name = asked.get("workflow", "")
    target = find(client, Wanted(asked.get("namespace", ""), name, "" if name else asked.get("task", "")))
    return client.get(resource(*WORKFLOWS, target.namespace, target.name))


def _deliveries(_client: Client, order: Order, _scene: Scene) -> list[Any]:
    if order.deliveries is None:
        raise OpsError("refused", "nobody gave the deliveries of GitHub's webhook (diagnose_deliveries)")
    return list(order.deliveries)


#: workflow    the whole object that the options workflow or task name
#: deliveries  [{id, guid, event, action, delivered_at, duration, status_code, redelivery, request}, …] as GitHub's API
#:             lists the deliveries of a webhook; unread where nobody gave them
SOURCES: dict[str, Source] = {
    "workflow": Source("workflows.argoproj.io", _workflow),
    "deliveries": Source("deliveries", _deliveries),
}
