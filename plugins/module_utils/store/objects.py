# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store offers: whole objects by key. Private API."""

from __future__ import annotations

import io
import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: bytes of one piece of an object that is read
PIECE = 1024**2
# An object on its way has such a name; no key has one, so it is never taken for an object.
_UNFINISHED = ".unfinished-"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class AbsentError(OpsError):
    """An object that was asked for is not there."""

    def __init__(self, place: str) -> None:
        super().__init__("invalid", f"{place} is not there")


@dataclass(frozen=True, slots=True)
class Meta:
    """An object without its bytes. modified: in UTC."""

    key: str
    size: int
    modified: datetime


class Store(ABC):
    """Whole objects by key, a relative path with slashes; what is written is durable when the call returns.

    A store has put-if-absent and no locks. An object is there as a whole or not at all. A prefix is whole segments:
    records/lab is not a prefix of records/lab-2/a. Every method raises OpsError when the store does not do its work:
    forbidden, timeout, invalid (a bad key), else unreachable; a list that could not be read to its end is an error too.
    """

    @abstractmethod
    def put_file(self, key: str, file: BinaryIO, *, if_absent: bool = True) -> bool:
        """Write a file of any size from its current position to its end; False when the object is there already."""

    @abstractmethod
    def read(self, key: str) -> Iterator[bytes]:
        """The bytes of one object in pieces of about 1 MiB.

        :raises AbsentError: with the first piece, when it is not there
        """

    @abstractmethod
    def head(self, key: str) -> Meta | None:
        """One object without its bytes, or None when it is not there."""

    @abstractmethod
    def list(self, prefix: str = "") -> Iterator[Meta]:
        """All objects below a prefix, in any order."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is fine."""

    @abstractmethod
    def sweep(self, older_than: datetime) -> int:
        """Remove what killed writers left behind before that moment; how many there were."""

    @abstractmethod
    def place(self, key: str) -> str:
        """Where a person finds an object: a path for a local store, else its URL."""

    def put(self, key: str, data: bytes, *, if_absent: bool = False) -> bool:
        """Write one object; False when if_absent is asked and it is there already."""
        return self.put_file(key, io.BytesIO(data), if_absent=if_absent)

    def get(self, key: str) -> bytes | None:
        """One whole object, or None when it is not there."""
        try:
            return b"".join(self.read(key))
        except AbsentError:
            return None

    def keys(self, prefix: str = "") -> list[str]:
        """All keys below a prefix, sorted."""
        return sorted(meta.key for meta in self.list(prefix))


def check_key(key: str) -> None:
    """Refuse what is no key in one of the kinds of stores, so that every store takes the same ones.

    :raises OpsError: invalid
    """
    if not is_key(key):
        raise OpsError("invalid", f"{key!r} is no key of a store")


def is_key(key: str) -> bool:
    """Whether an object may be called so."""
    segments = key.split("/")
    if any(segment in ("", ".", "..") for segment in segments) or segments[-1].startswith(_UNFINISHED):
        return False
    try:
        longest = max(len(segment.encode()) for segment in segments)
    except UnicodeEncodeError:
        return False
    return longest <= 255 and len(key.encode()) <= 1024 and not _CONTROL.search(key)


def check_prefix(prefix: str) -> str:
    """A prefix without its final slash, proved to stay inside the store.

    :raises OpsError: invalid
    """
    bare = prefix.removesuffix("/")
    if prefix:
        check_key(bare)
    return bare


def unfinished(key: str) -> str:
    """A fresh name beside a key for an object on its way there."""
    folder, slash, _name = key.rpartition("/")
    return f"{folder}{slash}{_UNFINISHED}{uuid.uuid4().hex}"


def is_unfinished(key: str) -> bool:
    """Whether something on its way to its key is called so."""
    return key.rpartition("/")[2].startswith(_UNFINISHED)


def pieces(file: BinaryIO, size: int = PIECE) -> Iterator[bytes]:
    """The rest of a file in pieces of exactly this size, but for the last one."""
    while piece := b"".join(_parts(file, size)):
        yield piece


def _parts(file: BinaryIO, size: int) -> Iterator[bytes]:
    # A pipe gives less than it is asked for.
    while size and (part := file.read(size)):
        size -= len(part)
        yield part
