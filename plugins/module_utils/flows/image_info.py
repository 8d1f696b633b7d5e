# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every image that a platform runs: read in one pass, scanned where that is possible, and judged. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import image_scan
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.image_scan import Scanner
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import ADAPTIVE
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import end_of_life, image_judge, image_report
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.image_judge import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Inventory

CHECK = "image_inventory"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. namespaces: whose pods count, all when empty. unscanned: why there is no scanner."""

    now: datetime
    namespaces: Sequence[str]
    policy: Policy
    scanner: Scanner | None
    unscanned: str
    rows_directory: str | None


def order_of(options: Mapping[str, Any], now: datetime) -> Order:
    """:raises OpsError: invalid, naming the option"""
    scanner, unscanned = image_scan.scanner_of(options)
    oldest = timedelta(seconds=parse_duration(options["oldest"], "oldest")) if options["oldest"] else None
    policy = Policy(
        registries=tuple(options["registries"]),
        pinned_by=options["pinned_by"],
        moving_tags=frozenset(tag.lower() for tag in options["moving_tags"]),
        end_of_life=tuple(end_of_life.lines(options["end_of_life"])),
        soon=timedelta(seconds=parse_duration(options["soon"], "soon")),
        oldest=oldest,
    )
    return Order(now, tuple(options["namespaces"]), policy, scanner, unscanned, options["rows_directory"])


def look(client: Client, order: Order) -> dict[str, Any]:
    """Images, findings, measures, table, line; what may not be read is one unknown finding.

    :raises OpsError: when the API server does not answer at all, or a long list cannot be written
    """
    try:
        inventory = client.read(resource("v1", "pods"), partial(Inventory, order.namespaces), limit=ADAPTIVE)
    except OpsError as error:
        if error.kind != "forbidden":
            raise
        unread = finding(CHECK, "unknown", subject("Pod"), f"nobody could look which images run: {error.message}")
        return _result([], 0, [unread], order)
    images = inventory.images()
    scans = image_scan.scan(order.scanner, images) if order.scanner else {}
    findings = image_judge.judge(images, order.policy, scans, order.unscanned, order.now)
    rows = image_report.rows(images, order.policy.end_of_life, scans, order.now)
    return _result(rows, inventory.pods, findings, order)


def _result(rows: list[dict[str, Any]], pods: int, findings: list[dict], order: Order) -> dict[str, Any]:
    shown, rows_file = present(rows, order.rows_directory, f"images-{order.now:%Y-%m-%dT%H-%M-%SZ}")
    return {
        "images": shown,
        "rows_file": rows_file,
        "total": len(rows),
        "pods": pods,
        "findings": worst_first(findings),
        "measures": image_report.measures(rows),
        "tables": [image_report.table(rows, order.now)],
        "line": image_report.line(rows, pods, findings, order.unscanned),
    }
