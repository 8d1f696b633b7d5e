# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier records of a platform, from the store. Private API."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

MOST = 60


def earlier(
    store: Store, platform: str, runbook: str = "", *, most: int = MOST, before: str = ""
) -> list[dict[str, Any]]:
    """The newest records, oldest first; one that cannot be read is left out, since a trend may have gaps.

    :param runbook: of this runbook alone; of every runbook without it
    :param before: only runs that started before this moment, RFC 3339
    """
    keys = [key for key in store.keys(f"records/{platform}/{runbook}".rstrip("/") + "/") if key.endswith(".json")]
    # Keys end in the moment of the start, which sorts as text also across runbooks.
    newest = sorted(keys, key=lambda key: key.rsplit("/", 1)[-1], reverse=True)
    found: list[dict[str, Any]] = []
    for key in newest:
        if len(found) == most:
            break
        record = _record(store.get(key))
        if record and (not before or record["started"] < before):
            found.append(record)
    return found[::-1]


def _record(data: bytes | None) -> dict[str, Any] | None:
    try:
        record = json.loads(data or b"")
    except ValueError:
        return None
    readable = (
        isinstance(record, dict) and isinstance(record.get("started"), str) and isinstance(record.get("steps"), list)
    )
    return record if readable else None
