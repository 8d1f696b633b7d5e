# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock that a run holds, in cluster or store, and the fence that modules ask before they act. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.keeper import Sleep, Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import lease
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process, controlling_playbook

#: the option by which a module is told of a lock, as the functions here return it; see doc fragment lock
LOCK_SPEC: dict[str, Any] = {
    "type": "dict",
    "options": {
        "namespace": {"type": "str"},
        "store": {"type": "str"},
        "store_options": {"type": "dict"},
        "name": {"type": "str", "required": True},
        "holder": {"type": "str", "required": True},
        "transitions": {"type": "int", "required": True},
    },
}
#: Where nothing answers, nobody can renew or take a lock either.
AWAY = ("unreachable", "timeout")

Renew = Callable[[], None]
Connect = Callable[[], Client]


class Fence:
    """Asked before each batch: may this module still act?"""

    def __init__(self, renew: Renew | None, playbook: Process | None) -> None:
        """:param renew: proves that the lock is still ours; nothing where none is held"""
        self._renew = renew
        self._playbook = playbook

    @classmethod
    def from_option(cls, client: Client | None, lock: Mapping[str, Any] | None) -> Fence:
        """:param client: nothing for those that never speak to a cluster, whose lock is in a store"""
        return cls(_renewal(client, lock) if lock else None, controlling_playbook())

    def check(self) -> None:
        """:raises OpsError: refused, when the playbook is gone or the lock belongs to another"""
        if self._playbook and not self._playbook.alive():
            raise OpsError("refused", f"the playbook (process {self._playbook.pid}) is gone; stopped before going on")
        if self._renew:
            self._renew()


def take(connect: Connect, connect_within: Connect, where: tuple[str, str], holder: str, sleep: Sleep) -> Taken:
    """Take the Lease.

    :param connect_within: the same for renewals, with their time limit
    :param where: its namespace and name
    """
    lock = lease.acquire(connect(), *where, holder, sleep=sleep)
    client = connect_within()
    return Taken(lock.as_dict(), lambda: lease.renew(client, lock), lambda: lease.release(client, lock))


def require_none(connect: Connect, where: tuple[str, str], sleep: Sleep) -> None:
    """Refuse while a living run holds the Lease; without an API server nobody does.

    :param where: its namespace and name
    """
    try:
        lease.require_free(connect(), *where, sleep=sleep)
    except OpsError as error:
        if error.kind not in AWAY:
            raise


def release(connect: Connect, lock: Mapping[str, Any]) -> bool:
    """Give a lock back; False when it was not ours any more."""
    if lock.get("store"):
        return _in_store().release(lock)
    return lease.release(connect(), _lease(lock))


def _renewal(client: Client | None, lock: Mapping[str, Any]) -> Renew:
    if lock.get("store"):
        return _in_store().renewal(lock)
    if client is None:
        raise OpsError("invalid", "lock: this needs a lock in a store", hint="Use it in a runbook with lock: store.")
    leased = _lease(lock)
    return lambda: lease.renew(client, leased)


def _in_store() -> ModuleType:
    # Only when it is wanted: to load the library of remote stores takes longer than what many modules do.
    from ansible_collections.agent_platform.ops.plugins.module_utils.flows import store_locking

    return store_locking


def _lease(lock: Mapping[str, Any]) -> lease.Lock:
    if not lock.get("namespace"):
        raise OpsError(
            "invalid", "lock: neither namespace nor store says where it is; give it as runbook_lock returned it"
        )
    return lease.Lock(lock["namespace"], lock["name"], lock["holder"], lock["transitions"])
