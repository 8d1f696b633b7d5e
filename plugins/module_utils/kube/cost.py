# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts of a conversation with an API server, without what it takes to have one. Private API."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Cost:
    """What the conversation with the API server took."""

    requests: int = 0
    bytes_read: int = 0
    retries: int = 0
    writes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **counts: int) -> None:
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("requests", "bytes_read", "retries", "writes")}
