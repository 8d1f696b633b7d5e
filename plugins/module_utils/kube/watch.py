# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow collections without a gap: list, watch from there, resume, list again where the past is gone. Private API."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import GoneError, NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

LISTED, CHANGED, DELETED, FAILED = "listed", "changed", "deleted", "failed"

_WINDOW = 30.0  # seconds of one watch: a connection that died without a word is noticed after that
_PAUSE = 0.5  # seconds between two requests of one source at least
_LONGEST_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Source:
    """One collection to follow; query holds labelSelector and fieldSelector."""

    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a source tells.

    kind: LISTED with everything that is there, CHANGED and DELETED with one object, FAILED with the error.
    final: a failure after which the source tells nothing more: it may not be read, or its kind is not there.
    """

    source: str
    kind: str
    items: list[dict[str, Any]] = field(default_factory=list)
    error: OpsError | None = None
    final: bool = False


@dataclass(slots=True)
class _Place:
    """The version that the next watch begins at; kept while a watch goes on, so that one that is cut resumes there."""

    version: str = ""


class Watches:
    """Follows sources, each in a thread of its own, into one queue until it is closed."""

    def __init__(self, client: Client, sources: list[Source], deadline: float) -> None:
        """:param deadline: of time.monotonic(); after it nothing more is asked"""
        self.notices: SimpleQueue[Notice] = SimpleQueue()
        self._client = client
        self._deadline = deadline
        self._closed = threading.Event()
        self._sources = sources

    def __enter__(self) -> Watches:
        for source in self._sources:
            # A thread that waits for the server must not keep the process: it is left behind, and ends with its watch.
            threading.Thread(target=self._follow, args=(source,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closed.set()

    def _follow(self, source: Source) -> None:
        place, pause = _Place(), _PAUSE
        while not self._closed.is_set() and (left := self._deadline - time.monotonic()) > 0:
            began, failed = time.monotonic(), False
            try:
                self._look(source, place, min(_WINDOW, left))
            except GoneError:
                place.version = ""
            except OpsError as error:
                failed = True
                if _is_final(error) and place.version:
                    # Refused to watch. A list renews expired credentials, and says whether reading is refused too.
                    place.version = ""
                else:
                    self._tell(Notice(source.name, FAILED, error=error, final=_is_final(error)))
                    if _is_final(error):
                        return
            quick = failed or time.monotonic() - began < _PAUSE
            pause = min(_LONGEST_PAUSE, pause * 2) if quick else _PAUSE
            self._closed.wait(min(pause, max(0.0, self._deadline - time.monotonic())))

    def _look(self, source: Source, place: _Place, seconds: float) -> None:
        """One list where the place is not known, then one watch."""
        if not place.version:
            items, place.version = self._client.list_at(source.path, source.query)
            self._tell(Notice(source.name, LISTED, items))
        for event in self._client.watch(source.path, place.version, seconds, query=source.query):
            if self._closed.is_set():
                return
            item, kind = event.get("object") or {}, event.get("type")
            place.version = str((item.get("metadata") or {}).get("resourceVersion") or place.version)
            if kind != "BOOKMARK":
                self._tell(Notice(source.name, DELETED if kind == "DELETED" else CHANGED, [item]))

    def _tell(self, notice: Notice) -> None:
        if not self._closed.is_set():
            self.notices.put(notice)


def _is_final(error: OpsError) -> bool:
    return isinstance(error, NotFoundError) or error.kind in ("forbidden", "invalid")
