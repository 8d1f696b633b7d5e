# SPDX-License-Identifier: GPL-3.0-or-later
"""One text for a value, whether orjson is there or not."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import canonical as texts
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.canonical import canonical
from hypothesis import given
from hypothesis import strategies as st

#: half characters as well, which json reads and writes
TEXT = st.text(st.characters(exclude_categories=())) | st.sampled_from(['":1.5', "[1e9", "\\", '"', "\x7f", "\u2028"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=30,
)


def by_json(value: object) -> bytes:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.encode("utf-8", "surrogatepass")


@given(VALUES)
def test_the_text_is_that_of_json(value: object) -> None:
    assert canonical(value) == by_json(value)


@pytest.mark.parametrize("value", [1e-7, [1e22], {"\\": 1e-7}, {"a": [2, -1e-7]}, 2**70, {"a": -(2**70)}, "\ud800"])
def test_what_the_two_write_differently_is_written_by_json(value: object) -> None:
    assert canonical(value) == by_json(value)


def test_the_text_has_one_form() -> None:
    assert (
        canonical({"b": [1, 2.5, None, True], "a": "ü\u2028\ud800"})
        == b'{"a":"\xc3\xbc\xe2\x80\xa8\xed\xa0\x80","b":[1,2.5,null,true]}'
    )
    assert canonical(json.loads('{"b":1,"a":{"d":1,"c":2}}')) == b'{"a":{"c":2,"d":1},"b":1}'


def test_what_is_nested_deeper_than_orjson_goes_is_written_all_the_same() -> None:
    value: object = 1
    for _level in range(400):
        value = [value]
    assert canonical(value) == by_json(value)


@given(VALUES)
def test_without_orjson_it_is_the_same(value: object) -> None:
    there, texts.orjson = texts.orjson, None
    try:
        assert canonical(value) == by_json(value)
    finally:
        texts.orjson = there


def test_this_project_is_tested_with_orjson() -> None:
    assert texts.orjson is not None
