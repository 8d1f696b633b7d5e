# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import locking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

LEASE = {"namespace": "ops", "name": "runbook", "holder": "me", "transitions": 1}
WHERE = ("ops", "runbook")


def held(holder):
    """A Lease that never changes, and whose patches find this holder in it."""
    lease = {"metadata": {"name": "runbook"}, "spec": {"holderIdentity": holder, "leaseDurationSeconds": 2}}

    def answer(request):
        if request.method == "PATCH" and request.body[0]["value"] != holder:
            return status(422, "the test failed")
        return Answer(lease)

    return answer


def test_the_fence_stops_when_the_playbook_is_gone_or_the_lease_is_lost(connect):
    with FaultServer(held("me")) as server:
        client = Client(connect(server))
        Fence.from_option(client, LEASE).check()
        Fence.from_option(client, None).check()
        with pytest.raises(OpsError, match="playbook"):
            Fence(None, Process(2**22 + 1, "never")).check()
        with pytest.raises(OpsError, match="held by me"):
            Fence.from_option(client, {**LEASE, "holder": "other"}).check()


def test_a_lock_that_is_nowhere_is_refused(connect):
    with FaultServer() as server, pytest.raises(OpsError, match="neither namespace nor store") as caught:
        Fence.from_option(Client(connect(server)), {**LEASE, "namespace": None, "store": None})
    assert caught.value.kind == "invalid"


def test_who_speaks_to_no_cluster_cannot_keep_a_lease():
    Fence.from_option(None, None).check()
    with pytest.raises(OpsError, match="needs a lock in a store"):
        Fence.from_option(None, LEASE)


def test_a_lease_is_free_without_an_api_server_and_not_when_it_may_not_be_read(connect):
    def away():
        raise OpsError("unreachable", "no answer")

    locking.require_none(away, WHERE, lambda _seconds: None)
    with FaultServer(lambda _request: status(403, "no")) as server, pytest.raises(OpsError) as caught:
        locking.require_none(lambda: Client(connect(server)), WHERE, lambda _seconds: None)
    assert caught.value.kind == "forbidden"


def test_a_dead_holder_of_the_lease_is_outlived(connect):
    slept = []
    with FaultServer(held("dead")) as server:
        locking.require_none(lambda: Client(connect(server)), WHERE, slept.append)
    assert len(slept) == 3
