# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.compare import lost, shown
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import known
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.backup.test_anew import ODD
from hypothesis import given

CANARY = "canary"


@pytest.mark.parametrize(
    ("wanted", "found", "paths"),
    [
        ({"a": 1}, {"a": 1, "added": 2}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a.b"]),
        ({"a": {"b": 1}}, {"a": {}}, ["a.b"]),
        ({"a": None, "b": [], "c": {}, "d": ""}, {}, []),
        ({"a": [{"b": 1}, {"c": 2}]}, {"a": [{"b": 1, "x": 0}, {"c": 3}]}, ["a[1].c"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a"]),
        ({"a": {}}, {"a": None}, ["a"]),
        (1, 2, [""]),
    ],
)
def test_fields_that_are_not_as_they_were_wanted(wanted, found, paths) -> None:
    assert list(lost(wanted, found)) == paths


@given(ODD, ODD)
def test_nothing_is_lost_from_itself_and_any_two_can_be_compared(one, other) -> None:
    assert list(lost(one, one)) == []
    list(lost(one, other))


def test_values_of_secrets_are_only_told_to_differ() -> None:
    before = {"metadata": {"name": "a"}, "data": {"same": CANARY, "other": f"{CANARY}1", "gone": CANARY}}
    after = {"metadata": {"name": "a"}, "data": {"same": CANARY, "other": f"{CANARY}2"}}
    told = shown(known("secrets"), before, after)
    assert told[0]["data"] == {"same": "[same value]", "other": "[value before]", "gone": "[value before]"}
    assert told[1]["data"] == {"same": "[same value]", "other": "[value after]"}
    assert CANARY not in json.dumps(told)


def test_other_objects_are_shown_without_what_looks_like_a_secret() -> None:
    after = {"metadata": {"name": "a", "uid": "u"}, "spec": {"env": [{"name": "API_TOKEN", "value": CANARY}], "n": 2}}
    told = shown(known("deployments.apps"), {"metadata": {"name": "a"}, "spec": {"n": 1}}, after)
    assert CANARY not in json.dumps(told)
    assert (told[0]["spec"]["n"], told[1]["spec"]["n"], told[1]["metadata"]) == (1, 2, {"name": "a"})
