# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import WORK, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.proof import problem
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import encode
from hypothesis import given
from hypothesis import strategies as st

PART = Part("coderuns.agents.platform", "p", "s", 1, api="agents.platform/v1", kind="CodeRun", status=True)
ITEM = {
    "apiVersion": PART.api,
    "kind": PART.kind,
    "metadata": {"name": "a", "namespace": "n", "uid": "u", "annotations": {}},
    "spec": {"secret": "canary"},
    "status": {"phase": "Succeeded"},
}

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=9,
)


def row(item: dict[str, Any] = ITEM, part: Part = PART) -> tuple[str, str, str, str, str]:
    encoded = encode(Kind(part.resource, WORK, part.status), part.api, part.kind, item)
    return part.resource, encoded.namespace, encoded.name, encoded.uid, encoded.digest.hex()


def look(text: Any = ITEM, namespace: str = "n", name: str = "a", part: Part = PART, listed: Any = None) -> str:
    data = text if isinstance(text, bytes) else json.dumps(text).encode()
    return problem(part, namespace, name, data, listed or row())


def test_an_object_that_is_the_one_that_was_meant_is_well() -> None:
    assert look() == ""
    assert look({**ITEM, "metadata": {**ITEM["metadata"], "resourceVersion": "9", "generation": 3}}) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({**ITEM, "spec": {"secret": "other"}}, "n/a is not what the index says"),
        ({**ITEM, "status": {}}, "n/a is not what the index says"),
        ({**ITEM, "kind": "Secret"}, "n/a is an object of another kind than CodeRun"),
        ({**ITEM, "apiVersion": "v1"}, "n/a is an object of another kind than CodeRun"),
        ({**ITEM, "metadata": {**ITEM["metadata"], "uid": "x"}}, "n/a says that it is another one"),
        ({**ITEM, "metadata": {**ITEM["metadata"], "name": "b"}}, "n/a says that it is another one"),
        (b"", "n/a is no object"),
        (b"[]", "n/a is no object"),
        (b"\xff", "n/a is no object"),
        (b"[" * 100_000, "n/a is no object"),
    ],
)
def test_another_one_is_named_without_what_is_in_it(text: Any, words: str) -> None:
    assert look(text) == words


def test_one_that_nobody_lists_or_that_stands_elsewhere_is_named() -> None:
    assert problem(PART, "", "a", b"", None) == "a is not in the index"
    assert look(namespace="m") == "m/a stands where the index has n/a"
    assert len(look(name="x" * 5000)) <= 500


def test_a_status_counts_only_where_the_manifest_says_so() -> None:
    part = replace(PART, resource="pods.example.org", status=False)
    assert look({**ITEM, "status": {}}, part=part, listed=row(part=part)) == ""


@given(ANYTHING)
def test_an_object_of_any_shape_does_no_harm(value: Any) -> None:
    assert look({**ITEM, "metadata": value}) != ""
    assert look(value) != ""
