# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recommendations for a platform, with evidence, saving, and the change that carries each out. Pure. Private API.

A recommendation is {id, what, workload, verdict, now, proposed, evidence, weak, saves: {cpu, memory, storage}, month,
change, by_hand}. change is what module resource_tuning takes, None where by_hand says why a person must do it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import amount
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import scaling, sizing
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.queries import Usage
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import (
    FITS,
    LACKING,
    LOWER,
    RAISE,
    Policy,
    Size,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import AGENT, Workload

CHANGEABLE = ("Deployment", "StatefulSet")
_GENERATED = "Argo Events makes it; set the size in the template of its sensor, event source or bus"
_OF_AGENTS = "the CodeRun controller makes these pods; set the size in its configuration"
_WEAK = "one look at the metrics is no history; give the URL of Prometheus"
Containers = Mapping[tuple[Workload, str], Container]


@dataclass(frozen=True, slots=True)
class Scale:
    """replicas: how many of each controller there should be. may_be_several: those of which several share the work."""

    replicas: int
    may_be_several: Collection[str]


def resources(
    containers: Containers, usage: Usage, policy: Policy, prices: Prices, generated: Collection[Workload]
) -> Iterator[dict[str, Any]]:
    """One recommendation for each workload that runs.

    :param generated: workloads that another controller writes
    """
    found: dict[Workload, dict[str, Container]] = {}
    for (workload, name), container in containers.items():
        if container.pods or workload.kind == AGENT:
            found.setdefault(workload, {})[name] = container
    for workload in sorted(found):
        own = found[workload]
        sizes = {name: sizing.size(own[name], usage.get((workload, name)), policy) for name in sorted(own)}
        yield _resources(workload, own, sizes, policy, prices, _by_hand(workload, sizes, generated))


def replicas(items: Iterable[Item], scale: Scale, autoscalers: Sequence[object]) -> Iterator[dict[str, Any]]:
    """For each controller how many of it should run.

    :param items: the Deployments and StatefulSets without which the platform does not work, with their kind
    """
    for item in items:
        kind, namespace, name = text(item.get("kind")), text(meta(item).get("namespace")), text(meta(item).get("name"))
        there = scaling.replicas_of(item)
        few = there is not None and 0 < there < scale.replicas
        scaler = scaling.scaled_by(kind, namespace, name, autoscalers)
        objection = scaling.objection(item, scale.may_be_several, scaler) if few else ""
        change = {"kind": kind, "namespace": namespace, "name": name, "replicas": scale.replicas}
        yield {
            "id": f"{kind}/{namespace}/{name}/replicas".lower(),
            "what": "replicas",
            "workload": f"{kind} {namespace}/{name}",
            "verdict": RAISE if few else FITS if there else LACKING,
            "now": str(there),
            "proposed": str(scale.replicas) if few else "",
            "evidence": "with fewer, the platform stands still while a node is drained or lost" if few else "",
            "weak": False,
            "saves": {},
            "month": None,
            "change": change if few and not objection else None,
            "by_hand": objection,
        }


def workspaces(
    claims: Sequence[Mapping[str, Any]], used: Mapping[tuple[str, str], float], policy: Policy, prices: Prices
) -> Iterator[dict[str, Any]]:
    """One for the size of new workspaces, one for each that is too full.

    :param claims: namespace, name, requested (bytes) and service of those in which agents work
    :param used: the most bytes that were used of each
    """
    known = [(claim, used[claim["namespace"], claim["name"]]) for claim in claims
             if claim["requested"] and (claim["namespace"], claim["name"]) in used]  # fmt: skip
    if not known:
        return
    fullest = max(taken for _claim, taken in known)
    largest = max(float(claim["requested"]) for claim, _taken in known)
    wanted = float(-(-fullest * 100 / policy.target // 1024**3) * 1024**3) or 1024.0**3
    share = 100 * fullest / largest
    verdict = RAISE if share > 90 else LOWER if wanted * 2 <= largest else FITS
    spared = sum(max(0.0, float(claim["requested"]) - wanted) for claim, _taken in known) if verdict == LOWER else 0.0
    saves = {"storage": spared} if spared else {}
    yield {
        "id": "workspaces/size",
        "what": "workspace size",
        "workload": counted(len(known), "workspace"),
        "verdict": verdict,
        "now": as_bytes(largest),
        "proposed": "" if verdict == FITS else as_bytes(wanted),
        "evidence": f"the fullest used {as_bytes(fullest)} ({share:.0f} %) in {format_age(policy.window)}",
        "weak": False,
        "saves": saves,
        "month": prices.month(saves) if saves else None,
        "change": None,
        "by_hand": "a claim never shrinks; set the size of new ones in the configuration of the CodeRun controller",
    }


def _by_hand(workload: Workload, sizes: Mapping[str, Size], generated: Collection[Workload]) -> str:
    if workload.kind == AGENT:
        return _OF_AGENTS
    if workload in generated:
        return _GENERATED
    if workload.kind not in CHANGEABLE:
        return f"pods of {workload.words} are not changed here; set the size where they are made"
    return _WEAK if any(one.used.weak for one in sizes.values()) else ""


def _resources(
    workload: Workload,
    own: Mapping[str, Container],
    sizes: Mapping[str, Size],
    policy: Policy,
    prices: Prices,
    by_hand: str,
) -> dict[str, Any]:
    anew = {name: one for name, one in sizes.items() if one.requests or one.limits}
    saves = _saves(own, anew)
    containers = [{"name": name, **sizing.as_resources(one.requests, one.limits)} for name, one in anew.items()]
    change = {"kind": workload.kind, "namespace": workload.namespace, "name": workload.name, "containers": containers}
    return {
        "id": f"{workload.kind}/{workload.namespace}/{workload.name}/resources".lower(),
        "what": "resources",
        "workload": workload.words,
        "verdict": sizing.worst([one.verdict for one in sizes.values()]),
        "now": _told({name: (own[name].requests, own[name].limits) for name in anew or own}),
        "proposed": _told({name: (one.requests, one.limits) for name, one in anew.items()}),
        "evidence": "; ".join(_evidence(name, one, own[name], policy) for name, one in sizes.items()),
        "weak": any(one.used.weak for one in sizes.values()),
        "saves": {name: float(value) for name, value in saves.items()},
        "month": prices.month(saves) if saves else None,
        "change": change if anew and not by_hand else None,
        "by_hand": by_hand if anew else "",
    }


def _saves(own: Mapping[str, Container], anew: Mapping[str, Size]) -> dict[str, Decimal]:
    """Of requests, all pods together; less than nothing where more is to be asked for."""
    saves: dict[str, Decimal] = {}
    for name, one in anew.items():
        for resource, wanted in one.requests.items():
            spared = (own[name].requests.get(resource, Decimal(0)) - wanted) * own[name].pods
            saves[resource] = saves.get(resource, Decimal(0)) + spared
    return {name: value for name, value in saves.items() if value}


def _told(by_container: Mapping[str, tuple[Mapping[str, Decimal], Mapping[str, Decimal]]]) -> str:
    words = []
    for name, (requests, limits) in sorted(by_container.items()):
        parts = [
            f"{resource} {sizing.quantity(resource, requests[resource])}"
            for resource in RESOURCES
            if resource in requests
        ]
        parts += [f"{part} limit {sizing.quantity(part, limits[part])}" for part in RESOURCES if part in limits]
        words.append(f"{name}: {', '.join(parts) or 'nothing'}")
    return "; ".join(words)


def _evidence(name: str, one: Size, container: Container, policy: Policy) -> str:
    used = one.used
    killed = f", {counted(container.killed, 'time')} killed for want of memory" if container.killed else ""
    if used.cpu is None or used.memory is None:
        return f"{name}: nobody measured it{killed}"
    cpu, memory = amount("cpu", used.cpu), amount("memory", used.memory)
    if used.weak:
        return f"{name}: {cpu} CPU and {memory} in {counted(used.pods, 'pod')} just now{killed}"
    peak = f", at most {as_bytes(used.memory_peak)}" if used.memory_peak is not None else ""
    few = " (too few)" if one.verdict == LACKING else ""
    where = f"{counted(used.samples, 'sample')}{few} of {counted(used.pods, 'pod')} in {format_age(policy.window)}"
    return f"{name}: p{policy.percentile:g} {cpu} CPU and {memory}{peak}; {where}{killed}"
