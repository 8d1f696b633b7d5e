# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock in the store, from the options of modules. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.keeper import Sleep, Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import AWAY
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import RENEWAL_LIMIT
from ansible_collections.agent_platform.ops.plugins.module_utils.store import lock as locks
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import TIMEOUT, Store, open_store


def take(options: Mapping[str, Any], holder: str, sleep: Sleep) -> Taken:
    """Take the lock of the platform.

    :param options: platform, store and store_options
    """
    lock = locks.acquire(_opened(options), _platform(options), holder, sleep=sleep)
    store = _opened(options, RENEWAL_LIMIT)
    where = {name: options[name] for name in ("store", "store_options")}
    told = {**where, "name": lock.platform, "holder": holder, "transitions": lock.transitions}
    return Taken(told, lambda: locks.renew(store, lock), lambda: locks.release(store, lock))


def require_none(options: Mapping[str, Any], sleep: Sleep) -> None:
    """Refuse while a living run holds the lock; without the store nobody does."""
    try:
        locks.require_free(_opened(options), _platform(options), sleep=sleep)
    except OpsError as error:
        if error.kind not in AWAY:
            raise


def renewal(lock: Mapping[str, Any]) -> Callable[[], None]:
    """What proves that a lock is still ours."""
    store = _opened(lock, locks.DURATION)
    return lambda: locks.renew(store, _held(lock))


def release(lock: Mapping[str, Any]) -> bool:
    """Give the lock back; False when it was not ours any more."""
    return locks.release(_opened(lock), _held(lock))


def _held(lock: Mapping[str, Any]) -> locks.StoreLock:
    return locks.StoreLock(lock["name"], lock["holder"], lock["transitions"])


def _platform(options: Mapping[str, Any]) -> str:
    if not options["platform"]:
        raise OpsError("invalid", "platform is empty; it names the lock in the store")
    return options["platform"]


def _opened(options: Mapping[str, Any], timeout: float = TIMEOUT) -> Store:
    settings = {str(name): str(value) for name, value in (options.get("store_options") or {}).items()}
    return open_store(options["store"], settings, timeout=timeout)
