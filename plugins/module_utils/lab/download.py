# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch a tool set by a user's list of addresses and checksums. Private API."""

from __future__ import annotations

import hashlib
import http.client
import tarfile
import urllib.error
from pathlib import Path, PurePosixPath

from ansible.module_utils.urls import open_url
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import Manifests, ToolSet

_TIMEOUT = 60  # seconds without a byte


def download(toolset: ToolSet, entries: dict[str, dict[str, str]], target: Path) -> None:
    """Fetch the set's binaries into target/bin and unpack its manifests into target/manifests.

    :param entries: download list by tool name: {name: {"url", "sha256"}}
    :raises OpsError: unreachable or invalid; nothing that does not match its checksum is kept
    """
    for name in toolset.binaries.values():
        fetch(name, entries[name]["url"], entries[name]["sha256"], target / "bin" / name)
    if toolset.manifests:
        name = toolset.manifests.archive
        archive = target / name
        fetch(name, entries[name]["url"], entries[name]["sha256"], archive)
        unpack_manifests(toolset.manifests, archive, target / "manifests")
        archive.unlink()


def fetch(name: str, url: str, sha256: str, target: Path) -> None:
    """Fetch one file and prove its checksum."""
    digest = hashlib.sha256()
    try:
        with open_url(url, timeout=_TIMEOUT) as answer, target.open("wb") as stream:
            expected = answer.headers.get("Content-Length")
            received = 0
            while chunk := answer.read(1 << 20):
                received += len(chunk)
                digest.update(chunk)
                stream.write(chunk)
    except urllib.error.HTTPError as error:
        raise OpsError(
            "unreachable",
            f"{name}: {url} answered {error.code} {error.reason}",
            request=f"GET {url}",
            status=error.code,
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise OpsError("unreachable", f"{name}: {url} cannot be fetched: {error}", request=f"GET {url}") from error
    if expected is not None and received != int(expected):
        raise OpsError(
            "unreachable",
            f"{name}: the transfer of {url} was cut after {received} of {expected} bytes",
            request=f"GET {url}",
            hint="Run it again.",
        )
    if digest.hexdigest() != sha256.lower():
        raise OpsError(
            "invalid",
            f"{name}: {url} has the SHA-256 {digest.hexdigest()}, but the download list says {sha256.lower()}",
            request=f"GET {url}",
            hint="Nothing was kept; check the list and where the file comes from.",
        )


def unpack_manifests(manifests: Manifests, archive: Path, target: Path) -> None:
    """Take the set's YAML folders out of a source archive (tar.gz), wherever its top folder is."""
    wanted = [PurePosixPath(folder).parts for folder in manifests.folders + manifests.optional]
    found: set[tuple[str, ...]] = set()
    try:
        with tarfile.open(archive, "r:gz") as members:
            for member in members:
                parts = PurePosixPath(member.name).parts
                folder = next((folder for folder in wanted if parts[1 : 1 + len(folder)] == folder), None)
                if not folder or not member.isfile() or not member.name.endswith(".yaml") or ".." in parts:
                    continue
                found.add(folder)
                copy = target.joinpath(*parts[1:])
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(members.extractfile(member).read())  # type: ignore[union-attr]
    except (tarfile.TarError, EOFError, OSError) as error:
        raise OpsError("invalid", f"{manifests.archive} is not a readable tar.gz archive: {error}") from error
    missing = ["/".join(folder) for folder in wanted[: len(manifests.folders)] if folder not in found]
    if missing:
        raise OpsError("invalid", f"{manifests.archive} has no folder {', '.join(missing)}")
