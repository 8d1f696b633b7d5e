# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many of a controller should run, and what could follow the queue. Pure. Private API."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta

#: as Argo's workflow controller has called it since 3.6
QUEUE_METRIC = "argo_workflows_queue_depth_gauge"
_NO_ELECTION = "LEADER_ELECTION_DISABLE"


def scaled_by(kind: str, namespace: str, name: str, autoscalers: Iterable[object]) -> str:
    """Name of the HorizontalPodAutoscaler that decides how many of a workload run; empty without one."""
    for item in map(mapping, autoscalers):
        target = mapping(mapping(item.get("spec")).get("scaleTargetRef"))
        if (target.get("kind"), meta(item).get("namespace"), target.get("name")) == (kind, namespace, name):
            return text(meta(item).get("name"))
    return ""


def replicas_of(item: Item) -> int | None:
    """How many are wanted; 1 where nothing is said, None for what is no number."""
    wanted = mapping(item.get("spec")).get("replicas")
    return 1 if wanted is None else whole(wanted)


def objection(item: Item, may_be_several: Collection[str], autoscaler: str) -> str:
    """Why more of a controller must not simply be started; empty when they may."""
    if autoscaler:
        return f"HorizontalPodAutoscaler {autoscaler} decides how many run; raise its minReplicas"
    if text(meta(item).get("name")) not in may_be_several:
        return "nobody said that several of it share the work; two that do not would each do all of it"
    spec = mapping(mapping(mapping(item.get("spec")).get("template")).get("spec"))
    for container in map(mapping, sequence(spec.get("containers"))):
        for variable in map(mapping, sequence(container.get("env"))):
            if variable.get("name") == _NO_ELECTION and text(variable.get("value")).lower() in ("true", "1"):
                return f"{_NO_ELECTION} is set, so that each of several would act"
    return ""


def autoscaler(namespace: str, name: str, most: int, depth: int) -> dict[str, Any]:
    """A HorizontalPodAutoscaler that follows the queue of the workflow controller, as a proposal.

    :param depth: how many entries of the queue one replica should have
    """
    metric: Mapping[str, Any] = {
        "type": "External",
        "external": {
            "metric": {"name": QUEUE_METRIC, "selector": {"matchLabels": {"queue_name": "workflow_queue"}}},
            "target": {"type": "AverageValue", "averageValue": str(depth)},
        },
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": 1,
            "maxReplicas": most,
            "metrics": [metric],
            # Queues of agents come in waves; a replica that has just started should not be stopped at once.
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 600}},
        },
    }
