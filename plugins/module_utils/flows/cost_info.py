# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform costs and what of it nobody uses. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, usage_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.resource_tuning_info import order_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.usage_read import Order, Seen
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import cost_report, recommend, waste
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import Prices, prices
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.waste import Limits


def prepare(options: Mapping[str, Any]) -> looking.Look:
    """:raises OpsError: invalid, before anything is read"""
    now = looking.moment(options)
    order, of_prices = order_of(options, now), prices(options["prices"])
    if not 0 <= options["idle_cores"] <= 64:
        raise OpsError("invalid", f"idle_cores is {options['idle_cores']:g}; it must lie between 0 and 64")
    limits = Limits(
        options["idle_cores"],
        parse_duration(options["idle_after"], "idle_after"),
        parse_duration(options["orphan_after"], "orphan_after"),
    )
    return lambda client: _look(client, order, of_prices, limits, options)


def _look(
    client: Client, order: Order, of_prices: Prices, limits: Limits, options: Mapping[str, Any]
) -> dict[str, Any]:
    seen = usage_read.read(client, order)
    sized = list(recommend.resources(seen.demand.containers, seen.usage, order.policy, of_prices, seen.generated))
    rows = cost_report.ordered(_wasted(seen, sized, order, of_prices, limits))
    asked = waste.asked(seen.demand.containers, of_prices)
    blind = waste.unmeasured(sized, asked)
    return {
        **looking.shown(rows, options, "waste", order.now),
        "asked": asked[: cost_report.MOST_ROWS],
        "findings": worst_first([*seen.findings(cost_report.CHECK), *cost_report.findings(rows, of_prices, blind)]),
        "measures": cost_report.measures(rows, asked, of_prices),
        "tables": cost_report.tables(rows, asked, of_prices),
        "line": cost_report.line(rows, of_prices, blind),
    }


def _wasted(
    seen: Seen, sized: Sequence[Mapping[str, Any]], order: Order, of_prices: Prices, limits: Limits
) -> list[waste.Row]:
    weak = not order.prometheus_url
    found = [*waste.oversized(sized, of_prices)]
    found += waste.idle(seen.demand.agents, seen.cpu_by_pod, limits, of_prices, order.now, weak)
    if "pods" not in seen.unread:  # else every claim would look as if nobody mounted it
        found += waste.orphans(seen.claims, seen.demand.mounted, limits, of_prices, order.now)
    return found
