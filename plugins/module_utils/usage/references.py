# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References of container images, as pods write them and as runtimes report them. Pure. Private API."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGEST = re.compile(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,128}")
_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_REGISTRY = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """An image as it is asked for.

    registry: docker.io where none is written. repository: with library/ for the hub's own. tag: empty when there is
    none. digest: as sha256:…, empty when there is none.
    """

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}"

    @property
    def words(self) -> str:
        """The whole reference in one spelling."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.name}{tag}{'@' + self.digest if self.digest else ''}"


def parse(image: str) -> Reference | None:
    """The parts of a reference; None for what no container runtime would take for one."""
    rest, at, digest = image.strip().partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    rest, tag = _split_tag(rest)
    if tag is None:
        return None
    first, slash, path = rest.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        first, path = _HUB, rest
    if first in ("index.docker.io", "registry-1.docker.io"):
        first = _HUB
    if first == _HUB and path and "/" not in path:
        path = f"library/{path}"
    if not _REGISTRY.fullmatch(first) or not _PATH.fullmatch(path):
        return None
    return Reference(first, path, tag, digest.lower())


def running_digest(image_id: str) -> str:
    """The digest in the registry of what a runtime says that it runs; empty where it does not tell one.

    "docker-pullable://x@sha256:…" has one; a bare "sha256:…" is the runtime's own number of an image.
    """
    _name, at, digest = image_id.rpartition("@")
    return digest.lower() if at and _DIGEST.fullmatch(digest) else ""


def _split_tag(words: str) -> tuple[str, str | None]:
    """(what stands before, tag), "" without one, None for what is no tag; the colon of a port is none."""
    before, colon, tag = words.rpartition(":")
    if not colon or "/" in tag:
        return words, ""
    return before, tag if _TAG.fullmatch(tag) else None
