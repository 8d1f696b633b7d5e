# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a backup on their way to and from a store, in one pass. Private API.

What is on disk meanwhile is encrypted, in a file without a name.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.archive import Compressor
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

try:
    import pyrage
except ImportError:  # pragma: no cover - told by keys.require_libraries()
    pyrage = None

_WORTH_A_THREAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where parts go, and for whom.

    known: parts of earlier backups that are believed, by address and recipients. group: see manifest.part_path.
    """

    store: Store
    platform: str
    address_key: bytes
    recipients: Recipients
    known: Mapping[str, Part]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A part as it lies in the store. new_bytes: what had to be written, 0 when it was there already."""

    path: str
    sha256: str
    bytes: int
    plain_bytes: int
    new_bytes: int


def store_part(place: Place, resource: str, plain: Iterable[bytes]) -> Stored:
    """Store a part, or find it.

    :param plain: its tar, piece by piece; what it raises is raised here
    """
    source = _Source(place, resource, plain)
    with tempfile.TemporaryFile() as spool:
        target = _Target(spool)
        source.into(target)
        sha256, size = target.sha256.hexdigest(), spool.tell()
        known = place.known.get(f"{source.address}.{place.recipients.id}")
        if known and _is_intact(place.store, known):
            return Stored(known.path, known.sha256, known.bytes, source.size, 0)
        path = manifest.part_path(place.platform, source.address, place.recipients.id, sha256, place.group)
        spool.seek(0)
        if not place.store.put_file(path, spool, if_absent=True):
            place.store.delete(manifest.mark_path(path))  # it may have been waiting for its deletion
        return Stored(path, sha256, size, source.size, size)


def known_parts(parts: Iterable[Part]) -> dict[str, Part]:
    """By address and recipients, as their paths say them."""
    return {part.path.split("/")[-2]: part for part in parts}


def digest_of(store: Store, path: str) -> tuple[str, int]:
    """SHA-256 and length of what is stored.

    :raises OpsError: also when it is not there
    """
    found, size = hashlib.sha256(), 0
    for chunk in store.read(path):
        found.update(chunk)
        size += len(chunk)
    return found.hexdigest(), size


@contextmanager
def open_part(store: Store, part: Part, identities: list[Any]) -> Iterator[BinaryIO]:
    """The gzipped tar of a part, decrypted while it is read; nothing of it touches a disk.

    Look at its digest first: the stream is genuine piece by piece, but whole only when it ended without an error.

    :raises OpsError: on leaving too, when it cannot be decrypted to its end
    """
    is_plain = not part.path.endswith(".age")
    if not is_plain and not identities:
        raise OpsError("invalid", f"{part.resource} is encrypted; give the identity of one of its recipients")

    def write(out: BinaryIO) -> None:
        if is_plain:
            _copy(store.read(part.path), out)
        else:
            _decrypt(store, part, identities, out)

    with _piped(write) as file:
        yield file


def _decrypt(store: Store, part: Part, identities: list[Any], out: BinaryIO) -> None:
    chunks = Chunks(store.read(part.path))
    try:
        pyrage.decrypt_io(chunks, out, identities)
    except pyrage.DecryptError as error:
        why = OpsError("refused", f"the identity cannot decrypt {part.path} ({error})")
        raise chunks.error or why from error
    except OSError as error:
        # So it tells a broken body, and whatever was raised while it read or wrote.
        raise chunks.error or OpsError("refused", f"{part.path} is damaged ({error})") from error
    if chunks.error:
        raise chunks.error


def _is_intact(store: Store, part: Part) -> bool:
    """A part is relied on again only after it was read again."""
    try:
        return digest_of(store, part.path) == (part.sha256, part.bytes)
    except OpsError:
        return False


class _Source:
    """The compressed content, counted and addressed while it is pulled."""

    def __init__(self, place: Place, resource: str, plain: Iterable[bytes]) -> None:
        self.size = 0
        self._hmac = keys.address(place.address_key, resource)
        self._recipients = place.recipients
        self._chunks = Chunks(self._compressed(plain))

    @property
    def address(self) -> str:
        return self._hmac.hexdigest()

    def into(self, target: _Target) -> None:
        if not self._recipients.keys:
            _copy(self._chunks, target)
            return
        try:
            pyrage.encrypt_io(self._chunks, target, list(self._recipients.keys))
        except (pyrage.EncryptError, OSError) as error:
            raise self._chunks.error or target.error or OpsError("invalid", f"cannot encrypt: {error}") from error
        # It gives what the source or the target raised words of its own, or none at all.
        failure = self._chunks.error or target.error
        if failure:
            raise failure

    def _compressed(self, plain: Iterable[bytes]) -> Iterator[bytes]:
        """Beside the thread that makes the next megabyte; neither of the two libraries needs the interpreter for it."""
        compressor = Compressor()

        def compress(data: bytes) -> bytes:
            self._hmac.update(data)
            return compressor.add(data)

        with ThreadPoolExecutor(max_workers=1) as beside:
            done: Future[bytes] | None = None
            for data in _joined(plain):
                self.size += len(data)
                if done:
                    yield done.result()
                done = beside.submit(compress, data)
            if done:
                yield done.result()
        yield compressor.end()


class _Target:
    """A file that is hashed while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self.sha256 = hashlib.sha256()
        self.error: OpsError | None = None
        self._file = file

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = OpsError("unreachable", f"cannot spool a part into {tempfile.gettempdir()}: {error.strerror}")
            raise self.error from error

    def flush(self) -> None:
        self._file.flush()


class Chunks:
    """An iterator of bytes as a file to read from, and as an iterator again."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.error: Exception | None = None
        self._iterator = chunks
        self._left = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most so many; nothing at the end."""
        try:
            while not self._left:
                self._left = memoryview(next(self._iterator))
        except StopIteration:
            return b""
        except Exception as error:
            self.error = error
            raise
        piece, self._left = (self._left, memoryview(b"")) if size < 0 else (self._left[:size], self._left[size:])
        return bytes(piece)

    def __iter__(self) -> Iterator[bytes]:
        while data := self.read():
            yield data


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth the way to another thread."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _WORTH_A_THREAD:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _copy(chunks: Iterable[bytes], out: Any) -> None:
    for data in chunks:
        out.write(data)


@contextmanager
def _piped(write: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """What a function writes, as a file to read from; it runs in a thread of its own."""
    reading, writing = os.pipe()
    given_up = threading.Event()
    failures: list[Exception] = []

    def feed() -> None:
        # A reader that has given up breaks the pipe.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as out:
            try:
                write(out)
            except Exception as error:
                # Before the pipe is closed: its end is what the reader would complain about.
                if not given_up.is_set():
                    failures.append(error)

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    file = os.fdopen(reading, "rb")
    try:
        yield file
        while file.read(1 << 20):  # an error in what was not read is an error too
            pass
    finally:
        given_up.set()
        file.close()
        thread.join()
        if failures:
            raise failures[0]
