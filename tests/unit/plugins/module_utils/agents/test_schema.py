# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import schema
from hypothesis import given
from hypothesis import strategies as st

CRDS = Path(__file__).resolve().parents[5] / "roles" / "lab" / "files" / "sample" / "crds.yml"
CODERUN = next(
    one for one in yaml.safe_load(CRDS.read_text())["items"] if one["metadata"]["name"] == "coderuns.agents.platform"
)
SPEC = schema.of_version(CODERUN, "v1")["properties"]["spec"]
GOOD = {
    "taskId": 7,
    "service": "shop",
    "repositoryUrl": "r",
    "docsRepositoryUrl": "d",
    "workingDirectory": ".",
    "model": "m",
    "githubApp": "5DLabs-Rex",
    "env": {"A": "1"},
    "envFromSecrets": [{"name": "n", "secretName": "s", "secretKey": "k"}],
    "cliConfig": {"cliType": "claude", "model": "m", "settings": {"any": [1, {"thing": None}]}},
}


def problems(**changes: Any) -> list[str]:
    return list(schema.problems({**GOOD, **changes}, SPEC, "spec"))


def test_a_spec_that_fits_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"taskId": "7"}, "spec.taskId is text, but must be a whole number"),
        ({"taskId": True}, "spec.taskId is true or false, but must be a whole number"),
        ({"taskId": 1 << 70}, f"spec.taskId is {1 << 70}, which is too large"),
        ({"service": None}, "spec.service is null, but must be text"),
        ({"env": [{"name": "A"}]}, "spec.env is a list, but must be an object"),
        ({"env": {"A": 1}}, "spec.env.A is a whole number, but must be text"),
        ({"runType": "review"}, "spec.runType is 'review', but must be one of implementation, documentation, intake"),
        ({"githubapp": "x"}, "spec.githubapp is no field that this platform knows; it is written githubApp"),
        ({"nope": 1}, "spec.nope is no field that this platform knows"),
        ({"envFromSecrets": [{"name": "n"}]}, "spec.envFromSecrets[0].secretName is missing"),
        ({"cliConfig": {"cliType": "claude"}}, "spec.cliConfig.model is missing"),
        ({"cliConfig": {**GOOD["cliConfig"], "maxTokens": 1 << 31}}, "spec.cliConfig.maxTokens is 2147483648, which"),
        ({"cliConfig": {**GOOD["cliConfig"], "temperature": "warm"}}, "spec.cliConfig.temperature is text, but must"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(changes: dict, words: str) -> None:
    assert problems(**changes)[0].startswith(words)


def test_every_field_that_is_missing_is_told() -> None:
    missing = list(schema.problems({}, SPEC, "spec"))
    assert missing == [f"spec.{name} is missing" for name in SPEC["required"]]


@pytest.mark.parametrize(
    ("part", "value", "fits"),
    [
        ({"type": "string", "pattern": "^a+$"}, "aa", True),
        ({"type": "string", "pattern": "^a+$"}, "b", False),
        ({"type": "string", "pattern": r"\p{L}"}, "left to the server", True),
        ({"type": "string", "minLength": 2}, "x", False),
        ({"type": "integer", "minimum": 1}, 0, False),
        ({"type": "integer", "maximum": 3}, 4, False),
        ({"type": "string", "nullable": True}, None, True),
        ({"x-kubernetes-int-or-string": True}, 1, True),
        ({"x-kubernetes-int-or-string": True}, 1.5, False),
        ({"type": "object", "additionalProperties": True}, {"a": 1}, True),
        ({}, object, True),
    ],
)
def test_what_schemas_can_say_besides(part: dict, value: object, fits: bool) -> None:
    assert (list(schema.problems(value, part, "x")) == []) is fits


@pytest.mark.parametrize("definition", [None, {}, {"spec": {"versions": [None, {"name": "v1", "served": False}]}}])
def test_a_version_that_is_not_served_has_no_schema(definition: object) -> None:
    assert schema.of_version(definition, "v1") is None


@pytest.mark.parametrize(
    ("sent", "kept", "lost"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, ["spec.a.c"]),
        ({"a": [{"b": 1}]}, {"a": [{}]}, ["spec.a[0].b"]),
        ({"a": [1]}, {"a": [1, 2]}, ["spec.a"]),
        ({"a": 1}, {"a": "1"}, ["spec.a"]),
        ({"a": None}, {}, []),
        ({"a": 1}, None, ["spec"]),
    ],
)
def test_what_a_server_would_drop_is_told(sent: object, kept: object, lost: list[str]) -> None:
    assert list(schema.lost(sent, kept, "spec")) == lost


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_a_value_keeps_all_of_itself_and_fits_or_does_not_whatever_it_is(value: object) -> None:
    assert list(schema.lost(value, value, "spec")) == []
    assert all(isinstance(words, str) for words in schema.problems(value, SPEC, "spec"))
