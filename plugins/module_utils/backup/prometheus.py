# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus says of its data and of a snapshot of it. Pure. Private API."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

# It becomes part of a path.
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{1,32}")
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest data, which is in no block yet. newest: milliseconds since 1970."""

    series: int
    newest: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block of data. oldest, end: milliseconds since 1970; end is the first one after it."""

    name: str
    oldest: int
    end: int
    series: int
    samples: int


def snapshot_of(body: bytes) -> str:
    """The name of a snapshot, from the answer to the request for it.

    :raises OpsError: unverified, for what is no such answer
    """
    name = text(mapping(mapping(_json(body)).get("data")).get("name"))
    if not _NAME.fullmatch(name):
        raise OpsError("unverified", f"Prometheus did not say what its snapshot is called ({name!r:.60})")
    return name


def head_of(body: bytes) -> Head:
    """From the answer of /api/v1/status/tsdb.

    :raises OpsError: unverified, for what is no such answer
    """
    stats = mapping(mapping(mapping(_json(body)).get("data")).get("headStats"))
    series, newest = whole(stats.get("numSeries")), whole(stats.get("maxTime"))
    if series is None or newest is None:
        raise OpsError("unverified", "Prometheus did not say how much data it has")
    return Head(series, newest)


def block_of(meta: bytes, folder: str) -> Block:
    """From the meta.json of a block.

    :param folder: the name of its folder
    :raises OpsError: unverified, for what is no block
    """
    said = mapping(_json(meta))
    stats = mapping(said.get("stats"))
    oldest, end = whole(said.get("minTime")), whole(said.get("maxTime"))
    if not _ULID.fullmatch(folder) or text(said.get("ulid")) != folder or oldest is None or end is None:
        raise OpsError("unverified", f"the snapshot of Prometheus holds {folder!r:.60}, which is no block")
    return Block(folder, oldest, end, whole(stats.get("numSeries")) or 0, whole(stats.get("numSamples")) or 0)


def require_newest(blocks: Sequence[Block], head: Head) -> None:
    """:raises OpsError: unverified, for a snapshot that lacks what Prometheus had before it was taken"""
    end = max((block.end for block in blocks), default=0)
    if head.series and end <= head.newest:
        raise OpsError("unverified", "the snapshot of Prometheus lacks its newest data")
    if not blocks:
        raise OpsError("unverified", "the snapshot of Prometheus is empty")


def facts(blocks: Sequence[Block]) -> dict[str, Any]:
    """As the manifest of a dataset holds them."""
    return {
        "blocks": len(blocks),
        "samples": sum(block.samples for block in blocks),
        "oldest": format_time(min(block.oldest for block in blocks) / 1000),
        "newest": format_time(max(block.end for block in blocks) / 1000),
    }


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OpsError("unverified", "Prometheus gave no JSON") from error
