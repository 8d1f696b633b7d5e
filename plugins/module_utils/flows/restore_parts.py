# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a backup at hand: fetched once, proved, and read as often as it takes. Private API."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import open_part
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

_PIECE = 1 << 20


class Parts:
    """Parts as they lie in the store, encrypted where they are, in files without a name.

    What was proved is what is read: nobody can change it in between, whatever happens to the store.
    """

    def __init__(self, identities: list[Any]) -> None:
        self._identities = identities
        self._files: dict[str, IO[bytes]] = {}

    def fetch(self, store: Store, parts: Iterable[Part]) -> None:
        """Bring parts here.

        :raises OpsError: refused, for a part that is not what the manifest says
        """
        for part in parts:
            if part.path not in self._files:
                self._files[part.path] = _fetched(store, part)

    def read(self, path: str) -> Iterator[bytes]:
        """The stored bytes of a part."""
        file, offset = self._files[path], 0
        while data := os.pread(file.fileno(), _PIECE, offset):
            offset += len(data)
            yield data

    def objects(self, part: Part) -> Iterator[tuple[str, str, bytes]]:
        """(namespace, name, text) of each object, in constant memory.

        :raises OpsError: also when the identity cannot decrypt it
        """
        with open_part(self, part, self._identities) as file:
            yield from archive.objects(file)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()


def _fetched(store: Store, part: Part) -> IO[bytes]:
    found, size = hashlib.sha256(), 0
    with ExitStack() as unless_whole:
        try:
            file = unless_whole.enter_context(tempfile.TemporaryFile())
            for data in store.read(part.path):
                found.update(data)
                size += len(data)
                file.write(data)
            file.flush()
        except OSError as error:
            raise OpsError("unreachable", f"cannot keep a part in {tempfile.gettempdir()}: {error.strerror}") from error
        if (found.hexdigest(), size) != (part.sha256, part.bytes):
            raise OpsError(
                "refused",
                f"{part.path} is not what the manifest says: changed, cut short or swapped; nothing was restored",
                hint="Restore another backup, or this one from another store.",
            )
        unless_whole.pop_all()
    return file
