# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in a folder. Private API.

Files are written here and not by a library: the name of an object appears when all of its bytes are on the disk, by a
link that fails where the name is taken; keys are the names of the files as they are; and nobody else may read them.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import (
    PIECE,
    AbsentError,
    Meta,
    Store,
    check_key,
    check_prefix,
    is_key,
    is_unfinished,
    pieces,
    unfinished,
)

_KINDS = {
    "forbidden": (errno.EACCES, errno.EPERM, errno.EROFS),
    "invalid": (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST),
}
_FULL = (errno.ENOSPC, errno.EDQUOT)


class LocalStore(Store):
    """A folder of files 0600 in folders 0700; symbolic links in it are followed."""

    def __init__(self, folder: str) -> None:
        """:param folder: an absolute path; it exists"""
        self._folder = folder

    def put_file(self, key: str, file: BinaryIO, *, if_absent: bool = True) -> bool:
        check_key(key)
        target, temporary = self.place(key), self.place(unfinished(key))
        with self._told("write", key):
            if if_absent and os.path.isfile(target):
                # Its writer may not have come to that yet.
                _flush(os.path.dirname(target))
                return False
            self._make(os.path.dirname(target))
            try:
                _write(temporary, file)
                return _name(temporary, target, if_absent)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)

    def read(self, key: str) -> Iterator[bytes]:
        check_key(key)
        with self._told("read", key):
            try:
                with open(self.place(key), "rb") as file:
                    while piece := file.read(PIECE):
                        yield piece
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raise AbsentError(self.place(key)) from None

    def head(self, key: str) -> Meta | None:
        check_key(key)
        with self._told("look at", key):
            try:
                found = os.stat(self.place(key))
            except (FileNotFoundError, NotADirectoryError):
                return None
        return _meta(key, found) if stat.S_ISREG(found.st_mode) else None

    def list(self, prefix: str = "") -> Iterator[Meta]:
        for key, found in self._files(check_prefix(prefix)):
            if is_key(key):
                yield _meta(key, found)

    def delete(self, key: str) -> None:
        check_key(key)
        with self._told("delete", key), suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(self.place(key))
            # What is deleted after this must not be gone while this is back after a loss of power.
            _flush(os.path.dirname(self.place(key)))

    def sweep(self, older_than: datetime) -> int:
        swept = 0
        for key, found in self._files(""):
            if is_unfinished(key) and _meta(key, found).modified < older_than:
                with self._told("delete", key), suppress(FileNotFoundError):
                    os.unlink(self.place(key))
                    swept += 1
        return swept

    def place(self, key: str) -> str:
        return os.path.join(self._folder, key)

    def _files(self, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
        folders = [prefix]
        while folders:
            folder = folders.pop()
            with self._told("list", folder):
                for entry in self._entries(folder):
                    key = f"{folder}/{entry.name}" if folder else entry.name
                    # Another process may delete it meanwhile; a link may lead nowhere.
                    with suppress(FileNotFoundError):
                        found = entry.stat()
                        if stat.S_ISDIR(found.st_mode):
                            folders.append(key)
                        elif stat.S_ISREG(found.st_mode):
                            yield key, found

    def _entries(self, folder: str) -> tuple[os.DirEntry[str], ...]:
        try:
            with os.scandir(self.place(folder)) as entries:
                return tuple(entries)
        except (FileNotFoundError, NotADirectoryError):
            if os.path.isdir(self._folder):
                return ()
            raise

    def _make(self, folder: str) -> None:
        """A folder and those above it, each durable."""
        if os.path.isdir(folder):
            return
        above = os.path.dirname(folder)
        self._make(above)
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        _flush(above)

    @contextmanager
    def _told(self, verb: str, key: str) -> Iterator[None]:
        """Tell what the operating system refused in one sentence."""
        try:
            yield
        except OSError as error:
            kind = next((kind for kind, numbers in _KINDS.items() if error.errno in numbers), "unreachable")
            full = error.errno in _FULL
            reason = "the disk is full" if full else error.strerror or type(error).__name__
            hint = "Free space there, then run it again; nothing was left half written." if full else None
            raise OpsError(kind, f"cannot {verb} {self.place(key)}: {reason}", hint=hint) from error


def _meta(key: str, found: os.stat_result) -> Meta:
    return Meta(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _write(path: str, file: BinaryIO) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        for piece in pieces(file):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _name(temporary: str, target: str, if_absent: bool) -> bool:
    """Give a finished file its name; False when the name is taken and may not be."""
    named = True
    if if_absent:
        try:
            os.link(temporary, target)
        except FileExistsError:
            if not os.path.isfile(target):
                raise
            named = False
    else:
        os.replace(temporary, target)
    _flush(os.path.dirname(target))
    return named


def _flush(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
