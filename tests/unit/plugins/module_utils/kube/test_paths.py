# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("v1", "pods"), "/api/v1/pods"),
        (("v1", "pods", "argo"), "/api/v1/namespaces/argo/pods"),
        (("v1", "namespaces", None, "kube-system"), "/api/v1/namespaces/kube-system"),
        (
            ("argoproj.io/v1alpha1", "workflows", "argo", "w"),
            "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows/w",
        ),
        (("v1", "pods", "a/../b", "x?y"), "/api/v1/namespaces/a%2F..%2Fb/pods/x%3Fy"),
    ],
)
def test_resource(arguments, path):
    assert resource(*arguments) == path
