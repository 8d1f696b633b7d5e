# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import SETTINGS, WORK, WORKLOADS, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.selection import REASONS, left_out
from hypothesis import given
from hypothesis import strategies as st

SECRETS = Kind("secrets", SETTINGS)
MAPS = Kind("configmaps", SETTINGS)
DEPLOYMENTS = Kind("deployments.apps", WORKLOADS)
RUNS = Kind("coderuns.agents.platform", WORK, status=True, state=True)
ASKED = frozenset((("apps", "Deployment"), ("", "ConfigMap")))


def owned(api="apps/v1", kind="Deployment", **more):
    return {"metadata": {"ownerReferences": [{"apiVersion": api, "kind": kind, "name": "x", **more}]}}


@pytest.mark.parametrize(
    ("kind", "item", "reason"),
    [
        (MAPS, {"metadata": {"name": "a"}}, ""),
        (MAPS, {"metadata": {"name": "a", "deletionTimestamp": "2026-11-21T08:00:00Z"}}, "being_deleted"),
        (MAPS, {"metadata": {"name": "kube-root-ca.crt", "namespace": "argo"}}, "cluster_identity"),
        (MAPS, {"metadata": {"name": "cluster-info", "namespace": "kube-public"}}, "cluster_identity"),
        (MAPS, {"metadata": {"name": "cluster-info", "namespace": "argo"}}, ""),
        (SECRETS, {"type": "kubernetes.io/service-account-token"}, "service_account_token"),
        (SECRETS, {"type": "bootstrap.kubernetes.io/token"}, "service_account_token"),
        (SECRETS, {"type": "Opaque"}, ""),
        (MAPS, {"type": "kubernetes.io/service-account-token"}, ""),
        (SECRETS, owned("external-secrets.io/v1", "ExternalSecret"), "external_secret"),
        (MAPS, owned(controller=True), "owned"),
        (MAPS, owned("apps/v2beta1", controller=True), "owned"),
        (MAPS, owned(controller=False), ""),
        (MAPS, owned(controller="true"), ""),
        (MAPS, owned(), ""),
        (MAPS, owned("batch/v1", "Job", controller=True), ""),
        (MAPS, owned("v1", "ConfigMap", controller=True), "owned"),
        (RUNS, owned(controller=True), ""),
    ],
)
def test_what_another_makes_anew_is_left_out(kind, item, reason):
    assert left_out(kind, item, ASKED) == reason


def test_an_owner_that_is_not_backed_up_does_not_count():
    assert left_out(MAPS, owned(controller=True), frozenset()) == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional={"metadata": json_values, "type": json_values}))
def test_odd_types_of_any_field_are_harmless(item):
    assert left_out(SECRETS, item, ASKED) in {"", *REASONS}
