# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.doc_fragments.lock import ModuleDocFragment
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import (
    LOCK_SPEC,
    Fence,
    Lock,
    acquire,
    release,
    renew,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/ops/leases"
ALIVE = Process(0, "")


class LeaseApi:
    """One Lease with resourceVersions and JSON-patch tests, as the real server treats it."""

    def __init__(self, spec=None):
        self.lease = spec and {
            "metadata": {"name": "runbook", "namespace": "ops", "resourceVersion": "1"},
            "spec": {"leaseDurationSeconds": 15, "acquireTime": "2026-11-21T03:00:00Z", "renewTime": "r0", **spec},
        }

    def __call__(self, request):
        if request.method == "POST":
            if self.lease:
                return status(409, "exists")
            self._store({**request.body, "metadata": {**request.body["metadata"], "resourceVersion": "0"}})
        elif not self.lease:
            return status(404, "not found")
        elif request.method == "PUT":
            if request.body["metadata"]["resourceVersion"] != self.lease["metadata"]["resourceVersion"]:
                return status(409, "modified")
            self._store(request.body)
        elif request.method == "PATCH":
            return self._patch(request.body)
        return Answer(copy.deepcopy(self.lease))

    def _patch(self, operations):
        spec = dict(self.lease["spec"])
        for operation in operations:
            key = operation["path"].removeprefix("/spec/")
            if operation["op"] == "test" and spec.get(key) != operation["value"]:
                return status(422, "the server rejected our request due to an error in our request")
            spec[key] = operation["value"]
        self._store({**self.lease, "spec": spec})
        return Answer(self.lease)

    def _store(self, lease):
        version = str(int(lease["metadata"]["resourceVersion"]) + 1)
        self.lease = {**lease, "metadata": {**lease["metadata"], "resourceVersion": version}}


def take(client, sleep=lambda _seconds: None, holder="me"):
    return acquire(client, "ops", "runbook", holder, sleep=sleep)


@pytest.mark.parametrize(
    ("spec", "transitions"),
    [(None, 1), ({"holderIdentity": "", "leaseTransitions": 4}, 5), ({"leaseTransitions": 4}, 5), ({}, 1)],
)
def test_a_free_lock_is_taken_at_once(connect, spec, transitions):
    slept = []
    with FaultServer(LeaseApi(spec)) as server:
        lock = take(Client(connect(server)), slept.append)
    assert lock == Lock("ops", "runbook", "me", transitions)
    assert slept == []


def test_a_living_holder_is_named_with_the_time_since_when(connect):
    api = LeaseApi({"holderIdentity": "weekly_maintenance by ann@host, process 5", "leaseTransitions": 1})

    def holder_renews(_seconds):
        api.lease["spec"]["renewTime"] += "+"

    with FaultServer(api) as server:
        with pytest.raises(OpsError, match=r"ann@host, process 5, since 2026-11-21T03:00:00Z") as caught:
            take(Client(connect(server)), holder_renews)
        assert server.writes == []
    assert caught.value.kind == "refused"


def test_a_dead_holder_is_outlived_for_its_whole_time_then_taken_over(connect):
    slept = []
    with FaultServer(LeaseApi({"holderIdentity": "dead", "leaseTransitions": 3})) as server:
        lock = take(Client(connect(server)), slept.append)
    assert sum(slept) == 16
    assert lock.transitions == 4


def test_of_two_that_outlive_a_dead_holder_one_gets_the_lock(connect):
    api = LeaseApi({"holderIdentity": "dead", "leaseTransitions": 3})
    seconds = []

    def rival_is_faster(_seconds):
        seconds.append(1)
        if len(seconds) == 16:
            api._store({**api.lease, "spec": {**api.lease["spec"], "holderIdentity": "rival", "leaseTransitions": 4}})

    with FaultServer(api) as server:
        with pytest.raises(OpsError, match="rival"):
            take(Client(connect(server)), rival_is_faster)


def test_a_missing_namespace_is_said_with_the_command_that_makes_it(connect):
    with FaultServer() as server:
        with pytest.raises(OpsError, match="namespace ops") as caught:
            take(Client(connect(server)))
    assert "kubectl create namespace ops" in caught.value.hint


def test_a_stale_holder_can_neither_renew_nor_release(connect):
    with FaultServer(LeaseApi({"holderIdentity": "me", "leaseTransitions": 5})) as server:
        client = Client(connect(server))
        stale = Lock("ops", "runbook", "me", 4)
        with pytest.raises(OpsError, match="no longer ours") as caught:
            renew(client, stale)
        assert caught.value.kind == "refused"
        assert release(client, stale) is False
        assert release(client, Lock("ops", "runbook", "me", 5)) is True


def test_a_lease_that_somebody_deleted_is_lost(connect):
    with FaultServer(LeaseApi()) as server:
        with pytest.raises(OpsError, match="held by nobody"):
            renew(Client(connect(server)), Lock("ops", "runbook", "me", 1))


def test_the_fence_stops_when_the_playbook_is_gone_or_the_lock_is_lost(connect):
    with FaultServer(LeaseApi({"holderIdentity": "me", "leaseTransitions": 1})) as server:
        client = Client(connect(server))
        lock = Lock("ops", "runbook", "me", 1)
        Fence(client, lock, None).check()
        with pytest.raises(OpsError, match="playbook"):
            Fence(client, lock, Process(2**22 + 1, "never")).check()
        with pytest.raises(OpsError, match="no longer ours"):
            Fence(client, Lock("ops", "runbook", "other", 1), None).check()


def test_the_documentation_says_what_the_spec_says():
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]["lock"]
    assert documented["type"] == LOCK_SPEC["type"]
    suboptions = {
        name: {"type": option["type"], "required": option["required"]}
        for name, option in documented["suboptions"].items()
    }
    assert suboptions == LOCK_SPEC["options"]
