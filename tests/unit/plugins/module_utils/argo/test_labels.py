# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned


@pytest.mark.parametrize(
    ("labels", "pinned"),
    [
        ({"ops.agent-platform/keep": "true"}, True),
        ({"ops.agent-platform/keep": "false"}, False),
        ({"keep": "true"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_pins(labels, pinned):
    assert is_pinned(labels) is pinned
