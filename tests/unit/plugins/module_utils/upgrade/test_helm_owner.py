# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_owner
from hypothesis import given
from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["metadata", "labels", "x"]), inner),
    max_leaves=8,
)


def workload(name: str, release: str = "", **labels: str) -> dict:
    place, _slash, called = release.partition("/")
    notes = {"meta.helm.sh/release-name": called, "meta.helm.sh/release-namespace": place} if release else {}
    return {"metadata": {"name": name, "namespace": "argo", "annotations": notes, "labels": labels}}


OURS, OTHERS, FREE = workload("a", "argo/wf"), workload("b", "web/shop"), workload("c")


@pytest.mark.parametrize(
    ("items", "release", "words"),
    [
        ([FREE, OURS], "", "Deployment argo/a belongs to Helm release argo/wf"),
        ([OURS, FREE], "argo/wf", "Deployment argo/c belongs to no Helm release, and not to argo/wf"),
        ([OURS, OTHERS], "argo/wf", "Deployment argo/b belongs to Helm release web/shop, and not to argo/wf"),
    ],
)
def test_what_belongs_to_somebody_else_is_refused_by_name(items, release, words) -> None:
    with pytest.raises(OpsError) as refused:
        helm_owner.require(items, "Deployment", release)
    assert (refused.value.kind, refused.value.message) == ("refused", words)


@pytest.mark.parametrize(("items", "release"), [([FREE], ""), ([OURS], "argo/wf"), ([], "argo/wf")])
def test_what_fits_is_let_through(items, release) -> None:
    helm_owner.require(items, "Deployment", release)


def test_a_label_without_a_release_is_a_warning() -> None:
    labelled = {"app.kubernetes.io/managed-by": "Helm"}
    items = [FREE, workload("d", **labelled), workload("e", "argo/wf", **labelled)]
    found = helm_owner.findings(items, "Deployment")
    assert [(one["status"], one["subject"]["name"]) for one in found] == [("warning", "d")]


@given(ANYTHING)
def test_objects_of_any_form_do_no_harm(value) -> None:
    item = value if isinstance(value, dict) else {"metadata": value}
    assert isinstance(helm_owner.release_of(item), str)
    assert isinstance(helm_owner.findings([item], "Deployment"), list)
