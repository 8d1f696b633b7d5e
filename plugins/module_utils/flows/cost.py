# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's work cost. Private API."""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.cost import Cost


class Meter:
    """Started with the work; read at its end.

    :param cost: of the conversation with an API server, where there is one
    """

    def __init__(self, cost: Cost | None = None) -> None:
        self._cost = cost or Cost()
        self._began = time.monotonic()

    def read(self) -> dict[str, Any]:
        """{requests, bytes_read, retries, writes, seconds, peak_mb}"""
        seconds = round(time.monotonic() - self._began, 3)
        return {**self._cost.as_dict(), "seconds": seconds, "peak_mb": round(_peak_mb(), 1)}


def _peak_mb() -> float:
    # Not getrusage where it can be helped: on Linux a process inherits there the peak of the one that started it.
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # macOS counts in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
