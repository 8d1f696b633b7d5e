# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pods ask for, what nodes give and what is used, from objects of the API server. Pure. Private API.

Amounts are {"cpu": cores, "memory": bytes} as exact numbers; None stands for an amount that is no quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label, meta

RESOURCES = ("cpu", "memory")
NOTHING = Decimal(0)
#: labels that say whose pod it is, in the order in which they are believed
OWNERS = (
    ("agent", ("github-user",)),
    ("controller", ("app.kubernetes.io/name", "sensor-name", "eventsource-name", "app")),
)
_MOST = Decimal(2) ** 64
_ENDED = ("Succeeded", "Failed")

Amount: TypeAlias = "Decimal | None"
Amounts = dict[str, Amount]


def readable(value: object) -> Amount:
    """A quantity as an amount; None for what is none, less than nothing, or more than the API server can count."""
    found = parse(value)
    return found if found is not None and 0 <= found <= _MOST else None


def amounts(given: object, resources: Iterable[str] = RESOURCES) -> Amounts:
    """Amounts of a list of resources such as {"cpu": "250m"}; what is not named is 0."""
    given = mapping(given)
    return {name: readable(given[name]) if given.get(name) is not None else NOTHING for name in resources}


def added(*several: Amounts) -> Amounts:
    """Their sum; what one of them does not know is not known."""
    return {name: _sum([one[name] for one in several]) for name in several[0]}


def larger(*several: Amounts) -> Amounts:
    """The larger of each resource; what one of them does not know is not known."""
    return {name: _largest([one[name] for one in several]) for name in several[0]}


def demand(pod: Item, resources: Iterable[str] = RESOURCES) -> Amounts:
    """What the scheduler keeps free for a pod.

    Containers and sidecars (init containers that restart always) run together. Another init container runs alone
    beside the sidecars that were started before it. Requests of the pod itself stand above both; its overhead is added.
    """
    spec, status, names = mapping(pod.get("spec")), mapping(pod.get("status")), tuple(resources)
    sidecars = highest = amounts(None, names)
    beside = _standing(status, "initContainerStatuses")
    for container in _containers(spec, "initContainers"):
        own = _asked(container, beside, names)
        if container.get("restartPolicy") == "Always":
            sidecars = added(sidecars, own)
            highest = larger(highest, sidecars)
        else:
            highest = larger(highest, added(sidecars, _asked(container, {}, names)))
    running = _standing(status, "containerStatuses")
    mains = (_asked(container, running, names) for container in _containers(spec, "containers"))
    together = larger(added(sidecars, *mains), highest)
    of_pod = mapping(mapping(spec.get("resources")).get("requests"))
    together |= {name: readable(of_pod[name]) for name in names if of_pod.get(name) is not None}
    return added(together, amounts(spec.get("overhead"), names))


def pod_row(pod: object) -> Item:
    """{namespace, name, node, phase, ended, owner: {kind, name}, requests, bare} of a pod.

    node: empty while no node was found. bare: whether a container asks for no memory or no CPU at all.
    """
    pod = mapping(pod)
    spec, phase = mapping(pod.get("spec")), text(mapping(pod.get("status")).get("phase"))
    requests = demand(pod)
    return {
        "namespace": text(meta(pod).get("namespace")),
        "name": text(meta(pod).get("name")),
        "node": text(spec.get("nodeName")),
        "phase": phase,
        "ended": phase in _ENDED,
        "owner": owner(pod),
        "requests": requests,
        "bare": any(value == 0 for value in requests.values()),
    }


def owner(item: Item) -> dict[str, str]:
    """{kind, name}: agent, controller or other, by the labels that the platform sets."""
    for kind, names in OWNERS:
        if found := label(item, *names):
            # Every agent's pod carries app=controller too, so agents come first.
            return {"kind": kind, "name": found}
    return {"kind": "other", "name": ""}


def node_row(node: object) -> Item:
    """{name, open, allocatable, pods} of a node; open: it is ready and takes new pods; pods: how many it may run."""
    node = mapping(node)
    given = mapping(mapping(node.get("status")).get("allocatable"))
    ready = conditions(node).get("Ready", {}).get("status") == "True"
    allocatable = {name: readable(given.get(name)) for name in RESOURCES}
    return {
        "name": text(meta(node).get("name")),
        "open": ready and mapping(node.get("spec")).get("unschedulable") is not True,
        "allocatable": allocatable,
        "pods": readable(given.get("pods")),
    }


def node_usage(metrics: object) -> Item:
    """{name, used} from an object of metrics.k8s.io."""
    metrics = mapping(metrics)
    given = mapping(metrics.get("usage"))
    return {"name": text(meta(metrics).get("name")), "used": {name: readable(given.get(name)) for name in RESOURCES}}


def pod_usage(metrics: object) -> Item:
    """{namespace, name, used} from an object of metrics.k8s.io, all containers together."""
    metrics = mapping(metrics)
    given = [mapping(mapping(one).get("usage")) for one in sequence(metrics.get("containers"))]
    used = {name: _sum([readable(one.get(name)) for one in given]) if given else None for name in RESOURCES}
    return {"namespace": text(meta(metrics).get("namespace")), "name": text(meta(metrics).get("name")), "used": used}


def claim_row(claim: object) -> Item:
    """{namespace, name, phase, service, owner, storage_class, requested, capacity} of a claim, in bytes.

    capacity: of its volume; None while it has none. owner: the agent that made it first.
    """
    claim = mapping(claim)
    spec, status = mapping(claim.get("spec")), mapping(claim.get("status"))
    requests = mapping(mapping(spec.get("resources")).get("requests"))
    return {
        "namespace": text(meta(claim).get("namespace")),
        "name": text(meta(claim).get("name")),
        "phase": text(status.get("phase")) or "unknown",
        "service": label(claim, "service"),
        "owner": label(claim, "agent"),
        "storage_class": text(spec.get("storageClassName")),
        "requested": readable(requests.get("storage")),
        "capacity": readable(mapping(status.get("capacity")).get("storage")),
    }


def _containers(spec: Item, field: str) -> list[Item]:
    return [mapping(one) for one in sequence(spec.get(field))]


def _standing(status: Item, field: str) -> dict[str, Item]:
    return {text(mapping(one).get("name")): mapping(one) for one in sequence(status.get(field))}


def _asked(container: Item, standing: Mapping[str, Item], names: tuple[str, ...]) -> Amounts:
    """Of one container; while it is resized the larger of what it asks for, was given and has."""
    asked = amounts(mapping(container.get("resources")).get("requests"), names)
    state = standing.get(text(container.get("name")))
    if not state:
        return asked
    has = amounts(mapping(state.get("resources")).get("requests"), names)
    return larger(asked, amounts(state.get("allocatedResources"), names), has)


def _sum(values: Iterable[Any]) -> Amount:
    values = list(values)
    return None if None in values else sum(values, NOTHING)


def _largest(values: list[Amount]) -> Amount:
    return None if None in values else max(values, default=NOTHING)
