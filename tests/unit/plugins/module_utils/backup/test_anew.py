# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import NOTES, TTL, Terms, anew, doubt, over
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import Choice
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import CATALOGUE, Kind, known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK, digest_of
from hypothesis import given
from hypothesis import strategies as st

BACKUP = "2026-11-21T08-00-00Z"
TERMS = Terms(BACKUP, Choice())
INTO = Terms(BACKUP, Choice(into={"argo": "old"}))
CODERUNS = "coderuns.agents.platform"


def made(resource, item, terms=TERMS, owner=lambda reference: "new"):
    return anew(known(resource), {"metadata": {"name": "a", "namespace": "argo"}, **item}, terms, owner)


def finished(**more):
    return {
        "metadata": {"name": "a", "namespace": "argo", "labels": {"x": "y"}},
        "spec": {"entrypoint": "main"},
        "status": {"phase": "Succeeded", "nodes": {"a": {}}},
        **more,
    }


def test_what_a_cluster_gives_out_is_left_out() -> None:
    metadata = {
        "name": "a",
        "namespace": "argo",
        "uid": "u",
        "resourceVersion": "7",
        "generation": 3,
        "creationTimestamp": "2026-11-21T08:00:00Z",
        "deletionTimestamp": "2026-11-21T08:00:00Z",
        "managedFields": [],
        "labels": {"app": "x"},
        "annotations": {
            "pv.kubernetes.io/bind-completed": "yes",
            "mine": "1",
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
        },
        "finalizers": ["f"],
    }
    spec = {"volumeName": "pvc-1", "accessModes": ["ReadWriteOnce"]}
    body = made("persistentvolumeclaims", {"metadata": metadata, "spec": spec, "status": {"phase": "Bound"}}).body
    assert body == {
        "metadata": {
            "name": "a",
            "namespace": "argo",
            "labels": {"app": "x"},
            "annotations": {"mine": "1", "kubectl.kubernetes.io/last-applied-configuration": "{}", MARK: BACKUP},
            "finalizers": ["f"],
        },
        "spec": {"accessModes": ["ReadWriteOnce"]},
    }


@pytest.mark.parametrize(
    ("resource", "spec", "left"),
    [
        ("services", {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": []}, {"ports": []}),
        ("services", {"clusterIP": "None", "clusterIPs": ["None"]}, {"clusterIP": "None"}),
        ("services", {"ports": [{"nodePort": 30000}]}, {"ports": [{"nodePort": 30000}]}),
        ("namespaces", {"finalizers": ["kubernetes"]}, {}),
        ("deployments.apps", {"replicas": 3}, {"replicas": 3}),
    ],
)
def test_of_a_spec_what_the_cluster_gives_out_goes(resource, spec, left) -> None:
    assert made(resource, {"spec": spec}).body["spec"] == left


def test_owners_get_their_uid_of_today_or_are_dropped_and_told() -> None:
    references = [{"kind": "Workflow", "name": "there", "uid": "1"}, {"kind": "Workflow", "name": "gone", "uid": "2"}]
    metadata = {"name": "a", "ownerReferences": references}
    told = made("configmaps", {"metadata": metadata}, owner=lambda one: "new" if one["name"] == "there" else "")
    assert told.body["metadata"]["ownerReferences"] == [{"kind": "Workflow", "name": "there", "uid": "new"}]
    assert told.notes == ("owners",)


def test_a_finished_workflow_arrives_finished_and_stays() -> None:
    ttl = {"secondsAfterCompletion": 60}
    item = finished(spec={"entrypoint": "main", "ttlStrategy": ttl})
    item["metadata"]["finalizers"] = ["workflows.argoproj.io/artifact-gc", "other"]
    item["status"]["storedWorkflowTemplateSpec"] = {"ttlStrategy": {"secondsAfterSuccess": 1}, "entrypoint": "main"}
    told = made("workflows.argoproj.io", item)
    metadata = told.body["metadata"]
    assert metadata["labels"] == {"x": "y", "workflows.argoproj.io/completed": "true"}
    assert metadata["finalizers"] == ["other"]
    assert json.loads(metadata["annotations"][TTL]) == ttl
    assert told.body["spec"] == {"entrypoint": "main"}
    assert told.body["status"] == {
        "phase": "Succeeded",
        "nodes": {"a": {}},
        "storedWorkflowTemplateSpec": {"entrypoint": "main"},
    }
    assert told.notes == ("artifact_gc", "ttl")


def test_a_time_to_live_that_is_kept_is_told() -> None:
    item = finished(spec={"ttlStrategy": {"secondsAfterCompletion": 60}})
    told = made("workflows.argoproj.io", item, Terms(BACKUP, Choice(), keep_ttl=True))
    assert told.body["spec"] == item["spec"]
    assert told.notes == ("expires",)


@pytest.mark.parametrize("status", [{"phase": "Running"}, {}, None, {"phase": 7}, "Succeeded"])
def test_a_workflow_that_had_not_ended_comes_back_suspended(status) -> None:
    told = made("workflows.argoproj.io", finished(status=status))
    assert told.body["spec"] == {"entrypoint": "main", "suspend": True}
    assert told.notes == ("suspended",)


def test_a_job_gets_its_pods_by_new_labels_and_does_not_start() -> None:
    labels = {"controller-uid": "1", "batch.kubernetes.io/job-name": "a", "app": "x"}
    spec = {"selector": {"matchLabels": {"controller-uid": "1"}}, "template": {"metadata": {"labels": labels}}}
    body = anew(Kind("jobs.batch", 8), {"metadata": {"name": "a", "labels": labels}, "spec": spec}, TERMS, str).body
    assert body["spec"] == {"suspend": True, "template": {"metadata": {"labels": {"app": "x"}}}}
    assert body["metadata"]["labels"] == {"app": "x"}


def test_into_another_namespace_name_label_and_subjects_go_along() -> None:
    namespace = made("namespaces", {"metadata": {"name": "argo"}}, INTO).body["metadata"]
    assert (namespace["name"], namespace["labels"]) == ("old", {"kubernetes.io/metadata.name": "old"})
    others = [{"kind": "User"}, {"namespace": "shop"}]
    subjects = [{"kind": "ServiceAccount", "namespace": "argo"}, *others]
    binding = made("rolebindings.rbac.authorization.k8s.io", {"subjects": subjects}, INTO).body
    assert binding["metadata"]["namespace"] == "old"
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "namespace": "old"},
        {"kind": "User"},
        {"namespace": "shop"},
    ]


