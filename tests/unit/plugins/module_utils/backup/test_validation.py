# SPDX-License-Identifier: GPL-3.0-or-later
"""Each thing that is tried after a restore is judged by what a module returned, and what nobody saw is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import validation

ROW = {"name": "Prometheus", "status": 200, "finding": "ok"}


def failed(kind: str, message: str) -> dict[str, Any]:
    """What a module returns that failed, where the task does not call that a failure."""
    return {"failed": False, "msg": message, "error": {"kind": kind}}


def made(outcome: str, **more: Any) -> dict[str, Any]:
    return {"rows": [{"outcome": outcome}], **more}


@pytest.mark.parametrize(
    ("taken", "status", "words"),
    [
        ({"rows": []}, "ok", "it would take a workflow (dry run)"),
        ({"failed": True, "rows": [], "msg": "denied"}, "critical", "it does not take a workflow: denied"),
        ({"rows": [], **failed("refused", "denied by policy")}, "critical", "denied by policy"),
        ({}, "critical", "nothing was tried"),
    ],
)
def test_a_dry_run(taken, status, words):
    judged = validation.dry_run(taken, "it")
    assert (judged[0], words in judged[1]) == (status, True), judged


@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        ({"findings": [{"status": "ok", "message": "it was carried out"}]}, "ok", "it was carried out"),
        ({"findings": [{"status": "critical", "message": "it was not"}]}, "critical", "it was not"),
        ({"findings": [{"message": "no status"}]}, "unknown", "no status"),
        ({"findings": [None, 5]}, "unknown", "nobody looked"),
        ({}, "unknown", "nobody looked"),
    ],
)
def test_a_workflow(result, status, words):
    judged = validation.workflow(result)
    assert (judged[0], words in judged[1]) == (status, True), judged


def test_what_had_ended_and_runs_again_is_named():
    rows = [{"subject": {"namespace": "argo", "name": f"w{number}"}, "why": "it has a pod"} for number in range(5)]
    status, message = validation.restarts({"ended": 1200, "again": 5, "rows": rows})
    assert status == "critical"
    assert message.startswith("5 of 1,200 that had ended run again: argo/w0 (it has a pod), argo/w1")
    assert "w3" not in message
    assert validation.restarts({"ended": 1200, "again": 0, "rows": []})[0] == "ok"


@pytest.mark.parametrize("looked", [{}, failed("forbidden", "pods may not be listed"), {"again": "no", "ended": 3}])
def test_where_nobody_could_look_nothing_is_known_of_restarts(looked):
    assert validation.restarts(looked)[0] == "unknown"


@pytest.mark.parametrize(
    ("coderun", "removed", "controller", "status", "words"),
    [
        (made("changed"), {}, False, "ok", "accepted; no controller runs here"),
        (made("changed"), {}, True, "ok", "accepted and taken up"),
        (made("unchanged"), {}, True, "ok", "accepted and taken up"),
        (made("changed"), failed("unverified", "a finalizer"), False, "warning", "could not be removed: a finalizer"),
        (made("unverified", **failed("unverified", "it is not Running")), {}, True, "critical", "no controller takes"),
        (failed("invalid", "spec.model: missing"), {}, False, "critical", "not accepted: spec.model: missing"),
        (failed("timeout", "no answer"), {}, False, "unknown", "nobody knows whether a CodeRun is accepted: no answer"),
        ({"skipped": True}, {}, True, "unknown", "no CodeRun was made"),
        ({}, {}, True, "unknown", "no CodeRun was made"),
    ],
)
def test_a_coderun(coderun, removed, controller, status, words):
    judged = validation.coderun(coderun, removed, controller=controller)
    assert (judged[0], words in judged[1]) == (status, True), judged


@pytest.mark.parametrize(
    ("pinged", "status", "words"),
    [
        ({"to": "it", "forged": 400, "signed": 200}, "ok", "it takes a webhook that is signed"),
        ({"to": "it", "forged": 200, "signed": 200}, "critical", "it takes webhooks that nobody signed"),
        ({"to": "it", "forged": 202, "signed": None, "problem": "cut"}, "critical", "that nobody signed"),
        ({"to": "it", "forged": 400, "signed": 400}, "critical", "it answered 400"),
        ({"to": "it", "forged": 302, "signed": 302}, "critical", "it answered 302"),
        ({"to": "it", "forged": None, "problem": "connection refused"}, "unknown", "connection refused"),
        ({"to": "it", "forged": 400, "signed": None, "problem": ""}, "unknown", "nobody knows why"),
        (failed("invalid", "no secret"), "unknown", "no webhook could be sent: no secret"),
        ({"skipped": True}, "unknown", "restore_drill_webhook_url"),
        ({}, "unknown", "no event source runs here"),
    ],
)
def test_a_webhook(pinged, status, words):
    judged = validation.webhook(pinged)
    assert (judged[0], words in judged[1]) == (status, True), judged


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"services": [ROW]}, "ok", "reaches the targets"),
        ({"services": [{**ROW, "finding": "warning"}]}, "ok", "reaches the targets"),
        ({"services": [{**ROW, "finding": "critical"}], "findings": [{"message": "is 0"}]}, "critical", "is 0"),
        ({"services": [{**ROW, "status": None, "finding": "critical"}]}, "unknown", "gives no answer"),
        (failed("invalid", "no URL"), "unknown", "no URL"),
        ({"skipped": True}, "unknown", "restore_drill_prometheus_url"),
        ({}, "unknown", "no Prometheus watches"),
    ],
)
def test_prometheus(asked, status, words):
    judged = validation.prometheus(asked)
    assert (judged[0], words in judged[1]) == (status, True), judged


def test_a_dry_run_is_the_only_thing_that_is_judged_unless_all_was_to_be():
    assert list(validation.judge({"taken": {"rows": []}})) == ["workflow"]
    assert len(validation.judge({"mode": "full"})) == 5


def test_without_its_controller_nothing_is_known_of_what_it_would_do():
    ended = {"ended": 1, "again": 0, "rows": []}
    judged = validation.judge({"mode": "full", "own": True, "controllers": "no program", "restarts": ended})
    assert {name for name, one in judged.items() if "could not be started: no program" in one[1]} == {
        "workflow",
        "restarts",
        "prometheus",
    }
    assert {status for status, _message in judged.values()} == {"unknown"}


@pytest.mark.parametrize("odd", [None, 5, "{{ x }}", [], ["<b>"], {"rows": "x"}])
def test_answers_of_any_shape_are_never_good(odd):
    names = ("workflow", "restarts", "coderun", "coderun_removed", "webhook", "prometheus")
    judged = validation.judge({"mode": "full", **dict.fromkeys(names, odd)})
    assert "ok" not in {status for status, _message in judged.values()}
