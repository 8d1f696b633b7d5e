# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of a workflow, however the controller stored them. Private API."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

#: An object in etcd holds at most 1.5 MiB; nodes that grow past this were not packed by a controller.
MAX_BYTES = 32 * 1024 * 1024
_GZIP = 31


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The answer is not in the object; reason completes «cannot tell: …»."""

    reason: str


def nodes(status: object, max_bytes: int = MAX_BYTES) -> dict[str, dict] | CannotTell:
    """Nodes by id: plain, or unpacked from compressedNodes; off-loaded ones cannot be told.

    A workflow that has no nodes yet gives an empty dict.
    """
    if not isinstance(status, Mapping):
        return CannotTell("the status is not an object")
    plain, packed = status.get("nodes"), status.get("compressedNodes")
    if plain:
        return _checked(plain, "status.nodes")
    if packed:
        return _unpack(packed, max_bytes)
    if status.get("offloadNodeStatusVersion"):
        return CannotTell("the nodes are off-loaded to the controller's database")
    return {}


def pack(found: Mapping[str, dict]) -> str:
    """Nodes as status.compressedNodes holds them; the same nodes give the same text."""
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _unpack(packed: object, max_bytes: int) -> dict[str, dict] | CannotTell:
    if not isinstance(packed, str):
        return CannotTell("status.compressedNodes is not text")
    try:
        unzip = zlib.decompressobj(_GZIP)
        content = unzip.decompress(base64.b64decode(packed, validate=True), max_bytes)
        if not unzip.eof:
            why = "too large" if unzip.unconsumed_tail or len(content) >= max_bytes else "cut short"
            return CannotTell(f"status.compressedNodes is {why}")
        return _checked(json.loads(content), "status.compressedNodes")
    except (ValueError, zlib.error, RecursionError) as error:
        return CannotTell(f"status.compressedNodes is corrupt ({error})")


def _checked(found: object, where: str) -> dict[str, dict] | CannotTell:
    if not isinstance(found, dict) or not all(isinstance(node, dict) for node in found.values()):
        return CannotTell(f"{where} does not hold node objects")
    return found
