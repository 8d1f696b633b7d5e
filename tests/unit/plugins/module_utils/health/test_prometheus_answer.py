# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import ranges, result
from hypothesis import given
from hypothesis import strategies as st


def body(result, kind="matrix", **more):
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}, **more}).encode()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"<html>", "6 bytes that are no result"),
        (b"[]", "no result of a query"),
        (b'{"status": "error", "error": "too\\nmany"}', "too many"),
        (body([], warnings=["half of it"]), "half of it"),
        (body([], "vector"), "no matrix"),
        (body({}), "no matrix"),
    ],
)
def test_what_is_not_whole_is_an_error(answer, words):
    with pytest.raises(OpsError, match=words):
        ranges(answer)


def test_what_is_no_number_is_left_out():
    values = [[1, "1"], [2, "NaN"], [3, "+Inf"], ["x", "1"], [4], None, [5, "2"]]
    odd = ["text", {"metric": None, "values": "x"}, {"metric": {"a": "b", "c": 1}, "values": values}]
    empty, found = ranges(body(odd))
    assert (empty.labels, empty.points) == ({}, ())
    assert (found.labels, found.points) == ({"a": "b"}, ((1.0, 1.0), (5.0, 2.0)))
    assert result(body([1], "vector"), "vector") == [1]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=10))
def test_no_shape_of_series_raises(odd):
    ranges(body([{"metric": {}, "values": odd}, odd]))
