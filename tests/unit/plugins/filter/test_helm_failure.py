# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.helm_failure import FilterModule


def test_a_result_becomes_a_sentence_without_its_values() -> None:
    ran = {"stderr": "Error: no such chart", "status": {"values": {"x": "canary-of-a-value"}}}
    assert FilterModule().filters()["helm_failure"](ran) == "no such chart"
