# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import gzip
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.kubernetes_upgrade import prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, status

REMOVALS = [
    {
        "api": "storage.k8s.io/v1alpha1",
        "kinds": ["VolumeAttributesClass"],
        "removed": "1.36",
        "use": "storage.k8s.io/v1",
    },
    {"api": "policy/v1beta1", "kinds": ["PodDisruptionBudget"], "removed": "1.25", "use": "policy/v1"},
]
NODE = {"metadata": {"name": "n1"}, "status": {"nodeInfo": {"kubeletVersion": "v1.35.4"}}}
CLASSES = {
    "resource": "volumeattributesclasses",
    "responseKind": {"kind": "VolumeAttributesClass"},
    "scope": "Cluster",
    "verbs": ["list"],
}
WRITTEN = {"name": "gold", "managedFields": [{"manager": "helm", "apiVersion": "storage.k8s.io/v1alpha1"}]}


def discovered(*groups: dict) -> Answer:
    return Answer({"kind": "APIGroupDiscoveryList", "items": list(groups)})


def release(data: str) -> dict:
    labels = {"name": "shop", "owner": "helm", "status": "deployed"}
    return {"metadata": {"name": "sh.helm", "namespace": "web", "labels": labels}, "data": {"release": data}}


def packed(manifest: str) -> str:
    return base64.b64encode(base64.b64encode(gzip.compress(json.dumps({"manifest": manifest}).encode()))).decode()


def look(connect, platform: Platform, version: str = "v1.36.0", deep: bool = True) -> dict:
    storage = {"version": "v1", "resources": [CLASSES]}
    platform.answers = {
        "/metrics": Answer("nothing"),
        "/api": discovered(),
        "/apis": discovered({"metadata": {"name": "storage.k8s.io"}, "versions": [storage]}),
        **platform.answers,
    }
    platform.lists.setdefault(("", "nodes"), [NODE])
    with platform.serve() as server:
        options = {"version": version, "removals": REMOVALS, "deep": deep}
        seen = prepare(options)(Client(connect(server, read_only=True)))
        seen["paths"] = [request.path for request in server.requests]
        return seen


def test_a_clear_way_is_told_with_what_is_to_move(connect) -> None:
    seen = look(connect, Platform())
    assert (seen["version"], seen["reached"]) == ("v1.35.4", False)
    assert seen["line"] == "v1.35.4 to v1.36.0 · 1 node to move · nothing in the way"
    assert seen["nodes"] == [{"name": "n1", "version": "v1.35.4", "ready": False, "move": True, "drained_for": ""}]
    assert {one["status"] for one in seen["findings"]} == {"ok"}
    assert look(connect, Platform(), "v1.35.4")["reached"] is True


def test_what_a_killed_run_has_drained_is_told(connect) -> None:
    marked = {"name": "n1", "annotations": {marks.TIME: "then", marks.REASON: "It moves"}}
    node = {**NODE, "metadata": marked, "spec": {"unschedulable": True}}
    seen = look(connect, Platform({("", "nodes"): [node]}), "v1.35.4", deep=False)
    assert [(one["move"], one["drained_for"]) for one in seen["nodes"]] == [(False, "It moves")]


def test_versions_alone_are_looked_at_where_that_is_asked(connect) -> None:
    assert look(connect, Platform(), deep=False)["paths"] == ["/version", "/api/v1/nodes"]


def test_everybody_who_uses_what_goes_is_found(connect) -> None:
    budget = packed("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n")
    lists = {("", "volumeattributesclasses"): [{"metadata": WRITTEN}], ("", "secrets"): [release(budget)]}
    found = {one["subject"]["kind"]: one["status"] for one in look(connect, Platform(lists))["findings"]}
    assert found == {"HelmRelease": "critical", "VolumeAttributesClass": "warning", "Cluster": "ok"}


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (Platform(answers={"/metrics": status(403, "no")}), "metrics could not be looked at"),
        (Platform(answers={"/api/v1/secrets": status(403, "no")}), "Helm releases could not be looked at"),
        (
            Platform(answers={"/apis/storage.k8s.io/v1/volumeattributesclasses": status(403, "no")}),
            "fields of objects could not be looked at",
        ),
        (Platform({("", "secrets"): [release("%%%")]}), "web/sh.helm cannot be read"),
    ],
)
def test_what_could_not_be_looked_at_is_unknown(connect, platform, words) -> None:
    bad = [one for one in look(connect, platform)["findings"] if one["status"] != "ok"]
    assert [one["status"] for one in bad] == ["unknown"]
    assert words in bad[0]["message"]


def test_bad_options_are_refused_before_anything_is_read() -> None:
    for options in ({"version": "newest", "removals": []}, {"version": "v1.35.4", "removals": ["policy/v1beta1"]}):
        with pytest.raises(OpsError) as caught:
            prepare({**options, "deep": True})
        assert caught.value.kind == "invalid"
