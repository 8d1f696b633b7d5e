# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the backups of a platform in a store, and say which are believed. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import moment_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import Kept, newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, parse_time

_UNKNOWN: dict[str, Any] = {
    "finished": "",
    "cluster_uid": "",
    "complete": False,
    "classes": [],
    "reason": "",
    "actor": "",
    "recipients": [],
    "objects": 0,
    "bytes": 0,
    "parts": [],
    "skipped": [],
    "left_out": {},
}


def look(options: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """{backups, newest, line, findings}; newest is the one that can be used, None without any.

    :raises OpsError: when the store cannot be opened or read
    """
    platform = backup_options.platform_of(options)
    trusted = backup_options.trusted_of(options)
    store = backup_options.open_of(options)
    most = options["limit"] or None
    rows = [_row(store, kept, now) for kept in islice(newest_first(store, platform, trusted), most)]
    newest = report.newest(rows, now)
    return {
        "backups": rows,
        "newest": newest,
        "line": report.listed_line(rows, newest),
        "findings": report.listed(rows, newest, now),
    }


def _row(store: Store, kept: Kept, now: datetime) -> dict[str, Any]:
    told = (
        report.facts(kept.manifest)
        if kept.manifest
        else {**_UNKNOWN, "id": kept.id, "started": format_time(moment_of(kept.id))}
    )
    started = parse_time(told["started"])
    return {
        **told,
        "path": kept.path,
        "place": store.place(kept.path),
        "age": int((now - started).total_seconds()) if started else None,
        "believed": kept.manifest is not None,
        "problem": kept.problem,
    }
