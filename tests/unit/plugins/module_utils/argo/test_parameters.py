# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import (
    as_text,
    merge_parameters,
    merge_patch,
    parameter_names,
    unknown_parameters,
    with_parameters,
)
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=5)


def applied(target: object, patch: object) -> object:
    """RFC 7386, as its appendix writes it."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = applied(merged.get(name), value)
    return merged


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_makes_after_out_of_before(before, after):
    assert applied(copy.deepcopy(before), merge_patch(before, after)) == after


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1, "b": {"c": 4}}, {"b": {"c": 4, "d": None}}),
        ({"a": True}, {"a": 1}, {"a": 1}),
        ({"a": None}, {}, {}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}),
        ({}, {}, {}),
    ],
)
def test_a_merge_patch_holds_what_differs_and_nothing_else(before, after, patch):
    assert merge_patch(before, after) == patch


def test_parameters_are_merged_by_name_and_no_other_is_lost():
    old = [{"name": "a", "value": "1", "enum": ["1", "2"]}, {"name": "b", "valueFrom": {"default": "x"}}, "odd", {}]
    merged = merge_parameters(old, {"b": "2", "new": "3"})
    assert merged == [old[0], {"name": "b", "value": "2"}, "odd", {}, {"name": "new", "value": "3"}]


@given(
    st.lists(st.dictionaries(st.sampled_from(["name", "value"]), VALUES)) | VALUES,
    st.dictionaries(st.text(), st.text()),
)
def test_merging_never_raises_and_never_loses_a_parameter(parameters, values):
    merged = merge_parameters(parameters, values)
    assert set(parameter_names(parameters)) | set(values) == set(parameter_names(merged))


def test_a_spec_without_values_stays_as_it_is():
    assert with_parameters({"entrypoint": "main"}, {}) == {"entrypoint": "main"}
    assert with_parameters({"arguments": None}, {"a": "1"}) == {
        "arguments": {"parameters": [{"name": "a", "value": "1"}]}
    }


def test_an_unknown_parameter_is_told_with_the_known_ones():
    assert unknown_parameters(["a"], ["a", "b"]) == ""
    assert unknown_parameters(["x"], ["a", "b", "a"]) == "it has no parameter 'x'; it knows: a, b"
    assert unknown_parameters(["x"], []) == "it has no parameter 'x'; it knows: none"


@pytest.mark.parametrize(
    ("value", "text"), [("{{ x }}", "{{ x }}"), (True, "true"), (7, "7"), ({"a": "é"}, '{"a": "é"}')]
)
def test_values_are_text(value, text):
    assert as_text(value) == text
