# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recommend sizes from what was really used. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import OPTIONAL_AGENTS_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, usage_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.usage_read import Order, Seen
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import (
    ideas,
    queries,
    recommend,
    scaling,
    tuning_report,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices, prices
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.recommend import Scale
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import Policy

#: options of the modules that look at what is used; see doc fragment usage
USAGE_SPEC: dict[str, Any] = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "prometheus_url": {"type": "str", "default": ""},
    "prometheus_timeout": {"type": "float", "default": 30.0},
    "validate_certs": {"type": "bool", "default": True},
    "window": {"type": "str", "default": "7d"},
    "percentile": {"type": "float", "default": 95.0},
    "target": {"type": "float", "default": 80.0},
    "samples": {"type": "int", "default": 288},
    "prices": {"type": "dict", "default": {}},
}
#: the same with the options of the other doc fragments that these modules have
LOOK_SPEC: dict[str, Any] = {**USAGE_SPEC, "agents": OPTIONAL_AGENTS_SPEC, **looking.ROWS_SPEC}
_LONGEST_WINDOW = 90 * 86_400


def order_of(options: Mapping[str, Any], now: datetime) -> Order:
    """What the options of LOOK_SPEC ask for.

    :raises OpsError: invalid, naming the option and the accepted form
    """
    window = parse_duration(options["window"], "window")
    if not queries.SHORTEST <= window <= _LONGEST_WINDOW:
        raise OpsError("invalid", f"window is {options['window']!r:.40}; it must lie between 5m and 90d")
    for name, low, high in (("percentile", 50, 100), ("target", 10, 100), ("samples", 1, 1_000_000)):
        if not low <= options[name] <= high:
            raise OpsError("invalid", f"{name} is {options[name]:g}; it must lie between {low:,} and {high:,}")
    namespaces = tuple(dict.fromkeys(options["namespaces"]))
    policy = Policy(options["target"], options["percentile"], options["samples"], window)
    queries.queries(namespaces, window, policy.percentile)  # refuses odd names before anything is read
    agents = names.table(options["agents"]) if options["agents"] else ()
    return Order(
        now=now,
        namespaces=namespaces,
        agents=tuple(agent.github_user for agent in agents),
        components=frozenset((one["kind"], one["namespace"], one["name"]) for one in options.get("components") or ()),
        policy=policy,
        prometheus_url=options["prometheus_url"],
        timeout=options["prometheus_timeout"],
        validate_certs=options["validate_certs"],
    )


def prepare(options: Mapping[str, Any]) -> looking.Look:
    """:raises OpsError: invalid, before anything is read"""
    now = looking.moment(options)
    order, of_prices = order_of(options, now), prices(options["prices"])
    scale = Scale(options["replicas"], frozenset(options["may_be_several"]))
    return lambda client: _look(client, order, of_prices, scale, options)


def _look(client: Client, order: Order, of_prices: Prices, scale: Scale, options: Mapping[str, Any]) -> dict[str, Any]:
    seen = usage_read.read(client, order)
    rows = tuning_report.ordered(_recommendations(seen, order, of_prices, scale))
    thoughts = ideas.ideas(seen.demand.durations)
    return {
        **looking.shown(rows, options, "recommendations", order.now),
        "ideas": thoughts,
        "autoscalers": _proposed(seen, options),
        "findings": worst_first([*seen.findings(tuning_report.CHECK), *tuning_report.findings(rows)]),
        "measures": tuning_report.measures(rows),
        "tables": tuning_report.tables(rows, thoughts, of_prices),
        "line": tuning_report.line(rows, of_prices),
    }


def _recommendations(seen: Seen, order: Order, of_prices: Prices, scale: Scale) -> list[dict[str, Any]]:
    claims = [one for one in seen.claims if one["service"]]
    return [
        *recommend.resources(seen.demand.containers, seen.usage, order.policy, of_prices, seen.generated),
        *recommend.replicas(seen.components, scale, seen.autoscalers),
        *recommend.workspaces(claims, seen.claims_used, order.policy, of_prices),
    ]


def _proposed(seen: Seen, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Manifests that follow the queue, for controllers of which several share the work and that have none yet."""
    found = []
    for item in seen.components:
        kind, namespace, name = item["kind"], item["metadata"]["namespace"], item["metadata"]["name"]
        wanted = name in options["follow_queue"] and not scaling.scaled_by(kind, namespace, name, seen.autoscalers)
        if wanted:
            found.append(scaling.autoscaler(namespace, name, options["replicas"], options["queue_depth"]))
    return found
