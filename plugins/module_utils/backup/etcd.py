# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What etcdctl and etcdutl say, and whether a snapshot is whole. Pure. Private API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole

_DIGEST = 32  # bytes of a SHA-256
_PAGE = 512  # a snapshot without its digest is a multiple of this


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A member of etcd. revision: of the newest change. size: bytes of its database."""

    revision: int
    size: int
    version: str
    cluster: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as etcdutl sees it. hash: of its content, in hexadecimal."""

    hash: str
    revision: int
    keys: int
    size: int

    def facts(self, endpoint: Endpoint) -> dict[str, Any]:
        """As the manifest of a dataset holds them."""
        return {
            "hash": self.hash,
            "revision": self.revision,
            "keys": self.keys,
            "size": self.size,
            "version": endpoint.version,
            "cluster": endpoint.cluster,
        }


def endpoint_of(output: str) -> Endpoint:
    """From "etcdctl endpoint status -w json" of one endpoint.

    :raises OpsError: unverified, for what is no such answer
    """
    rows = sequence(_json(output, "etcdctl endpoint status"))
    status = mapping(mapping(rows[0]).get("Status")) if rows else {}
    header = mapping(status.get("header"))
    revision, size = whole(header.get("revision")), whole(status.get("dbSize"))
    if not revision or not size:
        raise OpsError("unverified", "etcdctl endpoint status did not say revision and size of the database")
    cluster = whole(header.get("cluster_id")) or 0
    return Endpoint(revision, size, text(status.get("version")), f"{cluster & 0xFFFFFFFFFFFFFFFF:x}")


def snapshot_of(output: str) -> Snapshot:
    """From "etcdutl snapshot status -w json".

    :raises OpsError: unverified, for what is no such answer, and for a snapshot of nothing
    """
    said = mapping(_json(output, "etcdutl snapshot status"))
    found = [whole(said.get(name)) for name in ("hash", "revision", "totalKey", "totalSize")]
    if not all(found):
        raise OpsError("unverified", "etcdutl snapshot status did not say hash, revision, keys and size")
    number, revision, keys, size = (value or 0 for value in found)
    return Snapshot(f"{number:x}", revision, keys, size)


def require_whole(pieces: Iterable[bytes], size: int) -> None:
    """Make sure that the digest at the end of a snapshot fits what stands before it, as etcd itself does on a restore.

    :param size: of the whole file, in bytes
    :raises OpsError: unverified
    """
    if size % _PAGE != _DIGEST:
        raise OpsError("unverified", "the snapshot of etcd has no digest at its end: it was cut short")
    found, tail = hashlib.sha256(), b""
    for piece in pieces:
        data = tail + piece
        tail = data[-_DIGEST:]
        found.update(data[:-_DIGEST])
    if found.digest() != tail:
        raise OpsError("unverified", "the snapshot of etcd does not fit the digest at its end")


def require_not_older(snapshot: Snapshot, endpoint: Endpoint) -> None:
    """:raises OpsError: unverified, for a snapshot that lacks what the database had before it was taken"""
    if snapshot.revision < endpoint.revision:
        raise OpsError(
            "unverified",
            f"the snapshot of etcd is of revision {snapshot.revision}, but the database had {endpoint.revision} before",
        )


def _json(output: str, what: str) -> Any:
    try:
        return json.loads(output)
    except (ValueError, RecursionError) as error:
        raise OpsError("unverified", f"{what} gave no JSON") from error
