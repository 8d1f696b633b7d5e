# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer


@pytest.fixture
def kubeconfig(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(FaultServer().kubeconfig("secret-token")))
    return path


def test_a_kubeconfig_gives_host_and_token(kubeconfig):
    credentials = load(str(kubeconfig))
    assert credentials.host.startswith("http://127.0.0.1:")
    assert credentials.authorization() == "Bearer secret-token"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "does not exist"),
        ("", "cannot be used"),
        ("a: [", "cannot be used"),
        ("[1, 2]", "cannot be used"),
        ("{contexts: [], clusters: [], users: [], current-context: gone}", "cannot be used"),
    ],
)
def test_an_unusable_kubeconfig_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "kubeconfig"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OpsError, match=words) as caught:
        load(str(path))
    assert caught.value.kind == "invalid"
    assert "\n" not in caught.value.as_result()["msg"]


def test_an_unknown_context_is_told_with_those_that_exist(kubeconfig):
    with pytest.raises(OpsError, match="context 'prod'") as caught:
        load(str(kubeconfig), "prod")
    assert "faults" in caught.value.hint
