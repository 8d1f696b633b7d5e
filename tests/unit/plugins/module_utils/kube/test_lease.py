# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import (
    Lock,
    acquire,
    release,
    renew,
    require_free,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/ops/leases"


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


def test_the_other_kind_of_run_waits_for_a_dead_holder_and_is_refused_by_a_living_one(connect):
    for spec in (None, {"holderIdentity": ""}, {"holderIdentity": "dead"}):
        with FaultServer(LeaseApi(spec)) as server:
            require_free(Client(connect(server)), "ops", "runbook", sleep=lambda _seconds: None)
            assert server.writes == []
    api = LeaseApi({"holderIdentity": "alive"})

    def holder_renews(_seconds):
        api.lease["spec"]["renewTime"] += "+"

    with FaultServer(api) as server, pytest.raises(OpsError, match="alive"):
        require_free(Client(connect(server)), "ops", "runbook", sleep=holder_renews)
