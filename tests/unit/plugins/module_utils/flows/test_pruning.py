# SPDX-License-Identifier: GPL-3.0-or-later
"""The act: batches, the fence, and what became of each deletion. The whole module is in ../../modules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import pruning
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
)

PATH = resource(*WORKFLOWS, "argo")


class Counted:
    """A fence that lets this many batches through."""

    def __init__(self, batches):
        self.left = batches

    def check(self):
        self.left -= 1
        if self.left < 0:
            raise OpsError("refused", "the lock is no longer ours")


def finished(number):
    meta = {"name": f"w{number:04}", "namespace": "argo", "uid": f"u{number}", "resourceVersion": "1"}
    return {"metadata": meta, "spec": {}, "status": {"phase": "Succeeded", "finishedAt": "2020-01-01T00:00:00Z"}}


@pytest.fixture
def platform():
    workflows = Collection([finished(number) for number in range(450)], PATH, page=500)

    def route(request):
        if request.method == "GET" and request.path != PATH:
            return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": []})
        return workflows(request)

    with FaultServer(route) as server:
        server.workflows = workflows
        yield server


@pytest.fixture
def planned(platform, connect):
    client = Client(connect(platform))
    policy = Policy.parse("0", "0", "0", keep_newest=0)
    plan = pruning.decide(client, policy, namespaces=["argo"], selector=None, as_of=datetime.now(UTC))
    return client, plan


def test_an_orphan_stops_before_its_next_batch_and_tells_what_it_did(platform, planned):
    client, plan = planned
    pruned = pruning.carry_out(client, plan, Counted(1), ["argo"], 0)
    assert pruned.error.kind == "refused"
    assert pruned.counts == {"deleted": pruning.BATCH}
    assert len(platform.workflows.items) == 450 - pruning.BATCH
    outcomes = {row["outcome"] for row in pruning.rows(plan, pruned)}
    assert outcomes == {"deleted", "not reached"}


def test_with_a_fence_that_holds_everything_goes(platform, planned):
    client, plan = planned
    pruned = pruning.carry_out(client, plan, Counted(99), ["argo"], 0)
    assert pruned.error is None
    assert pruned.counts == {"deleted": 450}
    assert platform.workflows.items == {}


def test_without_a_lock_nothing_is_begun(platform, planned):
    client, plan = planned
    pruned = pruning.carry_out(client, plan, Counted(0), ["argo"], 0)
    assert (dict(pruned.counts), platform.writes) == ({}, [])
