# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of a part: a tar of canonical JSON, gzipped, the same bytes for the same objects. Pure. Private API.

A member is called NAMESPACE/NAME, or _/NAME for what lives in no namespace. Nothing of the moment is in it.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

NO_NAMESPACE = "_"
_BLOCK = 512
_END = bytes(20 * _BLOCK)
_MODE = 0o600
_LONGEST_NAME = 100
_LARGEST = 0o77777777777
_GZIP = 16 + zlib.MAX_WBITS  # zlib's own gzip header holds no time and no name


def member(namespace: str, name: str, data: bytes) -> bytes:
    """One file of a tar with its header and padding."""
    return b"".join((_header(f"{namespace or NO_NAMESPACE}/{name}", len(data)), data, bytes(-len(data) % _BLOCK)))


def _header(path: str, size: int) -> bytes:
    """As tarfile writes it, which takes as long as all the rest of an object; so a plain one is filled in here."""
    if len(path) > _LONGEST_NAME or not path.isascii() or size > _LARGEST:
        info = tarfile.TarInfo(path)
        info.size, info.mode = size, _MODE
        return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    name, digits = path.encode(), b"%011o" % size
    check = _PLAIN_SUM + sum(name) + sum(digits)
    return b"".join((name, _PLAIN[len(name) : 124], digits, _PLAIN[135:148], b"%06o" % check, _PLAIN[154:]))


def _plain() -> bytes:
    """A header without name, size and checksum."""
    info = tarfile.TarInfo("")
    info.mode = _MODE
    header = bytearray(info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape"))
    header[124:135] = bytes(11)
    header[148:154] = bytes(6)
    return bytes(header)


_PLAIN = _plain()
# A checksum counts its own eight bytes as spaces.
_PLAIN_SUM = sum(_PLAIN[:148]) + 8 * ord(" ") + sum(_PLAIN[156:])


def end() -> bytes:
    """The two empty blocks that end a tar, filled up to a record."""
    return _END


def pack(data: bytes) -> bytes:
    """To be held in memory for a while."""
    return zlib.compress(data, 1)


def unpack(data: bytes) -> bytes:
    return zlib.decompress(data)


class Compressor:
    """Gzip of what is added; level 1 is four times faster than the usual one and a fifth larger."""

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(1, zlib.DEFLATED, _GZIP)

    def add(self, data: bytes) -> bytes:
        return self._zlib.compress(data)

    def end(self) -> bytes:
        return self._zlib.flush()


def objects(file: BinaryIO) -> Iterator[tuple[str, str, bytes]]:
    """(namespace, name, text) of each object of a part, from its decrypted stream, in constant memory.

    :raises OpsError: invalid, for what is no part, or only a piece of one
    """
    try:
        with gzip.GzipFile(fileobj=file) as plain:
            with tarfile.open(fileobj=plain, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
                for info in tar:
                    content = tar.extractfile(info)
                    namespace, slash, name = info.name.partition("/")
                    if content is None or not slash:
                        raise OpsError("invalid", f"a part holds {info.name!r:.80}, which is no object")
                    yield "" if namespace == NO_NAMESPACE else namespace, name, content.read()
            while plain.read(1 << 20):  # to its end, where the checksum is
                pass
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise OpsError("invalid", "a part is not readable, or only a piece of one") from error


def index_lines(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterator[bytes]:
    """Lines of JSON: [resource, namespace, name, uid, digest] for each object."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def index_rows(file: BinaryIO) -> Iterator[tuple[str, str, str, str, str]]:
    """The rows of an index, from its decrypted stream.

    :raises OpsError: invalid
    """
    for _namespace, _name, data in objects(file):
        for line in io.BytesIO(data):
            yield _row(line)


def _row(line: bytes) -> tuple[str, str, str, str, str]:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise OpsError("invalid", "the index of a backup is not readable") from error
    if not isinstance(row, list) or len(row) != 5 or not all(isinstance(value, str) for value in row):
        raise OpsError("invalid", "the index of a backup has a row that is none")
    return tuple(row)
