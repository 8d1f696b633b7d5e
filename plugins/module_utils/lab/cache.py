# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache of tool sets: whole or absent, checked on use, safe when two set-ups run at once. Private API."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import ToolSet

_TEMPORARY = ".making-"
_SUM = ".sha256"


class Cache:
    """Tool sets under one folder: ``<key>/bin/<binary>``, its ``.sha256`` beside it, ``<key>/manifests/``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, key: str) -> Path:
        return self.root / key

    def find(self, prefix: str) -> list[str]:
        """Keys in the cache that start so, newest first."""
        if not self.root.is_dir():
            return []
        found = [path for path in self.root.iterdir() if path.name.startswith(prefix)]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]

    def fault(self, key: str, toolset: ToolSet) -> str | None:
        """Why a set cannot be used: None when it is whole, '' when it is not there."""
        folder = self.folder(key)
        if not folder.is_dir():
            return ""
        if toolset.manifests and not (folder / "manifests").is_dir():
            return f"{folder} has no manifests"
        with ThreadPoolExecutor(max_workers=2) as threads:
            faults = threads.map(_binary_fault, [folder / "bin" / name for name in toolset.binaries.values()])
            return next((fault for fault in faults if fault), None)

    @contextmanager
    def making(self, waiting: Callable[[], None]) -> Iterator[int]:
        """Be the only one who makes sets; yields the lock's file descriptor.

        A build gets the descriptor too: it holds the lock even when the set-up that started it was killed, so that two
        builds never share two cores. Leftovers of such a one are removed here.
        """
        self._make_root()
        descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            for left in self.root.glob(f"{_TEMPORARY}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def install(self, key: str, toolset: ToolSet) -> Iterator[Path]:
        """A temporary folder that becomes the set when the body ends well, and is removed when it does not."""
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=self.root))
        try:
            (temporary / "bin").mkdir()
            yield temporary
            for name in toolset.binaries.values():
                _seal(temporary / "bin" / name)
            target = self.folder(key)
            shutil.rmtree(target, ignore_errors=True)
            temporary.chmod(0o755)
            os.replace(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _make_root(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OpsError(
                "invalid", f"the cache folder {self.root} cannot be made: {error.strerror}", hint="Set lab_cache."
            ) from error


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def binary_is_whole(path: Path) -> bool:
    return _binary_fault(path) is None


def _binary_fault(path: Path) -> str | None:
    try:
        expected = Path(f"{path}{_SUM}").read_text(encoding="ascii").split()
        found = sha256_of(path)
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}"
    return None if expected[:1] == [found] else f"{path} does not match the checksum written when it was made"


def _seal(path: Path) -> None:
    path.chmod(0o755)
    with Path(f"{path}{_SUM}").open("w", encoding="ascii") as stream:
        stream.write(f"{sha256_of(path)}  {path.name}\n")
        stream.flush()
        os.fsync(stream.fileno())
