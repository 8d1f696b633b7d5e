# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components, fields
from hypothesis import given
from hypothesis import strategies as st

from tests.support.commands import ROOT


@pytest.mark.parametrize(
    ("item", "path", "there"),
    [
        ({"spec": {"podPriority": 0}}, "spec.podPriority", True),
        ({"spec": {"podPriority": None}}, "spec.podPriority", False),
        ({"spec": {"templates": [{}, {"priority": 5}]}}, "spec.templates[].priority", True),
        ({"spec": {"templates": [{}]}}, "spec.templates[].priority", False),
        ({"spec": {"templates": {"priority": 5}}}, "spec.templates[].priority", False),
        ({"spec": []}, "spec.podPriority", False),
        ({"spec": {"steps": [[{}], [{"inline": {"a": 0}}]]}}, "spec.steps[][].inline.a", True),
        ({"spec": {"steps": [{"inline": {"a": 0}}]}}, "spec.steps[][].inline.a", False),
        ([], "spec", False),
    ],
)
def test_a_field_is_found_by_its_path(item: Any, path: str, there: bool) -> None:
    assert fields.has(item, path) is there


def test_a_field_is_told_with_its_place() -> None:
    item = {"spec": {"a": [{"b": 1}, {}, {"b": None}]}}
    assert fields.found(item, "spec.a[].b") == [(("spec", "a", 0, "b"), 1), (("spec", "a", 2, "b"), None)]


OBJECT = {"type": "object"}
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "known": {"type": "string"},
                "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
                "open": {
                    "type": "object",
                    "x-kubernetes-preserve-unknown-fields": True,
                    "properties": {"shut": OBJECT},
                },
                "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"b": OBJECT}}},
                "any": {"type": "object", "additionalProperties": True},
                "pod": {"type": "object", "x-kubernetes-embedded-resource": True},
            },
        }
    },
}


@pytest.mark.parametrize(
    ("spec", "dropped"),
    [
        ({"known": "x"}, []),
        ({"other": "x", "known": "y"}, ["spec.other"]),
        ({"list": [{"a": "1"}, {"a": "1", "c": "2"}]}, ["spec.list[1].c"]),
        ({"open": {"whatever": {"x": 1}, "shut": {"y": 1}}}, ["spec.open.shut.y"]),
        ({"map": {"k": {"b": {}, "c": 1}}}, ["spec.map.k.c"]),
        ({"any": {"k": {"b": 1}}}, []),
        ({"pod": {"kind": "Pod", "metadata": {"name": "x"}, "spec": {}}}, ["spec.pod.spec"]),
    ],
)
def test_what_a_structural_schema_does_not_know_is_dropped(spec: dict, dropped: list[str]) -> None:
    item = {"apiVersion": "v1", "kind": "X", "metadata": {"labels": {}}, "spec": spec}
    assert list(fields.pruned(SCHEMA, item)) == dropped


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["properties", "items", "a", "additionalProperties"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(_JSON, _JSON)
def test_no_shape_does_harm(schema: Any, item: Any) -> None:
    list(fields.pruned(schema if isinstance(schema, dict) else {}, item))
    fields.has(item, "a[].properties.a")
    fields.found(item, "a[][].items[]")


ARGO = components.read(
    yaml.safe_load((ROOT / "roles" / "component_upgrade" / "files" / "components" / "argo_workflows.yml").read_text())
)


@pytest.mark.parametrize("trigger", ["argoWorkflow", "k8s"])
@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("3.6", {"schedule": "0 3 * * *"}),
        ("3.6", {"synchronization": {"mutex": {"name": "m"}}}),
        ("3.6", {"templates": [{"name": "a"}, {"synchronization": {"semaphore": {}}}]}),
        ("3.6", {"templateDefaults": {"synchronization": {"mutex": {"name": "m"}}}}),
        ("3.7", {"podPriority": 0}),
        ("3.7", {"templates": [{"priority": 5}]}),
        ("3.7", {"templateDefaults": {"priority": 5}}),
        ("3.6", {"workflowSpec": {"synchronization": {"mutex": {"name": "m"}}}}),
        ("3.6", {"templates": [{"steps": [[{"inline": {"synchronization": {"mutex": {"name": "m"}}}}]]}]}),
        ("3.7", {"workflowSpec": {"templates": [{"dag": {"tasks": [{"inline": {"priority": 5}}]}}]}}),
    ],
)
def test_what_a_release_of_argo_changes_is_found_inside_the_triggers_of_sensors(line, spec, trigger) -> None:
    def concerned(spec: dict[str, Any]) -> list[str]:
        template = {"name": "t", trigger: {"operation": "submit", "source": {"resource": {"spec": spec}}}}
        sensor = {"spec": {"triggers": [{"template": {"name": "other"}}, {"template": template}]}}
        release = ARGO.release(line)
        return [
            path
            for concern in release.concerns
            for path in concern.paths.get("sensors", ())
            if fields.has(sensor, path)
        ]

    assert len(concerned(spec)) == 1
    assert concerned({"templates": [{"synchronization": {"mutexes": []}, "priorityClassName": "p"}]}) == []
