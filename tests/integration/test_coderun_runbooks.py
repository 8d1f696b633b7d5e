# SPDX-License-Identifier: GPL-3.0-or-later
"""Runbooks cancel_coderun and retry_coderun under just their own rights, for real and with --check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

from tests.support.cluster import Namespace
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import coderun
from tests.support.lab import Lab, Run
from tests.support.modules import run_module

REASON = "withdrawn, 'they' said <b>$(reboot)</b>"


@pytest.fixture
def controller(api: Client, namespace: Namespace) -> Iterator[StandInCodeRunController]:
    with StandInCodeRunController(api, [namespace.name]) as stand_in:
        yield stand_in


def carry_out(lab: Lab, runbook: str, *arguments: str, **options: Any) -> Run:
    own = {
        "platform_kubeconfig": str(lab.kubeconfig_of(runbook.replace("_", "-"))),
        "runbook_confirm": "lab",
        **options,
    }
    return lab.run_playbook(runbook, "-e", json.dumps(own), *arguments)


def summary(run: Run) -> str:
    assert run.record, run.stdout
    return run.record["steps"][0]["summary"]


def user(runbook: str) -> str:
    return f"system:serviceaccount:agent-platform-ops:{runbook.replace('_', '-')}"


def test_one_is_cancelled_and_then_retried_by_the_runbooks(
    lab: Lab, namespace: Namespace, controller: StandInCodeRunController
) -> None:
    here = namespace.name
    labelled = coderun("rex", task=7)
    labelled["metadata"]["labels"]["workflow-name"] = "play-7"
    controller.create(here, labelled)
    controller.wait_for_agent(here, "rex")
    cancel = {"coderun_cancel_workflow": "play-7", "coderun_cancel_namespace": here, "coderun_cancel_reason": REASON}
    position = lab.audit_position()
    look = carry_out(lab, "cancel_coderun", "--check", **cancel)
    assert (look.rc, summary(look)) == (0, f"1 would be cancelled · {here}/rex"), look.stdout
    assert lab.writes(position, user("cancel_coderun")) == []

    done = carry_out(lab, "cancel_coderun", **cancel)
    assert (done.rc, summary(done)) == (0, f"1 cancelled · {here}/rex"), done.stdout
    cancelled = controller.get(here, "rex")
    assert cancelled["status"]["phase"] == "Failed"
    assert cancelled["metadata"]["annotations"]["ops.agent-platform/cancel-reason"] == REASON
    assert controller.jobs(here, "rex") == []
    again = carry_out(lab, "cancel_coderun", **{**cancel, "coderun_cancel_reason": "another"})
    assert (again.rc, summary(again)) == (0, f"1 already cancelled · {here}/rex"), again.stdout
    assert controller.get(here, "rex")["metadata"]["resourceVersion"] == cancelled["metadata"]["resourceVersion"]

    retry = {"coderun_retry_names": "rex", "coderun_retry_namespace": here, "coderun_retry_reason": REASON}
    position = lab.audit_position()
    look = carry_out(lab, "retry_coderun", "--check", **retry)
    assert (look.rc, summary(look)) == (0, f"1 would be retried · {here}/rex"), look.stdout
    assert lab.writes(position, user("retry_coderun")) == []
    done = carry_out(lab, "retry_coderun", **retry)
    assert (done.rc, summary(done)) == (0, f"1 retried · {here}/rex"), done.stdout
    (job,) = controller.jobs(here, "rex")
    assert job["metadata"]["name"].endswith("-v2")
    again = carry_out(lab, "retry_coderun", **retry)
    assert (again.rc, summary(again)) == (0, f"1 already retried · {here}/rex"), again.stdout
    assert [one["metadata"]["uid"] for one in controller.jobs(here, "rex")] == [job["metadata"]["uid"]]


@pytest.mark.parametrize(
    ("runbook", "options", "words"),
    [
        ("cancel_coderun", {"coderun_cancel_reason": "x"}, "coderun_cancel_names"),
        ("retry_coderun", {"coderun_retry_names": "x"}, "coderun_retry_reason"),
    ],
)
def test_without_what_it_needs_a_runbook_touches_nothing(
    lab: Lab, runbook: str, options: dict[str, str], words: str
) -> None:
    position = lab.audit_position()
    refused = carry_out(lab, runbook, **options)
    assert (refused.rc, words in refused.stdout) == (2, True), refused.stdout
    assert lab.writes(position, user(runbook)) == []


def test_what_contradicts_itself_is_named(lab: Lab, namespace: Namespace, controller: StandInCodeRunController) -> None:
    here = namespace.name
    endless = coderun("endless", agent="5DLabs-Cleo", task=2, env={"CODEX_MAX_RETRIES": "0"})
    controller.create(here, coderun("one"), endless, coderun("two"))
    for name in ("one", "two", "endless"):
        controller.wait_for_agent(here, name)
    controller.pause()
    controller.create(here, coderun("restored", task=4, contextVersion=3))
    namespace.api.patch(
        f"/apis/agents.platform/v1/namespaces/{here}/coderuns/two/status",
        {"status": {"phase": "Succeeded", "pullRequestUrl": "no-pr", "workCompleted": True}},
    )
    controller.create(here, coderun("three"))
    agents = [{"name": "rex", "github_app": "5DLabs-Rex"}, {"name": "cleo", "github_app": "5DLabs-Cleo"}]
    asked = {"kubeconfig": str(lab.kubeconfig), "namespaces": [here], "agents": agents}
    found = run_module("coderun_info", **asked)
    assert found["line"] == "2 not picked up · 2 running · 1 succeeded", found
    said = {one["subject"]["name"]: one["message"].partition(": ")[2] for one in found["findings"]}
    assert said == {
        "endless": "would be retried without end: CODEX_MAX_RETRIES is 0",
        "restored": "has no status although it is at context version 3: it was restored, and its controller would run"
        " it again",
        "one": "the oldest of 2 unfinished for task 1 of shop by 5DLabs-Rex; the others are three",
    }
    (row,) = run_module("coderun_info", agent="Cleo[bot]", **asked)["coderuns"]
    assert (row["name"], row["retry_limit"], row["job"]["active"], row["pods"]) == ("endless", 0, True, 1)
    stranger = run_module("coderun_info", agent="Clea", **asked)
    assert (stranger["error"]["kind"], "rex (5DLabs-Rex)" in stranger["msg"]) == ("invalid", True)
