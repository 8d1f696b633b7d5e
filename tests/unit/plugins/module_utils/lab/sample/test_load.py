# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import load
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.lab.sample.fake_client import (
    FakeClient,
    refusal,
)

WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/ns/workflows"
CODERUNS = "/apis/agents.platform/v1/namespaces/ns/coderuns"
PODS = "/api/v1/namespaces/ns/pods"
CLAIMS = "/api/v1/namespaces/ns/persistentvolumeclaims"


def _object(kind, name, **more):
    meta = {"name": name, "namespace": "ns", **more.pop("metadata", {})}
    return {"kind": kind, "metadata": meta, "spec": {}, **more}


@pytest.fixture
def client():
    return FakeClient()


@pytest.fixture
def told():
    return []


@pytest.fixture
def loader(client, told, monkeypatch):
    monkeypatch.setattr(load, "_PATIENCE", 0.05)
    monkeypatch.setattr(load, "_PAUSE", 0.001)
    return load.Loader(client, "small", told.append)


def test_a_workflow_takes_its_status_along(client, loader, told):
    assert loader.add([_object("Workflow", "w", status={"phase": "Succeeded"})]) == 1
    assert client.objects[f"{WORKFLOWS}/w"]["status"] == {"phase": "Succeeded"}
    assert client.objects[f"{WORKFLOWS}/w"]["metadata"]["labels"] == {"agents.platform/sample": "small"}
    assert client.writes == [f"POST {WORKFLOWS}/w"]
    assert told == [1]


def test_a_status_kept_apart_is_written_to_its_subresource(client, loader):
    loader.add([_object("CodeRun", "c", status={"phase": "Running"}), _object("CodeRun", "never-written")])
    assert client.writes == [f"POST {CODERUNS}/c", f"PATCH {CODERUNS}/c/status", f"POST {CODERUNS}/never-written"]


def test_a_pod_with_a_status_is_placed_only_after_it_is_written(client, loader):
    loader.add([_object("Pod", "p", status={"phase": "Failed"})])
    assert client.writes == [f"POST {PODS}/p", f"PATCH {PODS}/p/status", f"POST {PODS}/p/binding"]
    assert client.bodies[f"POST {PODS}/p"]["spec"]["schedulerName"] == "agents.platform.sample"
    assert client.bodies[f"POST {PODS}/p/binding"]["target"]["name"] == "node-0"


def test_a_pod_without_a_status_is_left_to_the_scheduler(client, loader):
    loader.add([_object("Pod", "p")])
    assert client.bodies[f"POST {PODS}/p"]["spec"] == {}


def test_what_is_owned_comes_after_its_owner_and_knows_its_uid(client, loader):
    reference = {"kind": "Workflow", "name": "w", "uid": ""}
    claim = _object("PersistentVolumeClaim", "c", metadata={"ownerReferences": [reference]})
    loader.add([claim, _object("Workflow", "w")])
    uid = client.objects[f"{WORKFLOWS}/w"]["metadata"]["uid"]
    assert client.objects[f"{CLAIMS}/c"]["metadata"]["ownerReferences"][0]["uid"] == uid
    assert reference["uid"] == ""


def test_a_deletion_time_asks_for_the_deletion(client, loader):
    meta = {"finalizers": ["example.agents.platform/hold"], "deletionTimestamp": "2026-11-19T08:00:00Z"}
    loader.add([_object("Workflow", "w", metadata=meta)])
    assert client.writes[-1] == f"DELETE {WORKFLOWS}/w"
    assert f"{WORKFLOWS}/w" in client.objects


def test_what_is_there_already_is_not_counted_and_is_completed(client, loader):
    pod = _object("Pod", "p", status={"phase": "Failed"})
    client.objects[f"{PODS}/p"] = _object("Pod", "p", metadata={"uid": "u", "resourceVersion": "1"})
    assert loader.add([pod]) == 0
    assert client.objects[f"{PODS}/p"]["status"] == {"phase": "Failed"}


