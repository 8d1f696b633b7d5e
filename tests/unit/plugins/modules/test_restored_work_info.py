# SPDX-License-Identifier: GPL-3.0-or-later
"""The module by its options; what runs again is told in module_utils/backup/test_restarts.py."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

NOTHING = {"kind": "List", "metadata": {"resourceVersion": "1"}, "items": []}


@pytest.mark.parametrize("check", [True, False])
def test_it_reads_and_never_writes(run_module, kubeconfig, check):
    with FaultServer(lambda _request: Answer(NOTHING)) as server:
        result = run_module("restored_work_info", check=check, kubeconfig=kubeconfig(server))
    assert (result["changed"], result["ended"], result["again"], result["rows"]) == (False, 0, 0, [])
    assert {request.method for request in server.requests} == {"GET"}
    assert result["cost"]["writes"] == 0


def test_without_the_right_to_look_it_fails_and_says_nothing_of_work(run_module, kubeconfig):
    with FaultServer(lambda _request: status(403, "pods is forbidden")) as server:
        result = run_module("restored_work_info", kubeconfig=kubeconfig(server))
    assert result["error"]["kind"] == "forbidden"
    assert "again" not in result