@pytest.mark.parametrize(
    ("resource", "item", "why"),
    [
        ("workflows.argoproj.io", finished(), ""),
        ("workflows.argoproj.io", finished(status={"phase": "Running"}), "live"),
        ("workflows.argoproj.io", finished(status=None), "live"),
        ("workflows.argoproj.io", finished(status={"phase": "Failed", "offloadNodeStatusVersion": "v1"}), "offloaded"),
        ("workflows.argoproj.io", finished(status={"phase": "Error", "compressedNodes": "x"}), ""),
        (CODERUNS, {"metadata": {}, "status": {"phase": "Succeeded"}}, ""),
        (CODERUNS, {"metadata": {}, "status": {"phase": "Running"}}, "live"),
        (CODERUNS, {"metadata": {}}, "live"),
        (CODERUNS, {"status": None}, "live"),
        ("jobs.batch", {"status": {"succeeded": 1}}, "live"),
        ("configmaps", {}, ""),
    ],
)
def test_what_would_do_its_work_again_is_doubted(resource, item, why) -> None:
    assert doubt(known(resource), item) == why


def test_what_replaces_keeps_what_the_cluster_gave_out_and_every_finalizer() -> None:
    live = {
        "metadata": {"uid": "u", "resourceVersion": "9", "finalizers": ["theirs"]},
        "spec": {"clusterIP": "10.0.0.9", "clusterIPs": ["10.0.0.9"], "ports": [1]},
    }
    body = {"metadata": {"name": "a", "finalizers": ["ours"]}, "spec": {"ports": [2]}}
    assert over(known("services"), body, live) == {
        "metadata": {"name": "a", "uid": "u", "resourceVersion": "9", "finalizers": ["theirs", "ours"]},
        "spec": {"ports": [2], "clusterIP": "10.0.0.9", "clusterIPs": ["10.0.0.9"]},
    }


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(CATALOGUE), ODD, ODD, ODD)
def test_objects_of_any_shape_do_no_harm_and_notes_have_words(kind, metadata, spec, status) -> None:
    item = {"metadata": metadata, "spec": spec, "status": status, "subjects": spec, "secrets": []}
    before = copy.deepcopy(item)
    told = anew(kind, item, INTO, lambda reference: "")
    assert item == before
    assert set(told.notes) <= set(NOTES)
    assert told.body["metadata"]["annotations"][MARK] == BACKUP
    digest_of(kind, told.body)
