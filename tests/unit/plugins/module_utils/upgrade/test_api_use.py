# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import api_use
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse
from hypothesis import given
from hypothesis import strategies as st

OLD, NEW = parse("v1.34.4"), parse("v1.35.4")
ROWS = [
    {"api": "policy/v1beta1", "kinds": ["PodDisruptionBudget"], "removed": "1.25", "use": "policy/v1"},
    {
        "api": "storage.k8s.io/v1alpha1",
        "kinds": ["VolumeAttributesClass"],
        "removed": "1.35",
        "use": "storage.k8s.io/v1",
    },
    {"api": "resource.k8s.io/v1beta1", "kinds": ["ResourceClaim"], "removed": "1.38"},
]
KNOWN = api_use.removals(ROWS)


def sample(group: str, version: str, resource: str, removed: str, value: str = "1") -> str:
    labels = f'group="{group}",removed_release="{removed}",resource="{resource}",subresource="",version="{version}"'
    return f"{api_use.METRIC}{{{labels}}} {value}\n"


@pytest.mark.parametrize(
    "row",
    [
        None,
        "policy/v1beta1",
        {"api": "a/v1", "kinds": [], "removed": "1.25"},
        {"api": "a/v1", "kinds": ["A"], "removed": 1.25},
        {"api": "a/v1", "kinds": [1], "removed": "1.25"},
        {"api": "", "kinds": ["A"], "removed": "1.25"},
    ],
)
def test_what_is_no_removal_is_refused_with_the_form_that_is_meant(row) -> None:
    with pytest.raises(OpsError, match="a row is written like") as refused:
        api_use.removals([row])
    assert refused.value.kind == "invalid"


def test_only_what_goes_on_the_way_is_looked_for_in_objects() -> None:
    assert [one.api for one in api_use.between(KNOWN, OLD, NEW)] == ["storage.k8s.io/v1alpha1"]
    assert api_use.between(KNOWN, NEW, NEW) == []


def test_who_asks_for_what_is_gone_stops_the_upgrade_and_what_goes_later_is_told() -> None:
    metrics = (
        '# HELP other things\nother{a="b"} 1\n'
        + sample("storage.k8s.io", "v1alpha1", "volumeattributesclasses", "1.35")
        + sample("resource.k8s.io", "v1beta1", "resourceclaims", "1.38")
        + sample("", "v1", "endpoints", "")
        + sample("policy", "v1beta1", "poddisruptionbudgets", "1.25", "0")
    )
    found = list(api_use.requested(metrics, NEW))
    assert [(one["status"], one["value"]) for one in found] == [
        ("critical", "storage.k8s.io/v1alpha1"),
        ("warning", "resource.k8s.io/v1beta1"),
    ]
    assert "volumeattributesclasses of storage.k8s.io/v1alpha1, which is gone in 1.35" in found[0]["message"]


@given(st.text(max_size=300))
def test_metrics_of_any_form_do_no_harm(text) -> None:
    list(api_use.requested(f"{api_use.METRIC}{{{text}}} 1\n{text}", NEW))


def test_fields_that_were_written_by_what_goes_name_their_writer() -> None:
    fields = [
        {"manager": "helm", "apiVersion": "storage.k8s.io/v1alpha1"},
        {"apiVersion": "storage.k8s.io/v1alpha1"},
        {"manager": "new", "apiVersion": "storage.k8s.io/v1"},
        None,
    ]
    items = [{"metadata": {"name": "gold", "managedFields": fields}}, {"metadata": None}, {}]
    found = list(api_use.written(KNOWN[1], items, "VolumeAttributesClass"))
    assert [one["status"] for one in found] == ["warning"]
    assert "by helm, somebody, which is gone in 1.35; use storage.k8s.io/v1 instead" in found[0]["message"]


@pytest.mark.parametrize(
    ("objects", "statuses"),
    [
        ([("policy/v1beta1", "PodDisruptionBudget"), ("v1", "ConfigMap")], ["critical"]),
        ([("policy/v1beta1", "PodDisruptionBudget")] * 3, ["critical"]),
        ([("policy/v1beta1", "Eviction"), ("policy/v1", "PodDisruptionBudget")], []),
        ([("resource.k8s.io/v1beta1", "ResourceClaim")], ["warning"]),
    ],
)
def test_a_stored_release_with_what_is_gone_cannot_be_upgraded(objects, statuses) -> None:
    found = list(api_use.released("web", "shop", objects, KNOWN, NEW))
    assert [one["status"] for one in found] == statuses
    assert all(one["subject"] == {"kind": "HelmRelease", "namespace": "web", "name": "shop"} for one in found)
