# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import crd_compatibility
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.fields import pruned

NAME = "widgets.example.org"
DEFINITION = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{NAME}"
WIDGETS = "/apis/example.org/v1/widgets"
SCHEMA = {"type": "object", "properties": {"spec": {"properties": {"a": {}}}, "status": {"properties": {"ok": {}}}}}


def definition(*versions: str, **version: Any) -> dict[str, Any]:
    rows = [{"name": name, "served": True, "schema": {"openAPIV3Schema": SCHEMA}, **version} for name in versions]
    spec = {"group": "example.org", "names": {"kind": "Widget", "plural": "widgets"}, "scope": "Namespaced"}
    return {
        "kind": "CustomResourceDefinition",
        "apiVersion": "apiextensions.k8s.io/v1",
        "metadata": {"name": NAME},
        "spec": {**spec, "versions": rows},
    }


class Platform:
    """One that has a definition and widgets."""

    def __init__(self, widgets: list[dict[str, Any]], live: dict[str, Any] | None, uid: str = "platform") -> None:
        self.widgets, self.live, self.uid = widgets, live, uid
        self.fault: OpsError | None = None

    def get(self, path: str) -> dict[str, Any]:
        assert path.endswith("/namespaces/kube-system")
        return {"metadata": {"uid": self.uid}}

    def get_or_none(self, path: str) -> dict[str, Any] | None:
        assert path == DEFINITION
        return self.live

    def pages(self, path: str) -> Any:
        assert path == WIDGETS
        yield self.widgets[:1]
        if self.fault:
            raise self.fault
        yield self.widgets[1:]


class Scratch(Platform):
    """Takes what its schema knows, and refuses a widget named bad."""

    def __init__(self, namespaces: tuple[str, ...] = ("default", "kube-system")) -> None:
        super().__init__([], None, "scratch")
        self.namespaces = namespaces
        self.applied: list[str] = []

    def apply(self, path: str, body: dict[str, Any]) -> None:
        self.applied.append(path)

    def get(self, path: str) -> dict[str, Any]:
        if path == DEFINITION:
            return {"status": {"conditions": [{"type": "Established", "status": "True"}]}}
        return super().get(path)

    def pages(self, path: str) -> Any:
        yield [{"metadata": {"name": name}} for name in self.namespaces]

    def create(self, path: str, body: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
        assert (dry_run, path) == (True, "/apis/example.org/v1/namespaces/default/widgets")
        assert body["metadata"]["namespace"] == "default"
        assert not {"uid", "resourceVersion", "ownerReferences"} & set(body["metadata"])
        if body["metadata"]["name"] == "bad":
            raise OpsError("invalid", "spec.a: Invalid value", status=422)
        if body["metadata"]["name"] == "down":
            raise OpsError("unreachable", "the server is gone", status=503)
        dropped = {path.partition(".")[2] for path in pruned(SCHEMA, body)}
        return {**body, "spec": {name: value for name, value in body["spec"].items() if name not in dropped}}

    def each(self, function: Any, items: Any) -> Any:
        for item in items:
            try:
                yield item, function(item)
            except OpsError as error:
                yield item, error


def widget(name: str, spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "ns", "uid": "u", "resourceVersion": "1", "ownerReferences": [{}]}
    return {"metadata": meta, "spec": spec, **more}


@pytest.fixture
def look(tmp_path: Path):
    def run(platform: Platform, scratch: Scratch, new: dict[str, Any] | None = None) -> dict[str, Any]:
        (tmp_path / "crds.yml").write_text(yaml.safe_dump(new or definition("v1")))
        options = {"definitions": [str(tmp_path)], "wait": 0}
        return crd_compatibility.prepare(options, lambda: scratch)(platform)

    return run


def test_what_is_refused_or_cut_is_told_and_the_rest_fits(look) -> None:
    widgets = [widget("good", {"a": 1}), widget("bad", {"a": 2}), widget("cut", {"a": 1, "b": 1, "c": None})]
    seen = look(Platform(widgets, definition("v1")), Scratch())
    assert (seen["objects"], seen["refused"], seen["pruned"]) == (3, 1, 1)
    assert seen["line"] == "2 of 3 objects would be refused or lose fields"
    assert [(one["status"], one["subject"]["name"], one["message"]) for one in seen["findings"]] == [
        ("critical", "bad", "the newer definition refuses it: spec.a: Invalid value"),
        ("critical", "cut", "the newer definition drops spec.b"),
    ]
    fine = look(Platform(widgets[:1], definition("v1")), Scratch())
    assert (fine["line"], fine["findings"][0]["status"]) == ("1 object fit", "ok")


def test_a_status_of_its_own_is_not_sent(look) -> None:
    apart = definition("v1", subresources={"status": {}})
    widgets = [widget("good", {"a": 1}, status={"other": 1})]
    assert look(Platform(widgets, definition("v1")), Scratch(), apart)["pruned"] == 0


def test_what_nobody_could_look_at_is_unknown(look) -> None:
    platform = Platform([widget("good", {"a": 1})], definition("v1"))
    platform.fault = OpsError("forbidden", "widgets is forbidden")
    seen = look(platform, Scratch())
    assert (seen["findings"][0]["status"], seen["line"]) == ("unknown", "1 object fit · 1 kind not looked at")
    down = look(Platform([widget("down", {})], definition("v1")), Scratch())
    assert down["findings"][0]["message"] == "Widget: the server is gone"
    other = look(Platform([], definition("v1beta1")), Scratch())
    assert "no version in common" in other["findings"][0]["message"]
    assert look(Platform([], None), Scratch())["findings"][0]["message"] == "Widget: 0 objects fit"


def test_many_that_do_not_fit_are_counted(look) -> None:
    widgets = [widget("bad", {}) for _number in range(30)]
    seen = look(Platform(widgets, definition("v1")), Scratch())
    assert (seen["refused"], len(seen["findings"])) == (30, 21)
    assert "10 more objects of kind Widget do not fit" in str(seen["findings"])


@pytest.mark.parametrize(
    ("uid", "namespaces", "words"),
    [
        ("scratch", ("default",), "is that of the platform itself"),
        ("p", ("default", "argo"), "it holds namespace argo"),
    ],
)
def test_only_an_empty_server_of_its_own_receives_definitions(
    look, uid: str, namespaces: tuple[str, ...], words: str
) -> None:
    scratch = Scratch(namespaces)
    with pytest.raises(OpsError, match=words):
        look(Platform([], definition("v1"), uid), scratch)
    assert scratch.applied == []


def test_without_definitions_there_is_nothing_to_compare(look) -> None:
    with pytest.raises(OpsError, match="hold no CustomResourceDefinition"):
        look(Platform([], None), Scratch(), {"kind": "ClusterRole", "metadata": {"name": "x"}})
