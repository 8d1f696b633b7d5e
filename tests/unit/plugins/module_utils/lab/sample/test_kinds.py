# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.kinds import KINDS, path_of


def _of(kind, **meta):
    return {"kind": kind, "metadata": meta}


@pytest.mark.parametrize(
    ("made", "path"),
    [
        (_of("PersistentVolume", name="v"), "/api/v1/persistentvolumes/v"),
        (_of("Pod", name="p", namespace="argo"), "/api/v1/namespaces/argo/pods/p"),
        (
            _of("CodeRun", name="c", namespace="agent-platform"),
            "/apis/agents.platform/v1/namespaces/agent-platform/coderuns/c",
        ),
    ],
)
def test_paths(made, path):
    assert path_of(made) == path


def test_an_unknown_kind_is_refused():
    with pytest.raises(OpsError, match="cannot hold an object of kind 'Secret'") as caught:
        path_of(_of("Secret", name="s"))
    assert caught.value.kind == "invalid"


def test_a_kind_defined_by_the_sample_says_whether_its_status_is_apart(manifests):
    for (kind, _name), definition in manifests.items():
        if kind == "CustomResourceDefinition":
            spec = definition["spec"]
            known = KINDS[spec["names"]["kind"]]
            assert known.status_apart == ("status" in spec["versions"][0].get("subresources", {}))
            assert known.plural == spec["names"]["plural"]
            assert known.api == f"{spec['group']}/{spec['versions'][0]['name']}"
