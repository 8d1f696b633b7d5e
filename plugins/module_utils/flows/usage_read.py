# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sizes and costs are found from: pods in one pass, their usage, claims, controllers. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.prometheus_ask import answer
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import claim_row, pod_usage
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import result
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import is_generated
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import ADAPTIVE
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import queries
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Demand
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.queries import Usage
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload, controller_of

_METRICS = "metrics.k8s.io/v1beta1"
_KINDS = {"Deployment": "deployments", "StatefulSet": "statefulsets"}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    namespaces: whose pods count, all when empty. agents: values of the label of agents. components: (kind, namespace,
    name) without which the platform does not work. prometheus_url: empty for one look at the metrics instead.
    """

    now: datetime
    namespaces: tuple[str, ...]
    agents: tuple[str, ...]
    components: frozenset[tuple[str, str, str]]
    policy: Policy
    prometheus_url: str
    timeout: float
    validate_certs: bool


@dataclass
class Seen:
    """What was read. usage: by workload and container. cpu_by_pod: the percentile, or what it is now.

    generated: workloads that another controller writes. claims: rows with created; claims_used: most bytes.
    unread: what could not be read, and why.
    """

    demand: Demand = field(default_factory=Demand)
    usage: Usage = field(default_factory=dict)
    cpu_by_pod: dict[tuple[str, str], float] = field(default_factory=dict)
    components: list[Item] = field(default_factory=list)
    generated: set[Workload] = field(default_factory=set)
    autoscalers: list[object] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    claims_used: dict[tuple[str, str], float] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def findings(self, check: str) -> list[dict]:
        """An unknown finding for each thing that could not be read."""
        return [
            finding(check, "unknown", subject(name=what), f"{what} could not be read: {why}")
            for what, why in sorted(self.unread.items())
        ]


def read(client: Client, order: Order) -> Seen:
    """:raises OpsError: when the API server does not answer at all"""
    seen = Seen()
    parts: dict[str, Callable[[], None]] = {
        "pods": partial(_pods, client, order, seen),
        "controllers": partial(_controllers, client, order, seen),
        "autoscalers": partial(_autoscalers, client, seen),
        "claims": partial(_claims, client, order, seen),
    }
    for what, outcome in client.each(lambda name: parts[name](), list(parts)):
        if isinstance(outcome, OpsError):
            if outcome.kind != "forbidden":
                raise outcome
            seen.unread[what] = outcome.message
    _usage(client, order, seen)
    return seen


class _Kept:
    """Reduces pages to what is made of each object; nothing is kept where that is None."""

    def __init__(self, keep: Callable[[Item], Any]) -> None:
        self._keep = keep
        self.items: list[Any] = []

    def add(self, items: list[Item]) -> None:
        self.items += [kept for kept in map(self._keep, map(mapping, items)) if kept is not None]


def _pods(client: Client, order: Order, seen: Seen) -> None:
    seen.demand = client.read(resource("v1", "pods"), partial(Demand, order.namespaces), limit=ADAPTIVE)


def _controllers(client: Client, order: Order, seen: Seen) -> None:
    for kind, plural in _KINDS.items():
        keep = partial(_controller, kind=kind, order=order)
        for named, item, owned in client.read(resource("apps/v1", plural), partial(_Kept, keep), limit=ADAPTIVE).items:
            if owned:
                seen.generated.add(Workload(*named))
            if named in order.components:
                seen.components.append(item)


def _controller(item: Item, kind: str, order: Order) -> tuple[tuple[str, str, str], Item, bool] | None:
    named = (kind, text(meta(item).get("namespace")), text(meta(item).get("name")))
    owned = bool(controller_of(item)) or is_generated(item)
    return (named, {**item, "kind": kind}, owned) if owned or named in order.components else None


def _autoscalers(client: Client, seen: Seen) -> None:
    path = resource("autoscaling/v2", "horizontalpodautoscalers")
    seen.autoscalers = client.read(path, partial(_Kept, lambda item: item)).items


def _claims(client: Client, order: Order, seen: Seen) -> None:
    def keep(item: Item) -> dict[str, Any] | None:
        row = claim_row(item) | {"created": meta(item).get("creationTimestamp")}
        return row if not order.namespaces or row["namespace"] in order.namespaces else None

    path = resource("v1", "persistentvolumeclaims")
    seen.claims = client.read(path, partial(_Kept, keep), limit=ADAPTIVE).items


def _usage(client: Client, order: Order, seen: Seen) -> None:
    """From Prometheus where there is one; else one look at the metrics."""
    try:
        if order.prometheus_url:
            _history(order, seen)
        else:
            _now(client, seen)
    except OpsError as error:
        seen.usage, seen.cpu_by_pod = {}, {}  # half of the use would look like idleness
        missing = isinstance(error, NotFoundError)
        seen.unread["usage"] = "this cluster does not know metrics.k8s.io" if missing else error.message


def _history(order: Order, seen: Seen) -> None:
    asked = queries.queries(order.namespaces, order.policy.window, order.policy.percentile)
    for what, query in asked.items():
        # One answer at a time: each holds a number for every container.
        series = _vector(order, query)
        queries.gather(seen.usage, what, series, seen.demand.pods, order.agents)
        if what == "cpu":
            seen.cpu_by_pod = queries.by_pod(series)
    seen.claims_used = queries.by_claim(_vector(order, queries.claims_query(order.namespaces, order.policy.window)))


def _vector(order: Order, query: str) -> Sequence[object]:
    words: Mapping[str, object] = {"query": query, "time": f"{order.now.timestamp():.0f}"}
    body = answer(order.prometheus_url, "api/v1/query", words, order.timeout, validate_certs=order.validate_certs)
    return result(body, "vector")


def _now(client: Client, seen: Seen) -> None:
    for page in client.pages(resource(_METRICS, "pods")):
        queries.now(seen.usage, page, seen.demand.pods)
        for row in map(pod_usage, page):
            if row["used"]["cpu"] is not None:
                seen.cpu_by_pod[row["namespace"], row["name"]] = float(row["used"]["cpu"])