@pytest.mark.parametrize("status", [403, 409])
def test_a_refusal_of_something_that_is_there_counts_as_there(client, loader, status):
    def refuse(_path):
        raise refusal(status)

    client.before_create = refuse
    client.objects[f"{CLAIMS}/c"] = _object("PersistentVolumeClaim", "c")
    assert loader.add([_object("PersistentVolumeClaim", "c")]) == 0


@pytest.mark.parametrize("status", [403, 404, 409])
def test_what_it_needs_may_take_a_moment(client, loader, status):
    refusals = [status, status]

    def refuse(_path):
        if refusals:
            raise refusal(refusals.pop())

    client.before_create = refuse
    assert loader.add([_object("CodeRun", "c")]) == 1


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_lasting_refusal_is_raised(client, loader, status):
    def refuse(_path):
        raise refusal(status)

    client.before_create = refuse
    with pytest.raises(OpsError) as caught:
        loader.add([_object("CodeRun", "c")])
    assert caught.value.status == status


def test_kinds_are_established_before_they_are_used(client, loader):
    definition = {"kind": "CustomResourceDefinition", "metadata": {"name": "coderuns.agents.platform"}, "spec": {}}
    assert loader.add_kinds([definition]) == 1


def test_a_fresh_start_removes_the_sample_and_its_own_finalizers_only(client, loader):
    loader.add(
        [
            _object("Workflow", "held", metadata={"finalizers": ["example.agents.platform/hold"]}),
            _object("CodeRun", "run", metadata={"finalizers": ["coderuns.orchestrator.io/finalizer"]}),
            {"kind": "Namespace", "metadata": {"name": "ns"}},
        ]
    )
    client.create(WORKFLOWS, _object("Workflow", "not-of-the-sample"))
    assert loader.remove_all(1.0) == 2
    kept = [path for path in client.objects if "/nodes/" not in path]
    assert kept == ["/api/v1/namespaces/ns", f"{WORKFLOWS}/not-of-the-sample"]


def test_a_finalizer_of_somebody_else_is_left_and_named(client, loader):
    loader.add([_object("Workflow", "w", metadata={"finalizers": ["somebody.else/hold"]})])
    with pytest.raises(OpsError, match="1 workflows of the sample are still there: w"):
        loader.remove_all(0.01)
    assert client.objects[f"{WORKFLOWS}/w"]["metadata"]["finalizers"] == ["somebody.else/hold"]


def test_a_change_between_list_and_delete_is_read_again(client, loader, monkeypatch):
    loader.add([_object("Workflow", "w")])
    stale = client.get(f"{WORKFLOWS}/w")["metadata"]
    client.patch(f"{WORKFLOWS}/w", {"metadata": {"annotations": {"a": "b"}}})
    monkeypatch.setattr(client, "read", lambda path, reducer, **_o: _reduced(reducer(), stale, path))
    loader.remove_all(1.0)
    assert f"{WORKFLOWS}/w" not in client.objects


def _reduced(reducer, meta, path):
    if path.endswith("workflows"):
        reducer.add([{"metadata": meta}])
    return reducer


def test_an_object_made_anew_under_the_same_name_is_left_alone(client, loader, monkeypatch):
    loader.add([_object("Workflow", "w")])
    gone = client.get(f"{WORKFLOWS}/w")["metadata"] | {"uid": "another", "resourceVersion": "0"}
    monkeypatch.setattr(client, "read", lambda path, reducer, **_o: _reduced(reducer(), gone, path))
    loader.remove_all(1.0)
    assert f"{WORKFLOWS}/w" in client.objects


@pytest.mark.parametrize("nodes", [(), ({"metadata": {"name": "real"}},)])
def test_a_cluster_without_simulated_nodes_is_refused(nodes):
    with pytest.raises(OpsError, match="no simulated nodes") as caught:
        load.simulated_nodes(FakeClient(nodes))
    assert caught.value.kind == "refused"
