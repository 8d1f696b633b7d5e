# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a workload of a component until it runs as its spec says, or will not. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.selectors import query
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import rollout

_PAUSE = 0.5  # seconds between two looks


def follow(
    client: Client, path: str, since: datetime, seconds: float, steady: float, proceed: Callable[[], None]
) -> None:
    """Wait until a workload runs as its spec says, and has done so for a while.

    :param since: warnings about it before that moment are of the past
    :param steady: seconds that it must stay well
    :param proceed: asked at each look whether this module may still act
    :raises OpsError: unverified, with the reason, when it does not come to run in time or will not by itself
    """
    deadline, well_since = time.monotonic() + seconds, None
    while True:
        item = client.get(path)
        pods = _pods(client, item)
        fault = rollout.broken(item, pods, _warnings(client, item, since))
        if fault:
            raise _unverified(item, fault)
        missing = rollout.missing(item, pods)
        now = time.monotonic()
        well_since = None if missing else (well_since or now)
        if well_since is not None and now - well_since >= steady:
            return
        if missing and now >= deadline:
            raise _unverified(item, f"{missing} after {seconds:g} s")
        time.sleep(_PAUSE)
        proceed()


def now() -> datetime:
    """To the second, as events tell their time."""
    return datetime.now(UTC).replace(microsecond=0)


def _pods(client: Client, item: dict[str, Any]) -> list[dict[str, Any]]:
    selector = query(mapping(mapping(item.get("spec")).get("selector")))
    path = resource("v1", "pods", item["metadata"]["namespace"])
    return [pod for page in client.pages(path, label_selector=selector) for pod in page]


def _warnings(client: Client, item: dict[str, Any], since: datetime) -> list[dict[str, Any]]:
    """Warnings about the workload itself, not about its pods, which come and go."""
    path = resource("v1", "events", item["metadata"]["namespace"])
    query = {"fieldSelector": f"involvedObject.uid={item['metadata']['uid']},type=Warning"}
    events, _version = client.list_at(path, query)
    moments = ((one, parse_time(one.get("lastTimestamp") or one.get("eventTime"))) for one in events)
    return [one for one, moment in moments if moment is not None and moment >= since]


def _unverified(item: dict[str, Any], why: str) -> OpsError:
    meta = item["metadata"]
    return OpsError(
        "unverified", f"{item.get('kind', 'workload')} {meta['namespace']}/{meta['name']} does not run: {why}"
    )
