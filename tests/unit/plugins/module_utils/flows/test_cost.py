# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, FaultServer


def test_the_meter_counts_the_conversation_and_the_process(connect):
    with FaultServer(route=lambda _request: Answer({"kind": "Status"})) as server:
        client = Client(connect(server))
        meter = Meter(client)
        client.get("/x")
        client.create("/x", {})
        cost = meter.read()
    assert (cost["requests"], cost["writes"], cost["retries"]) == (2, 1, 0)
    assert cost["bytes_read"] == 2 * len('{"kind": "Status"}')
    assert 5 < cost["peak_mb"] < 2000
