# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import tarfile

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import files
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=300).filter(
    lambda name: name not in (".", "..")
)


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.dictionaries(NAMES, st.binary(max_size=2000), max_size=4), st.integers(1, 700))
def test_what_goes_in_comes_out_and_the_pieces_do_not_matter(content: dict[str, bytes], size: int) -> None:
    made = b"".join(files.tar(File(name, len(data), _pieces(data, size)) for name, data in content.items()))
    assert made == b"".join(files.tar(File(name, len(data), [data]) for name, data in content.items()))
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        assert {info.name: tar.extractfile(info).read() for info in tar} == content


@pytest.mark.parametrize("data", [b"ab", b"abcd"])
def test_a_file_that_changes_while_it_is_read_is_an_error(data: bytes) -> None:
    with pytest.raises(OpsError, match="changed while it was read"):
        b"".join(files.tar([File("a", 3, [data])]))


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "a\0b"])
def test_nothing_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(OpsError, match="outside of the folder"):
        files.require_inside(name)
    assert files.require_inside("a/b.c") == "a/b.c"
