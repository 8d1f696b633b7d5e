# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of module workflow that act; the whole module is in tests/unit/plugins/modules/test_workflow.py."""

from __future__ import annotations

import time
from functools import partial

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects, shutdown
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    workflow_changes,
    workflow_control,
    workflow_pods,
    workflow_remove,
    workflow_submit,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_await import Awaited, wait_for
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_changes import Verb, carry_out
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_select import Selection, read
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import workflow
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.fences import OpenFence
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.workflow_server import (
    NAMESPACED,
    WorkflowServer,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer, status

MARK = Mark("because", "ada", "2026-11-21T08:00:00Z")
LIMITS = {"max_changes": 100, "wait": 1, "check": False}
SUSPEND = partial(shutdown.suspend, mark=MARK)


def connected(server):
    return Client(Transport(lambda: Credentials(host=server.url), sleep=lambda _seconds: None))


def running(name):
    return workflow(name, "Running", labels={"team": "a"})


@pytest.fixture
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(workflow_changes, "BATCH", 1)
    monkeypatch.setattr(workflow_remove, "BATCH", 1)


def test_a_lost_lock_ends_the_work_before_the_next_batch_and_what_was_done_is_verified(one_at_a_time):
    with FaultServer(WorkflowServer(*map(running, ("a", "b", "c")))) as server:
        chosen = Selection(("argo",), label_selector="team=a")
        acted = carry_out(
            connected(server), chosen, SUSPEND, Verb("suspend", "suspended"), fence=OpenFence(2), **LIMITS
        )
        assert len(server.writes) == 2
    assert [one.outcome for one in acted.actions] == ["changed", "changed", "not_reached"]
    assert acted.error.message == "the lock is no longer ours"


def test_a_lost_lock_ends_deletions_too(one_at_a_time):
    done = [workflow(name, "Failed", labels={"team": "a"}) for name in "abc"]
    with FaultServer(WorkflowServer(*done)) as server:
        chosen = Selection(("argo",), label_selector="team=a")
        acted = workflow_remove.remove(connected(server), chosen, live=False, fence=OpenFence(2), **LIMITS)
    assert [one.outcome for one in acted.actions] == ["changed", "changed", "not_reached"]


def test_another_workflow_of_the_same_name_is_not_touched():
    route = WorkflowServer(running("a"))

    def replaced(name):
        route.items[name]["metadata"]["uid"] = "another"
        route.touch(name)

    route._before = replaced
    with FaultServer(route) as server:
        chosen = Selection(("argo",), ("a",))
        acted = carry_out(connected(server), chosen, SUSPEND, Verb("suspend", "suspended"), fence=OpenFence(), **LIMITS)
    assert acted.actions[0].reason == "another workflow of the same name has taken its place"
    assert "suspend" not in route.items["a"]["spec"]


def test_one_that_never_stands_still_is_given_up():
    route = WorkflowServer(running("a"))
    route._before = route.touch
    with FaultServer(route) as server:
        chosen = Selection(("argo",), ("a",))
        acted = carry_out(connected(server), chosen, SUSPEND, Verb("suspend", "suspended"), fence=OpenFence(), **LIMITS)
    assert (acted.actions[0].outcome, acted.error.kind) == ("failed", "conflict")


@pytest.mark.parametrize(("gone_is_done", "missing"), [(True, {}), (False, {"uid-a": "it was deleted meanwhile"})])
def test_one_that_is_deleted_meanwhile(gone_is_done, missing):
    with FaultServer(WorkflowServer(running("b"))) as server:
        waited = [Awaited("argo", "a", "uid-a", effects.ended)]
        assert wait_for(connected(server), waited, 0.5, gone_is_done=gone_is_done) == missing


def test_where_nobody_may_look_nothing_counts_as_seen_and_nobody_waits_for_it():
    with FaultServer(lambda _request: status(403, "no")) as server:
        began = time.monotonic()
        missing = wait_for(connected(server), [Awaited("argo", "a", "u", effects.ended)], 20, gone_is_done=True)
        assert time.monotonic() - began < 10
    assert missing == {"u": "nobody could look (no)"}


def test_many_of_a_namespace_are_watched_together():
    names = [f"w{number}" for number in range(6)]
    with FaultServer(WorkflowServer(*(workflow(name, "Failed") for name in names))) as server:
        waited = [Awaited("argo", name, f"uid-{name}", effects.ended) for name in names]
        assert wait_for(connected(server), waited, 2, gone_is_done=False) == {}
        assert [request.path for request in server.requests if "watch" not in request.query] == [NAMESPACED]


def test_names_that_are_not_there_are_told_together():
    with FaultServer(WorkflowServer(running("a"))) as server, pytest.raises(OpsError, match="no workflow x, y in"):
        read(connected(server), Selection(("argo",), ("y", "a", "x")), dict)


def test_pods_that_are_gone_are_no_hindrance():
    with FaultServer() as server:
        assert workflow_pods.remove_pods(connected(server), "argo", "play", ["play-1"]) is None
        assert server.writes == []


def test_a_submission_needs_exactly_one_origin():
    options = {**dict.fromkeys(workflow_submit.ORIGINS, ""), "namespace": "argo"}
    with pytest.raises(OpsError, match="none is given"):
        workflow_submit.require_sense(options)


def test_an_option_of_another_state_is_refused():
    options = dict.fromkeys((*workflow_control._ONLY, *workflow_control._SUBMITS), "")
    with pytest.raises(
        OpsError, match="release has no meaning with state suspended; it goes with stopped or terminated"
    ):
        workflow_control.require_sense({**options, "state": "suspended", "release": True})
