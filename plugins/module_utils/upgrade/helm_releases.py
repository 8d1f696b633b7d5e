# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Helm keeps of a release in a Secret. Pure. Private API.

A release holds values, and those hold secrets: content() is for helm_history.py alone, which lets none of them out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

#: the type of the Secret, by which the server finds them
TYPE = "helm.sh/release.v1"
_LARGEST = 64 * 1024**2  # bytes of an unpacked release
_GZIP = 16 + zlib.MAX_WBITS
_DOCUMENT = re.compile(r"^---.*$", re.MULTILINE)
_FIELD = {
    name: re.compile(rf"^{name}:\s*[\"']?([\w./-]+)[\"']?\s*(?:#.*)?$", re.MULTILINE) for name in ("apiVersion", "kind")
}


@dataclass(frozen=True, slots=True)
class Release:
    """objects: (apiVersion, kind) of each object of its manifest that stands at the top of a document."""

    namespace: str
    name: str
    objects: tuple[tuple[str, str], ...]


def is_deployed(secret: Mapping[str, Any]) -> bool:
    """Whether it is the revision that counts; older ones are history."""
    return mapping(mapping(secret.get("metadata")).get("labels")).get("status") == "deployed"


def read(secret: Mapping[str, Any]) -> Release:
    """The release in a Secret.

    :raises OpsError: unverified, when it cannot be read; without a word of its content
    """
    metadata, release = mapping(secret.get("metadata")), content(secret)
    namespace, name = text(metadata.get("namespace")), text(mapping(metadata.get("labels")).get("name"))
    return Release(namespace, name or text(release.get("name")), objects_of(text(release.get("manifest"))))


def content(secret: Mapping[str, Any]) -> dict[str, Any]:
    """All that Helm keeps of a revision, values and all: nobody passes it on.

    :raises OpsError: unverified, when it cannot be read; without a word of its content
    """
    try:
        packed = base64.b64decode(base64.b64decode(text(mapping(secret.get("data")).get("release")), validate=True))
        return mapping(json.loads(_unpacked(packed)))
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        metadata = mapping(secret.get("metadata"))
        called = "/".join(part for part in (text(metadata.get("namespace")), text(metadata.get("name"))) if part)
        raise OpsError("unverified", f"the stored Helm release {called} cannot be read") from None


def objects_of(manifest: str) -> tuple[tuple[str, str], ...]:
    """(apiVersion, kind) of each document of a manifest that has both."""
    pairs = [tuple(_first(field, part) for field in _FIELD) for part in _DOCUMENT.split(manifest)]
    return tuple((api, kind) for api, kind in pairs if api and kind)


def _first(field: str, document: str) -> str:
    found = _FIELD[field].search(document)
    return found.group(1) if found else ""


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    data = unpacker.decompress(packed, _LARGEST)
    if not unpacker.eof:
        raise ValueError("larger than any release, or cut short")
    return data
