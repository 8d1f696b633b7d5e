# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

LONG = ".".join(["a" * 61, "b" * 63, "c" * 63, "d" * 63])
names = st.text(st.characters(blacklist_characters="/\x00", blacklist_categories=("Cs",)), min_size=1, max_size=253)


def packed(*members):
    compressor = archive.Compressor()
    plain = [archive.member(*member) for member in members]
    return b"".join([*map(compressor.add, [*plain, archive.end()]), compressor.end()])


def reference(path, data):
    """The same by tarfile."""
    info = tarfile.TarInfo(path)
    info.size, info.mode = len(data), 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape") + data + bytes(-len(data) % 512)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1_048_576])
@pytest.mark.parametrize("name", ["a", "a" * 98, "a" * 99, LONG, "system:node", "ü"])
def test_a_member_is_what_tarfile_writes(name, size):
    assert archive.member("", name, b"x" * size) == reference(f"_/{name}", b"x" * size)


@given(st.text("abc-.", max_size=63), names, st.binary(max_size=2000))
def test_what_is_packed_is_read_back(namespace, name, data):
    assert list(archive.objects(io.BytesIO(packed((namespace, name, data))))) == [(namespace, name, data)]


def test_every_tool_reads_a_part():
    with tarfile.open(fileobj=io.BytesIO(packed(("argo", LONG, b"{}"), ("", "b", b"[]")))) as tar:
        assert [(one.name, one.mode, one.mtime) for one in tar] == [(f"argo/{LONG}", 0o600, 0), ("_/b", 0o600, 0)]


def test_the_same_objects_give_the_same_bytes():
    assert packed(("argo", "a", b"{}")) == packed(("argo", "a", b"{}"))
    assert gzip.decompress(packed(("argo", "a", b"{}")))[-10240:] == bytes(10240)


@pytest.mark.parametrize("cut", [0, 5, 60, -1, -30])
def test_a_piece_of_a_part_is_told(cut):
    data = packed(("argo", "a", bytes(range(256)) * 40), ("argo", "b", b"{}"))
    with pytest.raises(OpsError, match="not readable, or only a piece"):
        list(archive.objects(io.BytesIO(data[:cut])))


def test_other_things_than_files_are_refused():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        folder = tarfile.TarInfo("argo")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
    with pytest.raises(OpsError, match="which is no object"):
        list(archive.objects(io.BytesIO(file.getvalue())))


def test_an_index_is_read_row_by_row():
    rows = [("configmaps", "argo", f"a-{number}", "u", "ab") for number in range(3)]
    data = packed(("configmaps", "000000", b"".join(archive.index_lines(rows))))
    assert list(archive.index_rows(io.BytesIO(data))) == rows
    assert archive.unpack(archive.pack(b"x" * 100)) == b"x" * 100


@pytest.mark.parametrize("line", [b"x\n", b"{}\n", b'["a","b"]\n', b'["a","b","c","d",5]\n', b'"abcde"\n', b"\xff\n"])
def test_an_index_that_is_none_is_told(line):
    with pytest.raises(OpsError, match="index of a backup"):
        list(archive.index_rows(io.BytesIO(packed(("configmaps", "000000", line)))))
