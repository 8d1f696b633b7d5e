# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches whose answer is lost: what was carried out counts as ours, and nothing is carried out twice."""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import resume, retry, shutdown
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_changes import Verb, carry_out
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_select import Selection
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo import graphs
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import hold, workflow
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.fences import OpenFence
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.workflow_server import WorkflowServer
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

MARK = Mark("because", "ada", "2026-11-21T08:00:00Z")
SUSPEND = partial(shutdown.suspend, mark=MARK)
RESUME = partial(resume.resume, mark=MARK, wish=resume.Wish(all_holds=True))
RETRY = partial(retry.retry, mark=MARK, wish=retry.Wish())
CUT = Answer(hang_up=True)
POD = "/api/v1/namespaces/argo/pods/play"


class Unreliable:
    """A route that answers patches otherwise than the platform does, for as long as there is something in the list.

    Each entry is (the answer, whether the platform carries the patch out all the same).
    """

    def __init__(self, platform, *answers, after=lambda: None):
        self.platform, self.answers, self.after = platform, list(answers), after

    def __call__(self, request):
        if request.method != "PATCH" or not self.answers:
            return self.platform(request)
        answer, carried_out = self.answers.pop(0)
        if carried_out:
            self.platform(request)
            self.after()
        return answer


def act(route, decide=SUSPEND, fence=None):
    """(outcome, reason, error, patches that were sent)"""
    with FaultServer(route) as server:
        client = Client(Transport(lambda: Credentials(host=server.url), sleep=lambda _seconds: None))
        limits = {"fence": fence or OpenFence(), "max_changes": 9, "wait": 1, "check": False}
        acted = carry_out(client, Selection(("argo",), ("play",)), decide, Verb("hold", "held"), **limits)
        sent = [request for request in server.writes if request.method == "PATCH"]
    return acted.actions[0].outcome, acted.actions[0].reason, acted.error, len(sent)


@pytest.mark.parametrize("answer", [CUT, Answer(b"<html>", 502), Answer(b"<html>"), status(504, "timeout")])
@pytest.mark.parametrize(("carried_out", "sent"), [(True, 1), (False, 2)])
def test_a_lost_answer_ends_as_changed_whether_the_patch_was_carried_out_or_not(answer, carried_out, sent):
    platform = WorkflowServer(workflow("play", "Running"))
    assert act(Unreliable(platform, (answer, carried_out))) == ("changed", "", None, sent)
    assert platform.items["play"]["spec"]["suspend"] is True
    assert platform.items["play"]["metadata"]["resourceVersion"] == "101", "written once"


def test_one_that_its_controller_wrote_after_our_patch_is_still_known_as_ours():
    platform = WorkflowServer(workflow("play", "Running", nodes={"a": hold("a", 60), "b": hold("b", 60)}))

    def another_hold_opens():
        platform.items["play"]["status"]["nodes"]["c"] = hold("c", 1)
        platform.touch("play")

    assert act(Unreliable(platform, (CUT, True), after=another_hold_opens), RESUME) == ("changed", "", None, 1)
    assert platform.items["play"]["status"]["nodes"]["c"]["phase"] == "Running", "nobody asked for this one"


def test_what_somebody_else_wrote_meanwhile_is_not_called_ours():
    platform = WorkflowServer(workflow("play", "Running"))
    route = Unreliable(platform, (CUT, False))

    def somebody_holds_it(request):
        if request.method == "PATCH":
            platform.items["play"]["spec"]["suspend"] = True
            platform.items["play"]["metadata"]["annotations"] = {"ops.agent-platform/suspend-actor": "bob"}
            platform.touch("play")
        return route(request)

    assert act(somebody_holds_it) == ("unchanged", "spec.suspend is set", None, 1)


def test_a_patch_that_is_carried_out_late_is_found_by_the_second_one():
    platform = WorkflowServer(workflow("play", "Running"))
    late = []

    def route(request):
        if request.method == "PATCH" and not late:
            late.append(request)
            return CUT
        if request.method == "PATCH" and len(late) == 1:
            late.append(platform(late[0]))
        return platform(request)

    assert act(route) == ("changed", "", None, 2)
    assert platform.items["play"]["metadata"]["resourceVersion"] == "101", "written once"


def test_a_server_that_never_answers_is_given_up_and_the_doubt_is_told():
    platform = WorkflowServer(workflow("play", "Running"))
    outcome, _reason, error, sent = act(Unreliable(platform, *[(CUT, False)] * 5))
    assert (outcome, error.kind, sent) == ("failed", "unreachable", 3)
    assert "not known whether" in error.hint


def test_a_lost_answer_without_a_look_afterwards_is_a_failure():
    platform = WorkflowServer(workflow("play", "Running"))
    read = []

    def route(request):
        if request.method == "PATCH":
            return CUT
        read.append(request)
        return platform(request) if len(read) == 1 else status(403, "no")

    outcome, _reason, error, sent = act(route)
    assert (outcome, error.kind, sent) == ("failed", "unreachable", 1)


@pytest.mark.parametrize("answer", [status(403, "no"), status(422, "no")])
def test_a_refusal_is_not_sent_again(answer):
    assert act(Unreliable(WorkflowServer(workflow("play", "Running")), (answer, False)))[::3] == ("failed", 1)


def test_nothing_is_sent_again_after_the_lock_was_lost():
    route = Unreliable(WorkflowServer(workflow("play", "Running")), (CUT, False))
    outcome, reason, _error, sent = act(route, fence=OpenFence(lets=1))
    assert (outcome, reason, sent) == ("failed", "the lock is no longer ours", 1)


def test_the_pods_of_what_may_run_again_by_now_are_not_deleted_once_more():
    platform = WorkflowServer(workflow("play", "Failed", nodes=graphs.SINGLE))
    labels = {"workflows.argoproj.io/workflow": "play"}
    pod = {"metadata": {"name": "play", "namespace": "argo", "uid": "p", "resourceVersion": "1", "labels": labels}}
    platform.others[POD] = pod

    def run_again(item):
        item["status"]["nodes"] = {"play": {**graphs.SINGLE["play"], "phase": "Running"}}

    platform._react = run_again
    route = Unreliable(platform, (CUT, False))

    def a_new_pod_after_the_first_patch(request):
        answer = route(request)
        if request.method == "PATCH":
            platform.others[POD] = {"metadata": {**pod["metadata"], "uid": "new"}}
        return answer

    assert act(a_new_pod_after_the_first_patch, RETRY)[::3] == ("changed", 2)
    assert platform.others[POD]["metadata"]["uid"] == "new"


def test_deleted_while_the_answer_was_lost():
    platform = WorkflowServer(workflow("play", "Running"))
    outcome, reason, error, sent = act(Unreliable(platform, (CUT, True), after=platform.items.clear))
    assert (outcome, error.kind, sent) == ("failed", "conflict", 1)
    assert reason.startswith("it was deleted meanwhile")
