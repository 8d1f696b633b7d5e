# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.helm_failure import words

CANARY = "canary-of-a-value"


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        ({"stderr": "W1122 noise\nError: UPGRADE FAILED: no such chart\n"}, "UPGRADE FAILED: no such chart"),
        ({"msg": "helm is not there"}, "helm is not there"),
        ({"stderr": "Error: a\n  b"}, "a b"),
        ({"stderr": 7, "msg": None}, "it gave no reason"),
        ({}, "it gave no reason"),
    ],
)
def test_helm_s_own_words_are_told_on_one_line(ran, told) -> None:
    assert words(ran) == told


def test_neither_values_nor_what_looks_like_a_secret_is_told() -> None:
    ran = {"stderr": f"Error: bad password: {CANARY}", "status": {"values": {"x": CANARY}}, "stdout": CANARY}
    assert words(ran) == "bad password: [redacted]"
