# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until workflows show the effect of what was done to them, by one watch for each namespace. Private API."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from queue import Empty

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Effect
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import (
    DELETED,
    FAILED,
    LISTED,
    Notice,
    Source,
    Watches,
)

_SINGLE = 4  # so few of a namespace are watched by name, more of them all together


@dataclass(frozen=True, slots=True)
class Awaited:
    """A workflow, and what must be seen of it."""

    namespace: str
    name: str
    uid: str
    effect: Effect


def wait_for(
    client: Client, awaited: Iterable[Awaited], seconds: float, *, gone_is_done: bool, selector: str = ""
) -> dict[str, str]:
    """What is still missing when the time is over, by uid; nothing when every effect was seen.

    Call it after the writes: what it reads is at least as new as they are.

    :param gone_is_done: one that was deleted meanwhile has become as it was wished
    :param selector: label selector that all of them match, where many are watched together
    """
    waiting = _Waiting({one.uid: one for one in awaited}, gone_is_done)
    if not waiting.missing:
        return {}
    deadline = time.monotonic() + seconds
    with Watches(client, _sources(waiting.awaited.values(), selector), deadline) as watches:
        while waiting.is_open and (left := deadline - time.monotonic()) > 0:
            try:
                waiting.take(watches.notices.get(timeout=left))
            except Empty:
                break
    return waiting.missing


class _Waiting:
    def __init__(self, awaited: dict[str, Awaited], gone_is_done: bool) -> None:
        self.awaited = awaited
        self.missing = dict.fromkeys(awaited, "nobody could look")
        self._gone_is_done = gone_is_done
        self._blind: set[str] = set()

    @property
    def is_open(self) -> bool:
        return any(_source(one) not in self._blind for one in map(self.awaited.get, self.missing) if one)

    def take(self, notice: Notice) -> None:
        if notice.kind == FAILED:
            self._fail(notice)
            return
        told = {text(meta(item).get("uid")): item for item in notice.items}
        for uid in told.keys() & self.missing.keys():
            if notice.kind == DELETED:
                self._gone(uid)
                continue
            self._missing(uid, self.awaited[uid].effect(told[uid]))
        if notice.kind == LISTED:
            for uid in [uid for uid in self.missing if _covers(notice.source, self.awaited[uid]) and uid not in told]:
                self._gone(uid)

    def _fail(self, notice: Notice) -> None:
        for uid, one in self.awaited.items():
            if uid in self.missing and _covers(notice.source, one):
                self.missing[uid] = f"nobody could look ({notice.error.message})"
                if notice.final:
                    self._blind.add(_source(one))

    def _gone(self, uid: str) -> None:
        self._missing(uid, "" if self._gone_is_done else "it was deleted meanwhile")

    def _missing(self, uid: str, what: str) -> None:
        if what:
            self.missing[uid] = what
        else:
            del self.missing[uid]


def _source(one: Awaited) -> str:
    return f"{one.namespace}/{one.name}"


def _covers(source: str, one: Awaited) -> bool:
    return source in (f"{one.namespace}/", _source(one))


def _sources(awaited: Iterable[Awaited], selector: str) -> list[Source]:
    places: dict[str, list[Awaited]] = defaultdict(list)
    for one in awaited:
        places[one.namespace].append(one)
    query = {"labelSelector": selector} if selector else {}
    found = []
    for namespace, ones in places.items():
        path = resource(*WORKFLOWS, namespace)
        if len(ones) > _SINGLE:
            found.append(Source(f"{namespace}/", path, query))
        else:
            found += [Source(_source(one), path, {"fieldSelector": f"metadata.name={one.name}"}) for one in ones]
    return found
