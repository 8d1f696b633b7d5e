# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import (
    check_key,
    check_prefix,
    is_key,
    is_unfinished,
    pieces,
    unfinished,
)


@pytest.mark.parametrize("key", ["a", "a/b.json", "a b/é#%:~?*", "-", "..a", "a" * 255])
def test_keys_are_what_every_kind_of_store_takes(key):
    check_key(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        "./a",
        "a\nb",
        "a\0b",
        "\x7f",
        "\ud800",
        "a" * 256,
        "é" * 128,
        "ab/" * 400,
    ],
)
def test_others_are_refused_in_one_sentence(key):
    with pytest.raises(OpsError, match="is no key") as refused:
        check_key(key)
    assert "\n" not in str(refused.value)


def test_what_is_on_its_way_is_no_object_and_stands_beside_it():
    assert is_unfinished(unfinished("a/b"))
    assert unfinished("a/b").startswith("a/.")
    assert unfinished("a/b") != unfinished("a/b")
    assert not is_key(unfinished("a/b"))
    assert not is_key(unfinished("b"))
    assert not is_unfinished("a/b")


@pytest.mark.parametrize(("prefix", "bare"), [("", ""), ("a", "a"), ("a/b/", "a/b")])
def test_a_prefix_is_whole_segments(prefix, bare):
    assert check_prefix(prefix) == bare


@pytest.mark.parametrize("prefix", ["/", "..", "a//", "/etc"])
def test_a_prefix_never_leaves_the_store(prefix):
    with pytest.raises(OpsError, match="is no key"):
        check_prefix(prefix)


class Pipe(io.BytesIO):
    """Gives less than it is asked for."""

    def read(self, size=-1):
        return super().read(min(size, 3))


@pytest.mark.parametrize("data", [b"", b"12", b"1234567890", b"12345678"])
def test_pieces_are_of_one_size_also_from_a_pipe(data):
    found = list(pieces(Pipe(data), 4))
    assert b"".join(found) == data
    assert all(len(piece) == 4 for piece in found[:-1])
    assert all(found)
