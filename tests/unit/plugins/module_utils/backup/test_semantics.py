# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.canonical import canonical
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import CATALOGUE, WORK, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import (
    digest_of,
    encode,
    own_part,
)
from hypothesis import given
from hypothesis import strategies as st

KINDS = {kind.resource: kind for kind in CATALOGUE}
WORKFLOW = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {
        "name": "play",
        "namespace": "argo",
        "uid": "u1",
        "resourceVersion": "7",
        "generation": 2,
        "creationTimestamp": "2026-11-21T08:00:00Z",
        "labels": {"b": "2", "a": "1"},
        "managedFields": [{"manager": "kubectl"}],
        "ownerReferences": [{"kind": "CronWorkflow", "name": "c", "uid": "u0"}],
    },
    "spec": {"entrypoint": "main", "ttl": 1.5},
    "status": {"phase": "Succeeded"},
}


def changed(path, value, base=WORKFLOW):
    item = copy.deepcopy(base)
    place = item
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return item


def digest(resource, item):
    return digest_of(KINDS[resource], item)


def test_an_object_of_a_list_is_encoded_whole_without_its_managed_fields():
    item = {name: value for name, value in WORKFLOW.items() if name not in ("apiVersion", "kind")}
    encoded = encode(KINDS["workflows.argoproj.io"], "argoproj.io/v1alpha1", "Workflow", item)
    metadata = {name: value for name, value in WORKFLOW["metadata"].items() if name != "managedFields"}
    assert (encoded.namespace, encoded.name, encoded.uid) == ("argo", "play", "u1")
    assert encoded.text == canonical({**WORKFLOW, "metadata": metadata})
    assert encoded.digest == digest("workflows.argoproj.io", WORKFLOW)


def test_the_digest_of_an_object_stays_what_earlier_backups_say():
    told = digest("workflows.argoproj.io", WORKFLOW).hex()
    assert told == "2ae5e5ab1a00800f3ce9217db35a2255dec2980a28c7082fa09160291685f469"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("apiVersion",), "argoproj.io/v1"),
        (("metadata", "uid"), "u2"),
        (("metadata", "resourceVersion"), "8"),
        (("metadata", "generation"), 9),
        (("metadata", "creationTimestamp"), "2027-01-01T00:00:00Z"),
        (("metadata", "managedFields"), []),
        (("metadata", "labels"), {"a": "1", "b": "2"}),
        (("metadata", "annotations"), {"kubectl.kubernetes.io/last-applied-configuration": "{}"}),
        (("metadata", "annotations"), {}),
        (("metadata", "ownerReferences"), [{"kind": "CronWorkflow", "name": "c", "uid": "u9"}]),
        (("metadata", "finalizers"), []),
    ],
)
def test_what_a_cluster_wrote_does_not_make_another_object(path, value):
    assert digest("workflows.argoproj.io", changed(path, value)) == digest("workflows.argoproj.io", WORKFLOW)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "Other"),
        (("metadata", "name"), "other"),
        (("metadata", "namespace"), "other"),
        (("metadata", "labels"), {"a": "1"}),
        (("metadata", "annotations"), {"a": "1"}),
        (("metadata", "finalizers"), ["x"]),
        (("metadata", "ownerReferences"), [{"kind": "CronWorkflow", "name": "d", "uid": "u0"}]),
        (("spec", "entrypoint"), "other"),
        (("spec", "unknownField"), None),
        (("status", "phase"), "Failed"),
        (("unknown",), 1),
    ],
)
def test_what_is_an_objects_own_makes_another_one(path, value):
    assert digest("workflows.argoproj.io", changed(path, value)) != digest("workflows.argoproj.io", WORKFLOW)


CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"
AGGREGATED = {"aggregationRule": {"a": 1}}
SERVICE = {"metadata": {"name": "a"}, "spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [1]}}


@pytest.mark.parametrize(
    ("resource", "one", "other", "same"),
    [
        ("deployments.apps", {"status": {"replicas": 1}}, {}, True),
        ("workflows.argoproj.io", {"status": {"phase": "Failed"}}, {}, False),
        ("services", SERVICE, {**SERVICE, "spec": {"clusterIP": "10.0.0.9", "ports": [1]}}, True),
        ("services", SERVICE, {**SERVICE, "spec": {"clusterIP": "None", "ports": [1]}}, False),
        ("services", SERVICE, {**SERVICE, "spec": {"ports": [2]}}, False),
        ("namespaces", {"spec": {"finalizers": ["kubernetes"]}}, {"spec": {}}, True),
        ("persistentvolumeclaims", {"spec": {"volumeName": "pv-1"}}, {"spec": {}}, True),
        ("persistentvolumeclaims", {"spec": {"storageClassName": "a"}}, {"spec": {}}, False),
        ("serviceaccounts", {"secrets": [{"name": "a-token"}]}, {}, True),
        (CLUSTER_ROLES, {**AGGREGATED, "rules": [1]}, {**AGGREGATED, "rules": [2]}, True),
        (CLUSTER_ROLES, {"rules": [1]}, {"rules": [2]}, False),
        ("secrets", {"data": {"a": "eA=="}}, {"data": {"a": "eQ=="}}, False),
    ],
)
def test_each_kind_has_its_own_traces(resource, one, other, same):
    assert (digest(resource, one) == digest(resource, other)) is same
    assert (own_part(KINDS[resource], one) == own_part(KINDS[resource], other)) is same


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
members = ("metadata", "spec", "status", "data", "rules", "aggregationRule", "apiVersion", "kind")


known = st.fixed_dictionaries({}, optional=dict.fromkeys(members, json_values))


@given(st.sampled_from(CATALOGUE), known | st.dictionaries(st.text(max_size=4), json_values))
def test_whatever_an_object_is_its_text_holds_it_and_its_digest_is_that_of_what_was_read_back(kind, item):
    encoded = encode(kind, "v1", "Thing", item)
    back = json.loads(encoded.text)
    metadata = item.get("metadata") if isinstance(item.get("metadata"), dict) else {}
    kept = {key: value for key, value in metadata.items() if key != "managedFields"}
    assert back == {**item, "apiVersion": "v1", "kind": "Thing", "metadata": kept}
    assert digest_of(kind, back) == encoded.digest
    assert own_part(kind, back) == json.loads(canonical(own_part(kind, back)))


def test_equal_digests_mean_equal_own_parts():
    kind = Kind("things.example.org", WORK)
    one = {"kind": "Thing", "metadata": {"name": "a", "uid": "1"}, "spec": {"x": [1]}}
    assert own_part(kind, one) == {"kind": "Thing", "metadata": {"name": "a"}, "spec": {"x": [1]}}
