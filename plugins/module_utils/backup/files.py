# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as a deterministic tar, in constant memory: the same bytes for the same files. Pure. Private API."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way into a tar. name: relative, with slashes. size: bytes. content: as many bytes in pieces."""

    name: str
    size: int
    content: Iterable[bytes]


def tar(files: Iterable[File]) -> Iterator[bytes]:
    """The tar of files in their order; nothing of owners, modes and times is in it.

    :raises OpsError: conflict, when a file is longer or shorter than was said
    """
    for file in files:
        info = tarfile.TarInfo(file.name)
        info.size = file.size
        info.mode = 0o600
        yield info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        seen = 0
        for piece in file.content:
            seen += len(piece)
            if seen > file.size:
                break
            yield piece
        if seen != file.size:
            raise OpsError("conflict", f"{file.name:.200} changed while it was read; run it again")
        yield bytes(-file.size % _BLOCK)
    yield archive.end()


def require_inside(name: str) -> str:
    """The name of a member of a tar, proved to stay below the folder that it is unpacked into.

    :raises OpsError: refused
    """
    if "\0" in name or any(segment in ("", ".", "..") for segment in name.split("/")):
        raise OpsError("refused", f"a part holds {name!r:.200}, which would lie outside of the folder")
    return name
