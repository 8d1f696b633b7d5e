# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Act on many objects at once for as long as the lock is ours, without a pause between batches. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import RENEW_EVERY

T = TypeVar("T")
V = TypeVar("V")


def each_fenced(
    client: Client, fence: Fence, function: Callable[[T], V], items: Iterable[T], batch: int
) -> Iterator[tuple[T, V | OpsError]]:
    """As Client.each; the fence is asked before each batch, and before the next item when that was long ago.

    It is asked while what was let through is on its way: the connections do not wait for it.

    :raises OpsError: the fence's, after all that was let through has been told; the other items were not touched
    """
    refusals: list[OpsError] = []
    yield from client.each(function, _let_through(fence, items, batch, refusals))
    if refusals:
        raise refusals[0]


def _let_through(fence: Fence, items: Iterable[T], batch: int, refusals: list[OpsError]) -> Iterator[T]:
    """Ends at the first refusal; an error raised in here would lose the results of what is on its way."""
    asked = 0.0
    for position, item in enumerate(items):
        if position % batch == 0 or time.monotonic() - asked >= RENEW_EVERY:
            try:
                fence.check()
            except OpsError as error:
                refusals.append(error)
                return
            asked = time.monotonic()
        yield item
