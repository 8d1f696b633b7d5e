# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys

from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, FaultServer


def test_the_peak_is_our_own_and_not_that_of_the_process_that_started_us():
    large = bytearray(os.urandom(1 << 20)) * 400
    script = f"from {Meter.__module__} import Meter; print(Meter().read()['peak_mb'])"
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    own = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=paths)
    assert float(own.stdout) < 200 < len(large) / (1 << 20)


def test_the_meter_counts_the_conversation_and_the_process(connect):
    with FaultServer(route=lambda _request: Answer({"kind": "Status"})) as server:
        client = Client(connect(server))
        meter = Meter(client.cost)
        client.get("/x")
        client.create("/x", {})
        cost = meter.read()
    assert (cost["requests"], cost["writes"], cost["retries"]) == (2, 1, 0)
    assert cost["bytes_read"] == 2 * len('{"kind": "Status"}')
    assert 5 < cost["peak_mb"] < 2000
