# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a Deployment or a StatefulSet stands. Pure. Private API.

| status   | when                                                                                              |
|----------|---------------------------------------------------------------------------------------------------|
| unknown  | its controller has written no status, or one of an earlier generation                             |
| critical | replicas are wanted and none is available, or it is scaled to 0 although the platform needs it    |
| warning  | scaled to 0 otherwise, replicas are missing or cannot be made, its roll-out hangs  |
|          | or is paused, it is being deleted                                                                 |
| ok       | none of the above                                                                                 |
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import because, conditions, label, meta

#: labels on what the controllers of Argo Events make of an object, with the name of that object
SENSOR, EVENT_SOURCE = "sensor-name", "eventsource-name"
#: name of the Deployment, and its label app.kubernetes.io/name
CODERUN_CONTROLLER = "controller"


@dataclass(frozen=True, slots=True)
class Standing:
    """status and one clause; available and wanted are None where nothing tells."""

    status: str
    words: str
    available: int | None = None
    wanted: int | None = None


def standing(item: Item, needed: bool = False) -> Standing:
    """How the workload stands; never believes a status that is not about the current generation.

    :param needed: whether the platform does not work without it
    """
    status, wanted = mapping(item.get("status")), _wanted(item)
    generation, observed = whole(meta(item).get("generation")), whole(status.get("observedGeneration"))
    if not status:
        return Standing("unknown", "its controller has said nothing about it", wanted=wanted)
    if wanted is None:
        return Standing("unknown", "the number of its replicas is no number")
    if generation is not None and (observed or 0) < generation:
        return Standing("unknown", f"its controller has not taken up its last change (generation {generation})")
    available = _available(item, status)
    if available is None:
        return Standing("unknown", "the number of its available replicas is no number", wanted=wanted)
    replicas = _of_replicas(available, wanted, needed)
    told = [replicas, *_of_mark(item, replicas[0]), *_of_conditions(item), *_of_spec(item)]
    return Standing(worst(word for word, _text in told), ", ".join(said for _word, said in told), available, wanted)


def is_coderun_controller(item: Item) -> bool:
    """Whether it is the Deployment that turns CodeRuns into Jobs."""
    return CODERUN_CONTROLLER in (meta(item).get("name"), label(item, "app.kubernetes.io/name"))


def is_generated(item: Item) -> bool:
    """Whether Argo Events made it for a sensor or an event source, whose own checks judge it."""
    return bool(label(item, SENSOR, EVENT_SOURCE))


def _wanted(item: Item) -> int | None:
    replicas = mapping(item.get("spec")).get("replicas", 1)
    return whole(1 if replicas is None else replicas)


def _available(item: Item, status: dict) -> int | None:
    """Go leaves a 0 out of the status of a Deployment; old API servers know no availableReplicas of a StatefulSet."""
    field = "availableReplicas"
    if item.get("kind") == "StatefulSet" and field not in status:
        field = "readyReplicas"
    return whole(status.get(field, 0) or 0)


def _of_replicas(available: int, wanted: int, needed: bool) -> tuple[str, str]:
    if wanted <= 0:
        return "critical" if needed else "warning", "scaled to 0"
    if available <= 0:
        return "critical", f"none of {wanted} replica{'s' * (wanted > 1)} available"
    word = "ok" if available >= wanted else "warning"
    return word, f"{available} of {wanted} replica{'s' * (wanted > 1)} available"


def _of_mark(item: Item, status: str) -> list[tuple[str, str]]:
    """A run that was killed leaves what it held as it is."""
    if label(item, HELD) != "true":
        return []
    words = f"held (label {HELD}): when no run is at work, run the restore again, or playbooks/release_platform.yml"
    return [(status, words)]


def _of_conditions(item: Item) -> list[tuple[str, str]]:
    found, told = conditions(item), []
    progress, failure = found.get("Progressing", {}), found.get("ReplicaFailure", {})
    if progress.get("status") == "False":
        told.append(("warning", f"its rollout hangs{because(progress)}"))
    if failure.get("status") == "True":
        told.append(("warning", f"pods cannot be made{because(failure)}"))
    return told


def _of_spec(item: Item) -> list[tuple[str, str]]:
    told = []
    if mapping(item.get("spec")).get("paused") is True:
        told.append(("warning", "its rollout is paused, so that changes do not reach it"))
    if meta(item).get("deletionTimestamp"):
        told.append(("warning", "it is being deleted"))
    return told
