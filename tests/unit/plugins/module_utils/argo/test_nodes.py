# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import gzip
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes, pack

NODES = {"a": {"type": "Pod"}, "b": {"type": "Suspend"}}


def packed(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.b64encode(gzip.compress(raw)).decode()


def cut(text: str) -> str:
    return base64.b64encode(base64.b64decode(text)[:-9]).decode()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"nodes": NODES}, NODES),
        ({"nodes": NODES, "offloadNodeStatusVersion": "fnv:1"}, NODES),
        ({"compressedNodes": packed(NODES)}, NODES),
        ({"nodes": {}, "compressedNodes": packed(NODES)}, NODES),
        ({}, {}),
        ({"nodes": None, "compressedNodes": "", "offloadNodeStatusVersion": ""}, {}),
    ],
)
def test_nodes_are_found_however_they_are_stored(status, expected):
    assert nodes(status) == expected


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"offloadNodeStatusVersion": "fnv:1"}, "off-loaded"),
        ({"compressedNodes": "%%%"}, "corrupt"),
        ({"compressedNodes": "é"}, "corrupt"),
        ({"compressedNodes": base64.b64encode(b"plain").decode()}, "corrupt"),
        ({"compressedNodes": packed(b"{")}, "corrupt"),
        ({"compressedNodes": packed(b"\xff\xfe")}, "corrupt"),
        ({"compressedNodes": packed(b"[" * 100_000)}, "corrupt"),
        ({"compressedNodes": cut(packed(NODES))}, "cut short"),
        ({"compressedNodes": packed([1])}, "does not hold node objects"),
        ({"compressedNodes": packed({"a": 1})}, "does not hold node objects"),
        ({"compressedNodes": 5}, "not text"),
        ({"nodes": {"a": None}}, "does not hold node objects"),
        ({"nodes": "x"}, "does not hold node objects"),
        (None, "not an object"),
        ("Running", "not an object"),
    ],
)
def test_what_cannot_be_told_says_why(status, reason):
    found = nodes(status)
    assert isinstance(found, CannotTell)
    assert reason in found.reason


def test_a_bomb_is_not_unpacked():
    found = nodes({"compressedNodes": packed(b" " * 2_000_000)}, max_bytes=1_000_000)
    assert found == CannotTell("status.compressedNodes is too large")


def test_nodes_of_exactly_the_bound_are_read():
    raw = json.dumps(NODES).encode()
    assert nodes({"compressedNodes": packed(raw)}, max_bytes=len(raw)) == NODES


def test_packed_nodes_are_the_same_again():
    found = {"ä": {"type": "Pod", "message": "{{ x }}\n"}}
    assert nodes({"compressedNodes": pack(found)}) == found
    assert pack(found) == pack(found)
