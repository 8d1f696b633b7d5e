# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport


@pytest.fixture
def connect():
    """A transport to a fault server that remembers how long it would have slept instead of sleeping."""

    def make(server, *, timeout=2.0, read_only=False, tokens=("first",)):
        left = list(tokens)

        def load():
            token = left.pop(0) if len(left) > 1 else left[0]
            return Credentials(host=server.url, authorization=lambda: f"Bearer {token}")

        slept = []
        transport = Transport(load, timeout=timeout, read_only=read_only, sleep=slept.append)
        transport.slept = slept
        return transport

    return make
