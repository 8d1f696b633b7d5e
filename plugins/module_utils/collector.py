# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python's collector of cycles, out of the way of large reads. Private API."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Rest:
    """How many reads are under way, and whether the collector was on before the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reads = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if self._reads == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._reads += 1

    def end(self) -> None:
        with self._lock:
            self._reads -= 1
            if self._reads == 0 and self._was_on:
                gc.enable()


_rest = _Rest()


@contextmanager
def resting_collector() -> Iterator[None]:
    """While many objects are read: JSON holds no cycles, so the collector would walk a million of them in vain.

    Reads in several threads may overlap; it comes back when the last of them has ended.
    """
    _rest.begin()
    try:
        yield
    finally:
        _rest.end()
