# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of long work as JSON lines in the file that $AGENT_PLATFORM_PROGRESS names. Private API."""

from __future__ import annotations

import json
import os
import time


class Progress:
    """Count done objects and tell at most four times a second; silent where nobody listens."""

    def __init__(self, task: str, total: int = 0) -> None:
        self._task = task
        self._path = os.environ.get("AGENT_PLATFORM_PROGRESS", "")
        self._told = 0.0
        self.total = total
        self.done = 0

    def step(self, count: int = 1, message: str = "") -> None:
        """Count on; a message, and the end, are always told."""
        self.done += count
        now = time.time()
        if not self._path or not (message or self.done == self.total or now - self._told >= 0.25):
            return
        self._told = now
        line = {"task": self._task, "done": self.done, "total": self.total, "message": message, "time": now}
        try:
            with open(self._path, "a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        except OSError:
            self._path = ""
