# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's work cost. Private API."""

from __future__ import annotations

import resource
import sys
import time
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client


class Meter:
    """Started with the work; read at its end."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._began = time.monotonic()

    def read(self) -> dict[str, Any]:
        """{requests, bytes_read, retries, writes, seconds, peak_mb}"""
        # macOS counts in bytes, Linux in KiB.
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        seconds = round(time.monotonic() - self._began, 3)
        return {**self._client.cost.as_dict(), "seconds": seconds, "peak_mb": round(peak, 1)}
