# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the datasets of a platform in a store, and say which kinds are too old. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, dataset_look
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_look import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import dataset_age
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time


def look(options: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """{kinds, datasets, line, findings, measures}

    :raises OpsError: when the store cannot be opened or read
    """
    platform, trusted = backup_options.platform_of(options), backup_options.trusted_of(options)
    limits = dataset_look.limits_of(options["kinds"], "kinds")
    store = backup_options.look_of(options)
    kinds = dataset_look.look(store, platform, trusted) if store else []
    standing = dataset_look.standing(kinds, limits, now)
    findings = worst_first(dataset_age.of_kinds(standing, now, dataset_age.CHECK.limits({})))
    rows = [_row(store, kind, number, now) for kind in kinds if store for number in range(len(kind.found))]
    return {
        "kinds": [_of_kind(one, kinds, now) for one in standing],
        "datasets": rows,
        "line": f"{text.count(len(rows), 'dataset')} of {text.count(len(kinds), 'kind')}",
        "findings": findings,
        "measures": measures(findings),
    }


def measures(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The age of the newest usable dataset of each kind, from the findings of check dataset_age."""
    return [
        {
            "name": f"dataset_age.{one['subject']['name']}",
            "label": f"Age of the newest {one['subject']['name']}",
            "value": round(one["value"] / 3600, 1),
            "unit": "h",
            "limit": round(one["threshold"] / 3600, 1),
        }
        for one in sorted(findings, key=lambda one: one["subject"]["name"])
        if one["check"] == dataset_age.NAME and one["value"] is not None
    ]


def _of_kind(one: Mapping[str, Any], kinds: list[Kind], now: datetime) -> dict[str, Any]:
    newest = next((row for row in one["datasets"] if row["whole"] and _age(row, now) >= -dataset_age.SKEW), None)
    number = sum(len(kind.found) for kind in kinds if kind.provider == one["kind"])
    return {
        "kind": one["kind"],
        "datasets": number,
        "limit": one["limit"],
        "newest": newest["id"] if newest else "",
        "age": _age(newest, now) if newest else None,
    }


def _row(store: Store, kind: Kind, number: int, now: datetime) -> dict[str, Any]:
    one = kind.found[number]
    row = dataset_look.row_of(kind, one)
    known = one.dataset
    return {
        **row,
        "kind": kind.provider,
        "age": _age(row, now) if row["started"] else None,
        "place": store.place(one.path),
        "bytes": known.bytes if known else 0,
        "parts": len(known.parts) if known else 0,
        "facts": known.facts if known else {},
    }


def _age(row: Mapping[str, Any], now: datetime) -> int:
    started = parse_time(row["started"])
    return int((now - started).total_seconds()) if started else 0
