# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of what containers ask for they use: questions to Prometheus, and its answers. Pure. Private API."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import readable
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import AGENT, Workload

SHORTEST = 300  # seconds that are looked back at least
_STEP = 300  # seconds between two samples of a percentile
_FEWEST = 20  # samples in a short window, whose steps are shorter
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CPU = "rate(container_cpu_usage_seconds_total{{{where}}}[5m])"
_MEMORY = "container_memory_working_set_bytes{{{where}}}"
_QUERIES = {
    "cpu": f"quantile_over_time({{share:g}}, {_CPU}[{{window}}s:{{step}}s])",
    "memory": f"quantile_over_time({{share:g}}, {_MEMORY}[{{window}}s:{{step}}s])",
    "memory_peak": f"max_over_time({_MEMORY}[{{window}}s])",
    "samples": f"count_over_time({_MEMORY}[{{window}}s:{{step}}s])",
}
_CLAIMS = "max_over_time(kubelet_volume_stats_used_bytes{{{where}}}[{window}s])"
#: how the pods of CodeRuns begin
_AGENT_PODS = ("task-", "play-", "monitor-", "remediation-", "heal-", "review-", "remediate-")


@dataclass(slots=True)
class Used:
    """What one container of a workload used, the most of all its pods: cores and bytes, None where nobody knows.

    cpu, memory: the percentile. memory_peak: the most. samples: of all pods together. pods: how many were measured.
    weak: one look instead of a history.
    """

    cpu: float | None = None
    memory: float | None = None
    memory_peak: float | None = None
    samples: int = 0
    pods: int = 0
    weak: bool = False


Usage = dict[tuple[Workload, str], Used]


def queries(namespaces: Iterable[str], window: int, percentile: float) -> dict[str, str]:
    """PromQL by what it tells: cpu, memory, memory_peak and samples of each container.

    :param window: seconds that are looked back
    :raises OpsError: invalid, for what cannot be the name of a namespace
    """
    where = f'container!="",container!="POD"{_within(namespaces)}'
    numbers = {"window": window, "step": min(_STEP, window // _FEWEST), "share": percentile / 100}
    return {what: query.format(where=where, **numbers) for what, query in _QUERIES.items()}


def claims_query(namespaces: Iterable[str], window: int) -> str:
    """PromQL: the most bytes that were used of each claim."""
    return _CLAIMS.format(where=_within(namespaces).lstrip(","), window=window)


def gather(
    usage: Usage, what: str, series: Iterable[object], pods: Mapping[tuple[str, str], Workload], agents: Collection[str]
) -> None:
    """Add one answer to what is known of the use, by workload and container.

    :param what: cpu, memory, memory_peak or samples
    :param pods: the workload of each pod that is there
    :param agents: values of the label of agents; their pods that are gone are told by their names
    """
    for one in series:
        found = _sample(one, "pod", "container")
        if found is None:
            continue
        namespace, (pod, container), value = found
        workload = pods.get((namespace, pod)) or _gone(namespace, pod, agents)
        if workload:
            _note(usage.setdefault((workload, container), Used()), what, value)


def now(usage: Usage, metrics: Iterable[object], pods: Mapping[tuple[str, str], Workload]) -> None:
    """The same from objects of metrics.k8s.io: one look, which is weak evidence."""
    for one in map(mapping, metrics):
        workload = pods.get((text(meta(one).get("namespace")), text(meta(one).get("name"))))
        for container in map(mapping, sequence(one.get("containers"))) if workload else ():
            used = usage.setdefault((workload, text(container.get("name"))), Used(weak=True))
            given = mapping(container.get("usage"))
            for what, resource in (("cpu", "cpu"), ("memory", "memory"), ("memory_peak", "memory")):
                amount = readable(given.get(resource))
                if amount is not None:
                    _note(used, what, float(amount))
            _note(used, "samples", 1)


def by_claim(series: Iterable[object]) -> dict[tuple[str, str], float]:
    """Bytes by namespace and claim."""
    found = (_sample(one, "persistentvolumeclaim") for one in series)
    return {(namespace, claim): value for namespace, (claim,), value in filter(None, found)}


def by_pod(series: Iterable[object]) -> dict[tuple[str, str], float]:
    """The sum over the containers of each pod."""
    total: dict[tuple[str, str], float] = {}
    for namespace, (pod, _container), value in filter(None, (_sample(one, "pod", "container") for one in series)):
        total[namespace, pod] = total.get((namespace, pod), 0.0) + value
    return total


def _within(namespaces: Iterable[str]) -> str:
    wanted = sorted(set(namespaces))
    odd = [name for name in wanted if not _NAMESPACE.fullmatch(name)]
    if odd:
        raise OpsError("invalid", f"namespaces: {odd[0]!r:.80} is no name of a namespace")
    return f',namespace=~"{"|".join(wanted)}"' if wanted else ""


def _sample(one: object, *labels: str) -> tuple[str, tuple[str, ...], float] | None:
    """(namespace, labels, value) of a series of a vector; None for what is none or no number."""
    series: Item = mapping(one)
    metric, pair = mapping(series.get("metric")), sequence(series.get("value"))
    names = tuple(text(metric.get(label)) for label in labels)
    namespace = text(metric.get("namespace"))
    try:
        value = float(pair[1])
    except (TypeError, IndexError, ValueError):
        return None
    return (namespace, names, value) if namespace and all(names) and math.isfinite(value) and value >= 0 else None


def _note(used: Used, what: str, value: float) -> None:
    if what == "samples":
        used.samples += int(value)
        used.pods += 1
    else:
        setattr(used, what, max(getattr(used, what) or 0.0, value))


def _gone(namespace: str, pod: str, agents: Collection[str]) -> Workload | None:
    """The agent of a pod that is not there any more, from the name of its Job: task-12-5dlabs-rex-claude-…"""
    if not pod.startswith(_AGENT_PODS):
        return None
    named = [agent for agent in agents if f"-{agent}-" in pod or f"-{agent.rpartition('-')[2]}-" in pod]
    # Of two that would fit, nobody knows which it was.
    return Workload(AGENT, namespace, named[0]) if len(named) == 1 else None
