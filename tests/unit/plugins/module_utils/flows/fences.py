# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


class OpenFence:
    """Lets work through a number of times; then the lock is lost."""

    def __init__(self, lets=100):
        self.asked, self._lets = 0, lets

    def check(self):
        self.asked += 1
        if self.asked > self._lets:
            raise OpsError("refused", "the lock is no longer ours")
