# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.gitops import application_of, is_automatic


def application(name="web", namespace="argo", policy=None):
    target = {"destination": {"namespace": namespace}, "syncPolicy": policy}
    return {"metadata": {"name": name, "namespace": "argocd"}, "spec": target}


def item(labels=None, tracking=None):
    annotations = {"argocd.argoproj.io/tracking-id": tracking} if tracking else {}
    return {"metadata": {"namespace": "argo", "labels": labels or {}, "annotations": annotations}}


@pytest.mark.parametrize(
    ("found", "known", "is_its"),
    [
        (item(tracking="web:apps/Deployment:argo/web"), application(), True),
        (item(tracking="argocd_web:apps/Deployment:argo/web"), application(), True),
        (item(tracking="other:apps/Deployment:argo/web"), application(), False),
        (item({"argocd.argoproj.io/instance": "web"}), application(), True),
        (item({"app.kubernetes.io/instance": "web"}), application(), True),
        (item({"app.kubernetes.io/instance": "web"}), application(namespace="elsewhere"), False),
        (item(), application(), False),
        ({}, {}, False),
    ],
)
def test_an_object_belongs_to_the_application_that_tracks_it(found, known, is_its):
    assert (application_of(found, [known]) is known) == is_its


@pytest.mark.parametrize(
    ("policy", "automatic"),
    [
        ({"automated": {}}, True),
        ({"automated": {"enabled": False}}, False),
        ({"automated": None}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_automatic_sync_undoes_a_change(policy, automatic):
    assert is_automatic(application(policy=policy)) == automatic
