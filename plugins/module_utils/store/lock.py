# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a platform in its store, for work during which there may be no API server. Private API.

A store has put-if-absent and nothing else that is atomic, so a lock is a row of numbered objects, of which the one with
the highest number counts. Taking it, and giving it back, is putting the next number where it is free: of several at
once one succeeds. The number is the fencing token. A holder renews by overwriting its own object alone, so whatever it
writes late, after it was thought dead, cannot touch the object of the one after it.

It first renews and then looks for the next number; who takes over first puts the next number and then looks for a
renewal. So of the two at least one sees the other: the old holder stops, or the new one waits until it must have
stopped. Nobody's clock is trusted, no object is ever deleted, and no number is used twice.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import Store

# Seconds without a renewal after which a holder counts as dead; longer than that of a Lease, since a renewal is several
# requests to something slower than an API server.
DURATION = 20
_ATTEMPTS = 5
_NUMBER = re.compile(r"([0-9]{9})\.json")

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class StoreLock:
    """A lock that is held; transitions is the fencing token."""

    platform: str
    holder: str
    transitions: int

    @property
    def key(self) -> str:
        return _key(self.platform, self.transitions)


@dataclass(frozen=True)
class _Claim:
    """What stands under a number. data: nothing (b"") for number 0, which is before the first one."""

    number: int
    data: bytes

    @property
    def fields(self) -> dict[str, Any]:
        try:
            found = json.loads(self.data)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def is_free(self) -> bool:
        # What nobody can read may belong to somebody.
        return not self.number or self.fields.get("holder") == ""


def acquire(store: Store, platform: str, holder: str, *, sleep: Sleep = time.sleep) -> StoreLock:
    """Take the lock when it is free, or from a holder that shows no life for its time.

    :raises OpsError: refused, naming the living holder and since when it holds the lock; else when the store fails
    """
    newest = _newest(store, platform, _highest(store, platform))
    for _attempt in range(_ATTEMPTS):
        before = _outlived(store, platform, newest, sleep)
        lock = StoreLock(platform, holder, before.number + 1)
        if _put(store, lock.key, _claim(holder)):
            _let_notice(store, lock, before, sleep)
            return lock
        newest = _newest(store, platform, before.number + 1)
    raise OpsError("conflict", f"lock {store.place(_folder(platform))} changes hands all the time")


def require_free(store: Store, platform: str, *, sleep: Sleep = time.sleep) -> None:
    """:raises OpsError: refused, naming the living holder"""
    _outlived(store, platform, _newest(store, platform, _highest(store, platform)), sleep)


def renew(store: Store, lock: StoreLock) -> None:
    """Show life, and prove that the lock is still ours.

    :raises OpsError: refused, when somebody else holds the lock now; else when the store fails
    """
    own = _Claim(lock.transitions, store.get(lock.key) or b"")
    if own.fields.get("holder") != lock.holder:
        raise _lost(store, lock, own)
    store.put(lock.key, _encode({**own.fields, "renewed": _now()}))
    # Only now: somebody who takes over meanwhile puts the next number before looking at our renewal.
    after = _at(store, lock.platform, lock.transitions + 1)
    if after:
        raise _lost(store, lock, _newest(store, lock.platform, after.number))


def release(store: Store, lock: StoreLock) -> bool:
    """Give the lock back; False when it was not ours any more."""
    own = _at(store, lock.platform, lock.transitions)
    if own is None or own.fields.get("holder") != lock.holder:
        return False
    return _put(store, _key(lock.platform, lock.transitions + 1), _claim(""))


def _outlived(store: Store, platform: str, newest: _Claim, sleep: Sleep) -> _Claim:
    """The newest claim, once it is free or its holder has shown no life for its time.

    :raises OpsError: refused, when the holder renews
    """
    waited = 0
    while not newest.is_free and waited <= DURATION:
        sleep(1.0)
        waited += 1
        now = _newest(store, platform, newest.number)
        if now.number != newest.number:
            newest, waited = now, 0
        elif now.data != newest.data:
            who = f"{now.fields.get('holder')}, since {now.fields.get('since')}"
            hint = "Nothing was touched. Wait for it to end, or look at what it does."
            raise OpsError("refused", f"another run holds the lock of this platform in its store: {who}", hint=hint)
    return newest


def _let_notice(store: Store, lock: StoreLock, before: _Claim, sleep: Sleep) -> None:
    """Wait for a holder that renewed after our last look: it stops when it next renews, not before."""
    if before.is_free or store.get(_key(lock.platform, before.number)) == before.data:
        return
    for _second in range(DURATION):
        sleep(1.0)
        renew(store, lock)


def _put(store: Store, key: str, claim: bytes) -> bool:
    """Whether the number is ours; the answer to a first request may have been lost, and the second one refused."""
    try:
        return store.put(key, claim, if_absent=True) or store.get(key) == claim
    except OpsError as error:
        if error.kind != "conflict":
            raise
        return False


def _newest(store: Store, platform: str, number: int) -> _Claim:
    """The claim that counts, looked for from a number on; a list may miss what is replaced while it is read."""
    found = _at(store, platform, number) or _Claim(number, b"")
    while after := _at(store, platform, found.number + 1):
        found = after
    return found


def _at(store: Store, platform: str, number: int) -> _Claim | None:
    data = store.get(_key(platform, number)) if number else None
    return None if data is None else _Claim(number, data)


def _highest(store: Store, platform: str) -> int:
    folder = _folder(platform)
    names = (_NUMBER.fullmatch(meta.key.removeprefix(f"{folder}/")) for meta in store.list(folder))
    return max((int(name.group(1)) for name in names if name), default=0)


def _lost(store: Store, lock: StoreLock, newest: _Claim) -> OpsError:
    owner = newest.fields.get("holder") or "nobody"
    return OpsError("refused", f"the lock {store.place(lock.key)} is no longer ours; it is held by {owner}")


def _claim(holder: str) -> bytes:
    now = _now()
    return _encode({"holder": holder, "since": now, "renewed": now, "id": uuid.uuid4().hex})


def _encode(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _folder(platform: str) -> str:
    return f"locks/{platform}"


def _key(platform: str, number: int) -> str:
    return f"{_folder(platform)}/{number:09}.json"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
