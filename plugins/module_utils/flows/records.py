# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier records of a platform, from the store. Private API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, trends
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

MOST = 60
MOST_BYTES = 32 * 1024**2
AT_ONCE = 8

Record = dict[str, Any]


def earlier(
    store: Store,
    platform: str,
    runbook: str = "",
    *,
    most: int = MOST,
    before: str = "",
    keep: Callable[[Record], Record] | None = None,
) -> list[Record]:
    """The newest records, oldest first; one that cannot be read is left out, since a trend may have gaps.

    Those with thousands of findings are megabytes each: after 32 MiB no more are read.

    :param runbook: of this runbook alone; of every runbook without it
    :param before: only runs that started before this moment, RFC 3339
    :param keep: what to keep of each record, such as trends.kept: whole ones hold all findings, which adds up
    :raises OpsError: when the store cannot be listed or read
    """
    found = (keep(record) if keep else record for record in _newest_first(store, platform, runbook, before))
    return list(islice(found, most))[::-1]


def together(
    store: Store,
    platform: str,
    runbooks: Iterable[str],
    *,
    most: int = MOST,
    before: str = "",
    keep: Callable[[Record], Record] | None = None,
) -> list[Record]:
    """The newest records of each of these runbooks, oldest first; of every runbook where none is named.

    Where many runs leave records, those of a runbook that runs once a month are found by its name alone.

    :raises OpsError: when the store cannot be listed or read
    """
    named = list(dict.fromkeys(runbooks)) or [""]
    found = [one for name in named for one in earlier(store, platform, name, most=most, before=before, keep=keep)]
    return sorted(found, key=lambda record: record["started"])


def previous(store: Store, record: Record) -> Record | None:
    """The newest record of an earlier run of the same runbook about the same matter; None without one among many.

    :raises OpsError: when the store cannot be listed or read
    """
    # As a rule it is the first one, so none is read ahead.
    platform, runbook = record["platform"], record["runbook"]["name"]
    newest = islice(_newest_first(store, platform, runbook, record["started"], at_once=1), MOST)
    finished = (one for one in newest if one.get("outcome") == "finished")
    return next((one for one in finished if compare.matter(one) == compare.matter(record)), None)


def look_back(store: Store, record: Record) -> tuple[dict[str, Any], list[Series]]:
    """(what has changed since the last run, how its measures went) of a record that is about to be kept.

    A store that cannot be read is told in the comparison and never fails the run.
    """
    own, history = trends.kept(record), []
    if not compare.comparable(record):
        return compare.nothing(), trends.series([own])
    platform, runbook, started = record["platform"], record["runbook"]["name"], record["started"]
    try:
        before = previous(store, record)
        if trends.measures(record):
            history = earlier(store, platform, runbook, before=started, keep=trends.kept)
    except OpsError as error:
        note = f"the earlier records could not be read: {error}"
        return compare.nothing(note), trends.series([own])
    since = compare.since(before, record) if before else compare.nothing()
    return since, trends.series([*history, own])


def _newest_first(store: Store, platform: str, runbook: str, before: str, at_once: int = AT_ONCE) -> Iterator[Record]:
    keys = [key for key in store.keys(f"records/{platform}/{runbook}".rstrip("/") + "/") if key.endswith(".json")]
    # Keys end in the moment of the start, which sorts as text also across runbooks.
    newest = iter(sorted(keys, key=lambda key: key.rsplit("/", 1)[-1], reverse=True))
    read = 0
    with ThreadPoolExecutor(at_once) as pool:
        while read < MOST_BYTES and (some := list(islice(newest, at_once))):
            for data in pool.map(store.get, some):
                read += len(data or b"")
                record = _record(data)
                if record and (not before or record["started"] < before):
                    yield record


def _record(data: bytes | None) -> Record | None:
    try:
        record = json.loads(data or b"")
    except ValueError:
        return None
    readable = (
        isinstance(record, dict)
        and isinstance(record.get("started"), str)
        and isinstance(record.get("id"), str)
        and isinstance(record.get("steps"), list)
        and all(isinstance(step, dict) for step in record["steps"])
    )
    return record if readable else None
