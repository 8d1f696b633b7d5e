# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import (
    Document,
    Surroundings,
    of_cluster,
    unpacked,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.strangers import strangers

API = "argoproj.io/v1alpha1"


def one(kind="EventSource", name="github", namespace="argo", file=""):
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return Document({"apiVersion": API, "kind": kind, "metadata": meta}, file)


def test_objects_of_argo_events_are_found_in_lists_and_others_are_left_out():
    sensor, source = {"apiVersion": API, "kind": "Sensor"}, {"apiVersion": API, "kind": "EventSource"}
    workflow = {"apiVersion": API, "kind": "Workflow", "spec": {"nested": sensor}}
    inner = {"kind": "SensorList", "items": [sensor, None, {"apiVersion": "v2", "kind": "Sensor"}]}
    document = {"kind": "List", "items": [workflow, source, inner]}
    assert list(unpacked(document)) == [(("items", 1), source), (("items", 2, "items", 0), sensor)]
    assert list(unpacked(sensor)) == [((), sensor)]


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {"kind": "List", "items": {}}, {"kind": ["Sensor"]}])
def test_what_is_no_object_is_left_out(odd):
    assert list(unpacked(odd)) == []


def test_a_list_in_itself_ends():
    endless = {"kind": "List", "items": []}
    endless["items"].append(endless)
    assert list(unpacked(endless)) == []


def test_items_of_a_list_of_the_api_server_get_their_kind():
    (found,) = of_cluster("Sensor", [{"metadata": {"name": "a", "namespace": "b"}}])
    assert (found.kind, found.namespace, found.name, found.file, found.spec) == ("Sensor", "b", "a", "", {})


@pytest.mark.parametrize(
    ("documents", "complete", "sensor", "state"),
    [
        ([one()], (), one("Sensor", "s"), "found"),
        ([one(namespace="")], (), one("Sensor", "s"), "found"),
        ([one()], (), one("Sensor", "s", ""), "found"),
        ([one(namespace="other")], (), one("Sensor", "s"), "unseen"),
        ([one(namespace="other")], [("EventSource", "argo")], one("Sensor", "s"), "missing"),
        ([], [("EventSource", "")], one("Sensor", "s"), "missing"),
        ([], [("EventSource", "other"), ("Sensor", "argo")], one("Sensor", "s"), "unseen"),
        ([], [("EventSource", "")], one("Sensor", "s", ""), "unseen"),
        ([one("EventBus")], [("EventSource", "argo")], one("Sensor", "s"), "missing"),
    ],
)
def test_what_is_not_seen_is_missing_only_where_everything_was_seen(documents, complete, sensor, state):
    assert Surroundings(documents, complete).find("EventSource", "github", sensor)[0] == state


@pytest.mark.parametrize("file", ["", "a.yml"])
def test_a_file_is_judged_by_files_and_the_cluster_by_the_cluster(file):
    around = Surroundings([one(file="b.yml"), one()])
    assert bool(around.find("EventSource", "github", one("Sensor", "s", file=file))[1].file) == bool(file)


def test_unknown_fields_are_told_with_what_was_meant():
    item = {"operation": "create", "paramters": [], "labelSelector": {}, 7: None}
    told = {name: facts["near"] for name, facts in strangers("k8s", item, besides=("labelSelector",))}
    assert told == {"paramters": "parameters", "7": ""}
    assert list(strangers("http", {"anything": 1})) == []
