# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Collection,
    FaultServer,
)

MANIFESTS = str(Path(__file__).parents[4] / "roles" / "lab" / "files" / "sample")
REAL = {"kind": "Node", "metadata": {"name": "real", "uid": "u", "resourceVersion": "1"}}


@pytest.fixture
def sample(run_module, kubeconfig):
    def run(server, **options):
        return run_module("lab_sample", kubeconfig=kubeconfig(server), **{"manifests": MANIFESTS, **options})

    return run


@pytest.mark.parametrize("check", [True, False])
def test_a_cluster_with_real_nodes_is_refused_untouched(sample, check):
    with FaultServer(Collection([REAL], "/api/v1/nodes")) as server:
        result = sample(server, check=check)
        assert server.writes == []
    assert result["error"]["kind"] == "refused"
    assert "no practice cluster" in result["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"now": "yesterday"}, "now is 'yesterday'"),
        ({"now": "2026-11-21T08:00:00"}, "such as 2026-11-21T08:00:00Z"),
        ({"workflows": -5}, "workflows is -5"),
        ({"manifests": "/nowhere"}, "there is no *.yml file"),
    ],
)
def test_bad_options_are_refused_before_anything_is_asked(sample, options, words):
    with FaultServer(Collection([REAL], "/api/v1/nodes")) as server:
        result = sample(server, **options)
        assert server.writes == []
    assert result["error"]["kind"] == "invalid"
    assert words in result["msg"]
