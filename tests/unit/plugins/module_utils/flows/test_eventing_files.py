# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import eventing_files
from hypothesis import given, settings
from hypothesis import strategies as st

SENSORS = """\
---
# A comment about operation: delete is none.
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: List
items:
  - apiVersion: argoproj.io/v1alpha1
    kind: Sensor
    metadata: {name: first}
    spec:
      triggers:
        - template:
            name: go
            k8s:
              operation: create
              <<: &common
                source: {resource: {kind: Pod}}
  - apiVersion: argoproj.io/v1alpha1
    kind: EventBus
    metadata: {name: second}
---
{"apiVersion": "argoproj.io/v1alpha1", "kind": "EventSource", "metadata": {"name": "third"}}
"""
HELM = """\
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata:
  name: {{ .Values.name }}
"""


@pytest.fixture
def folder(tmp_path):
    def make(**files):
        for name, words in files.items():
            path = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words) if isinstance(words, str) else path.write_bytes(words)
        return str(tmp_path)

    return make


def test_objects_come_with_the_lines_they_stand_in(folder):
    found = eventing_files.read(["sensors.yml"], folder(sensors_DOT_yml=SENSORS))
    assert [(one.kind, one.name, one.file) for one in found.documents] == [
        ("Sensor", "first", "sensors.yml"),
        ("EventBus", "second", "sensors.yml"),
        ("EventSource", "third", "sensors.yml"),
    ]
    sensor, bus, source = found.documents
    trigger = ("spec", "triggers", 0, "template")
    assert sensor.line(()) == 10
    assert sensor.line((*trigger, "k8s", "operation")) == 18
    assert sensor.line((*trigger, "k8s", "source", "resource", "metadata")) == 20  # the nearest around it
    assert sensor.line(("spec", "triggers", 7)) == 14
    assert bus.line(("metadata", "name")) == 23
    assert source.line(("kind",)) == 25
    assert (found.files, found.unreadable, found.left_out) == (1, [], 0)


def test_a_folder_is_read_with_all_below_it_but_what_is_hidden_or_no_yaml(folder):
    one = "{apiVersion: argoproj.io/v1alpha1, kind: Sensor, metadata: {name: %s}}"
    base = folder(
        sub__b_DOT_yaml=one % "b",
        a_DOT_yml=one % "a",
        c_DOT_json=json.dumps({"apiVersion": "argoproj.io/v1alpha1", "kind": "Sensor"}),
        _DOT_git__d_DOT_yml=one % "d",
        e_DOT_txt=one % "e",
    )
    found = eventing_files.read([base, f"{base}/a.yml"])
    assert [one.file.removeprefix(f"{base}/") for one in found.documents] == ["a.yml", "c.json", "sub/b.yaml"]
    assert found.files == 3


def test_a_template_is_said_to_be_none_and_the_others_are_read(folder):
    base = folder(
        a_DOT_yml=HELM, b_DOT_yml=SENSORS, c_DOT_yml="{{ if .Values.x }}\nkind: Pod", d_DOT_yml=SENSORS + "---\n}"
    )
    found = eventing_files.read(["."], base)
    assert [(one.file, one.line, bool(one.hint)) for one in found.unreadable] == [
        ("a.yml", 4, True),
        ("d.yml", 27, False),
    ]
    assert found.unreadable[0].reason.startswith("this is no YAML: ")
    assert "helm template" in found.unreadable[0].hint
    assert found.left_out == 1
    assert len(found.documents) == 6  # what stands before the fault is judged


def test_a_named_file_is_told_whatever_it_speaks_of(folder):
    found = eventing_files.read(["c.txt"], folder(c_DOT_txt="{{ if .Values.x }}"))
    assert [one.file for one in found.unreadable] == ["c.txt"]


@pytest.mark.parametrize("words", [b"\xff\xfe\x00a", b"kind: Sensor\n\x00"])
def test_what_is_no_text_is_unreadable(folder, words):
    (one,) = eventing_files.read(["a.yml"], folder(a_DOT_yml=words)).unreadable
    assert one.line == 1


def test_a_file_that_is_too_large_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(eventing_files, "LARGEST", 10)
    (one,) = eventing_files.read(["a.yml"], folder(a_DOT_yml=SENSORS)).unreadable
    assert "larger than" in one.reason


def test_a_path_that_is_not_there_is_refused(folder):
    with pytest.raises(OpsError, match="paths: 'nothing' is neither a file nor a folder"):
        eventing_files.read(["nothing"], folder())


@pytest.mark.parametrize(
    "words",
    [
        "!vault |\n  secret",
        "&a [*a]",
        "kind: List\nitems: &a\n  - {kind: List, items: *a}",
        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]",
        "? [1, 2]\n: x",
        "2026-13-45: 2026-13-45",
        "",
        "[" * 3_000,
    ],
)
def test_odd_yaml_does_no_harm(folder, words):
    assert eventing_files.read(["a.yml"], folder(a_DOT_yml=words)).documents == []


@settings(max_examples=60, deadline=None)
@given(words=st.text(max_size=60))
def test_any_text_is_read_or_told(words, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "a.yml"
    path.write_text(words, encoding="utf-8", errors="replace")
    found = eventing_files.read([str(path)])
    assert found.files + len(found.unreadable) in (1, 2)
