# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import Choice, choose, missing_names
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


def part(resource, kind, namespaced=True):
    return Part(resource, "path", "00", 1, kind=kind, namespaced=namespaced)


PARTS = (
    part("namespaces", "Namespace", namespaced=False),
    part("configmaps", "ConfigMap"),
    part("workflows.argoproj.io", "Workflow"),
    part("clusterroles.rbac.authorization.k8s.io", "ClusterRole", namespaced=False),
    part("certificates.cert-manager.io", "Certificate"),
    part("certificates.example.org", "Certificate"),
)
NONE = {"kinds": [], "namespaces": [], "names": [], "label_selector": "", "into": {}}


def chosen(**options):
    return choose({**NONE, **options}, PARTS)


@pytest.mark.parametrize(
    ("options", "resources"),
    [
        ({}, {part.resource for part in PARTS}),
        ({"namespaces": ["argo"]}, {part.resource for part in PARTS} - {"clusterroles.rbac.authorization.k8s.io"}),
        ({"into": {"argo": "old"}}, {part.resource for part in PARTS} - {"clusterroles.rbac.authorization.k8s.io"}),
        ({"kinds": ["Workflow"]}, {"workflows.argoproj.io"}),
        ({"kinds": ["workflows"]}, {"workflows.argoproj.io"}),
        ({"kinds": ["certificates.example.org"]}, {"certificates.example.org"}),
        (
            {"kinds": ["clusterroles"], "namespaces": ["argo"]},
            {"clusterroles.rbac.authorization.k8s.io"},
        ),
    ],
)
def test_parts_that_can_hold_what_is_meant(options, resources) -> None:
    choice = chosen(**options)
    assert {part.resource for part in PARTS if choice.means_part(part)} == resources


@pytest.mark.parametrize(
    ("options", "place", "meant"),
    [
        ({}, ("configmaps", "argo", "a"), True),
        ({"namespaces": ["argo"]}, ("configmaps", "argo", "a"), True),
        ({"namespaces": ["argo"]}, ("configmaps", "shop", "a"), False),
        ({"namespaces": ["argo"]}, ("namespaces", "", "argo"), True),
        ({"namespaces": ["argo"]}, ("namespaces", "", "shop"), False),
        ({"names": ["a"]}, ("configmaps", "argo", "a"), True),
        ({"names": ["argo/a"]}, ("configmaps", "argo", "a"), True),
        ({"names": ["shop/a"]}, ("configmaps", "argo", "a"), False),
        ({"into": {"argo": "old"}}, ("configmaps", "shop", "a"), False),
        ({"into": {"argo": "old"}}, ("configmaps", "argo", "a"), True),
    ],
)
def test_objects_that_are_meant(options, place, meant) -> None:
    assert chosen(**options).means(*place) is meant


def test_the_emergency_stop_is_meant_by_its_name_alone() -> None:
    place = ("configmaps", "agent-platform-ops", "emergency-stop")
    assert not chosen().means(*place)
    assert not chosen(namespaces=["agent-platform-ops"]).means(*place)
    assert chosen(names=["emergency-stop"]).means(*place)


def test_targets_are_the_namespaces_that_may_be_written_to() -> None:
    assert chosen(into={"argo": "old", "shop": "shop"}).targets() == ["old", "shop"]
    assert chosen(namespaces=["argo"]).targets() == ["argo"]
    assert chosen().targets() == []
    assert Choice(into={"argo": "old"}).target("argo") == "old"
    assert Choice(into={"argo": "old"}).target("") == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kinds": ["pods"]}, "'pods' is not in this backup"),
        ({"kinds": ["certificate"]}, "'certificate' could be several"),
        ({"kinds": ["{{ x }}"]}, "is not in this backup"),
        ({"namespaces": ["A b"]}, "is no name of a namespace"),
        ({"namespaces": ["../x"]}, "is no name of a namespace"),
        ({"into": {"a": "b", "c": "b"}}, "two namespaces would go into one"),
        ({"into": {"a": ""}}, "is no name of a namespace"),
        ({"into": {"a": "b"}, "namespaces": ["c"]}, "c is not among those of into"),
        ({"label_selector": "a in b"}, "is not understood"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(options, words) -> None:
    with pytest.raises(OpsError, match=words) as refusal:
        chosen(**options)
    assert refusal.value.kind == "invalid"


def test_names_that_no_object_bears_are_told() -> None:
    found = [("argo", "a"), ("", "b")]
    assert missing_names(chosen(names=["argo/a", "b", "shop/a", "z"]), found) == ["shop/a", "z"]
