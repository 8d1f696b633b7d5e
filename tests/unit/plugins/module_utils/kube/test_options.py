# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, FaultServer


@pytest.fixture
def module(tmp_path):
    def make(server, check=False, **options):
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(server.kubeconfig()))
        fixed = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
        return SimpleNamespace(check_mode=check, params={**fixed, "kubeconfig": str(path), **options})

    return make


def kube_system(_request):
    return Answer({"kind": "Namespace", "metadata": {"uid": "the-right-one"}})


def test_the_right_cluster_is_accepted_and_another_refused_before_anything_else(module):
    with FaultServer(kube_system) as server:
        connect(module(server, cluster_uid="the-right-one"))
        with pytest.raises(OpsError, match="the-right-one") as caught:
            connect(module(server, cluster_uid="the-wrong-one"))
        assert len(server.requests) == 2
    assert caught.value.kind == "refused"


def test_check_mode_makes_a_client_that_cannot_write(module):
    with FaultServer(kube_system) as server:
        with pytest.raises(OpsError, match="check mode"):
            connect(module(server, check=True)).create("/x", {})
        connect(module(server, check=True), read_only=False).create("/x", {})


@pytest.mark.parametrize(("option", "value"), [("concurrency", 0), ("concurrency", 65), ("request_timeout", 0)])
def test_numbers_out_of_range_are_refused(module, option, value):
    with FaultServer() as server:
        with pytest.raises(OpsError, match=option):
            connect(module(server, **{option: value}))
        assert server.requests == []


@pytest.mark.parametrize(("own", "within"), [(30, 0.1), (1, None), (1, 20)])
def test_a_request_takes_no_longer_than_either_limit_says(module, own, within):
    with FaultServer(lambda _request: Answer(delay=3.0)) as server:
        client = connect(module(server, request_timeout=own), within=within)
        began = time.monotonic()
        with pytest.raises(OpsError) as caught:
            client.create("/x", {})
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 2.5
