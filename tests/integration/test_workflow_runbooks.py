# SPDX-License-Identifier: GPL-3.0-or-later
"""The runbooks that submit, suspend, resume, retry and cancel workflows, each under just its own rights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.cluster import ARGO, Namespace, workflow
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import coderun
from tests.support.lab import Lab, Run

OPS = "ops.agent-platform"
REASON = """The webhook of "Tess" was lost: <b>'$(date)'</b>; see ticket 7"""
WAIT = 30
WORK = {"name": "work", "container": {"image": "busybox:1.36", "command": ["true"]}}
HOLD = {"name": "hold", "suspend": {}}
# The API server never sees the pod: the controller cannot make it out of this patch.
BROKEN = {**WORK, "name": "broken", "podSpecPatch": '{"containers": "{{workflow.parameters.containers}}"}'}
KNOWN = (WORK, HOLD, BROKEN)
Act = Callable[..., Run]


def play(*steps: tuple[str, str], **spec: Any) -> dict[str, Any]:
    """A specification whose steps (name, template) follow one another."""
    main = {"name": "main", "steps": [[{"name": name, "template": template}] for name, template in steps]}
    used = {template for _name, template in steps}
    return {"entrypoint": "main", "templates": [main, *(one for one in KNOWN if one["name"] in used)], **spec}


def submit(namespace: Namespace, name: str, spec: dict[str, Any], **labels: str) -> None:
    meta = {"name": name, "labels": labels}
    namespace.add({"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": meta, "spec": spec})


def until(namespace: Namespace, name: str, holds: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The workflow as soon as this is true of it."""
    end = time.monotonic() + WAIT
    while not holds(seen := namespace.api.get(resource(*WORKFLOWS, namespace.name, name))):
        assert time.monotonic() < end, seen.get("status")
        time.sleep(0.2)
    return seen


def open_holds(seen: dict[str, Any]) -> list[str]:
    nodes = seen.get("status", {}).get("nodes", {}).values()
    return sorted(one["displayName"] for one in nodes if one["type"] == "Suspend" and one["phase"] == "Running")


def phase(seen: dict[str, Any]) -> str:
    return seen.get("status", {}).get("phase", "")


def marks(seen: dict[str, Any], verb: str) -> dict[str, str]:
    annotations = seen["metadata"].get("annotations", {})
    return {what: annotations.get(f"{OPS}/{verb}-{what}", "") for what in ("reason", "time", "actor")}


def user(runbook: str) -> str:
    return f"system:serviceaccount:agent-platform-ops:{runbook.replace('_', '-')}"


@pytest.fixture
def act(lab: Lab, namespace: Namespace) -> Act:
    """Run a runbook under its own ServiceAccount, on the workflows of the test's namespace."""

    def run(runbook: str, *arguments: str, **options: Any) -> Run:
        verb = runbook.split("_")[0]
        own = {
            "platform_kubeconfig": str(lab.kubeconfig_of(runbook.replace("_", "-"))),
            "runbook_confirm": "lab",
            f"workflow_{verb}_namespace": namespace.name,
            **{f"workflow_{verb}_{name}" if not name.startswith("runbook_") else name: value
               for name, value in options.items()},
        }  # fmt: skip
        return lab.run_playbook(runbook, *arguments, "-e", json.dumps(own))

    return run


def step(run: Run, number: int = 1) -> dict[str, Any]:
    assert run.record, run.stdout
    return run.record["steps"][number - 1]


def changes_of(lab: Lab, position: int, runbook: str) -> list[str]:
    """What a runbook wrote but its own lock."""
    return [line for line in lab.writes(position, user(runbook)) if " leases " not in f" {line} "]


def test_a_hold_is_planned_then_ended_once_with_the_review_that_it_skips_and_followed_when_asked(
    lab: Lab, namespace: Namespace, act: Act
) -> None:
    spec = play(("wait-ready-for-qa", "hold"), ("wait-pr-approved", "hold"), ("finish", "work"))
    submit(namespace, "play", spec, **{"task-id": "990101"})
    until(namespace, "play", open_holds)
    position = lab.audit_position()

    nameless = act("resume_workflow", task="990101")
    assert nameless.rc == 2, nameless.stdout
    assert "workflow play waits at wait-ready-for-qa" in nameless.record["message"]
    options = {"task": 990101, "node": "wait-ready-for-qa", "reason": REASON}
    look = act("resume_workflow", "--check", **options)
    assert (look.rc, step(look)["changes"]["total"]) == (0, 1), look.stdout
    assert "1 would be resumed" in step(look)["summary"]
    assert changes_of(lab, position, "resume_workflow") == []

    done = act("resume_workflow", **options)
    assert (done.rc, done.record["outcome"]) == (0, "finished"), done.stdout
    assert step(done)["summary"].startswith("1 resumed · ")
    told = [(one["status"], one["message"]) for one in step(done)["findings"]]
    assert told[0][0] == "warning"
    assert "the quality review by 5DLabs-Cleo" in told[0][1]
    (table,) = step(done)["data"]["tables"]
    assert table["rows"][0][2:] == ["the pull request gets the label ready-for-qa", "ended by hand"]

    held = until(namespace, "play", lambda seen: open_holds(seen) == ["wait-pr-approved"])
    first = marks(held, "resume")
    assert first["reason"] == REASON
    again = act("resume_workflow", **{**options, "reason": "another one"})
    assert (again.rc, step(again)["changes"]["total"]) == (0, 0), again.stdout
    still = until(namespace, "play", open_holds)
    assert (open_holds(still), marks(still, "resume")) == (["wait-pr-approved"], first)

    followed = act("resume_workflow", "-e", "workflow_monitor_timeout=60s", workflow="play", node="wait-pr-approved")
    assert (followed.rc, followed.record["outcome"]) == (0, "finished"), followed.stdout
    assert step(followed, 2)["summary"].startswith("succeeded")


def test_many_are_suspended_up_to_a_number_and_keep_their_first_reason(
    lab: Lab, namespace: Namespace, act: Act
) -> None:
    for name in ("one", "two"):
        submit(namespace, name, play(("wait", "hold")), incident="yes")
    namespace.add(workflow("over", labels={"incident": "yes"}))
    until(namespace, "one", open_holds)
    position = lab.audit_position()

    over = act("suspend_workflow", selector="incident=yes", reason=REASON, max_changes=1)
    assert over.rc == 2, over.stdout
    assert "2 workflows would be changed, but max_changes is 1" in over.record["message"]
    look = act("suspend_workflow", "--check", selector="incident=yes", reason=REASON)
    assert (look.rc, step(look)["changes"]["total"]) == (0, 2), look.stdout
    assert changes_of(lab, position, "suspend_workflow") == []

    done = act("suspend_workflow", selector="incident=yes", reason=REASON)
    assert (done.rc, step(done)["changes"]["total"]) == (0, 2), done.stdout
    first = namespace.workflows()
    assert {name: one["spec"].get("suspend") for name, one in first.items()} == {"one": True, "two": True, "over": None}
    again = act("suspend_workflow", workflow="one", reason="another one")
    assert (again.rc, step(again)["changes"]["total"]) == (0, 0), again.stdout
    assert marks(namespace.workflows()["one"], "suspend") == marks(first["one"], "suspend")
    assert marks(first["one"], "suspend")["reason"] == REASON


def test_a_failed_one_goes_on_from_where_it_failed_or_begins_anew_with_other_parameters(
    lab: Lab, namespace: Namespace, act: Act
) -> None:
    arguments = {"parameters": [{"name": "containers", "value": "none"}, {"name": "kept", "value": "as it was"}]}
    spec = play(("work", "work"), ("break", "broken"), arguments=arguments)
    submit(namespace, "play", {**spec, "arguments": arguments}, **{"task-id": "990102"})
    failed = until(namespace, "play", lambda seen: phase(seen) in ("Failed", "Error"))
    position = lab.audit_position()
    look = act("retry_workflow", "--check", task="990102")
    assert (look.rc, step(look)["changes"]["total"]) == (0, 1), look.stdout
    assert changes_of(lab, position, "retry_workflow") == []

    done = act("retry_workflow", task="990102", reason=REASON)
    assert done.rc == 0, done.stdout
    tried = until(namespace, "play", lambda seen: phase(seen) in ("Failed", "Error"))
    assert marks(tried, "retry")["reason"] == REASON
    kept = [
        next(node["finishedAt"] for node in seen["status"]["nodes"].values() if node["displayName"] == "work")
        for seen in (failed, tried)
    ]
    assert kept[0] == kept[1]

    anew = {"workflow": "play", "resubmit": True, "parameters": {"containers": "[]"}}
    for changes in (1, 0):
        run = act("retry_workflow", **anew)
        assert (run.rc, step(run)["changes"]["total"]) == (0, changes), run.stdout
    made = namespace.workflows()["play-again"]
    assert made["spec"]["arguments"]["parameters"] == [
        {"name": "containers", "value": "[]"},
        {"name": "kept", "value": "as it was"},
    ]


def test_a_play_is_submitted_once(lab: Lab, namespace: Namespace, act: Act) -> None:
    template = {
        "apiVersion": WORKFLOWS[0],
        "kind": "WorkflowTemplate",
        "metadata": {"name": "play-workflow-template"},
        "spec": play(("wait-pr-created", "hold"))
        | {"arguments": {"parameters": [{"name": "task-id", "value": "0"}, {"name": "model", "value": "opus"}]}},
    }
    namespace.create(WORKFLOWS[0], "workflowtemplates", template)
    position = lab.audit_position()
    look = act("submit_workflow", "--check", task=990103)
    assert (look.rc, step(look)["changes"]["total"]) == (0, 1), look.stdout
    assert changes_of(lab, position, "submit_workflow") == []

    options = {"task": 990103, "parameters": {"model": "sonnet"}, "reason": REASON}
    for changes in (1, 0):
        run = act("submit_workflow", **options)
        assert (run.rc, step(run)["changes"]["total"]) == (0, changes), run.stdout
    (made,) = namespace.workflows().values()
    assert made["metadata"]["name"] == "play-task-990103-workflow"
    assert made["metadata"]["labels"]["task-id"] == "990103"
    given = {one["name"]: one["value"] for one in made["spec"]["arguments"]["parameters"]}
    assert given["task-id"] == "990103"
    assert given["model"] == "sonnet"


def test_a_workflow_is_cancelled_with_its_coderuns_and_what_is_left_is_shown(
    lab: Lab, namespace: Namespace, act: Act
) -> None:
    submit(namespace, "play", play(("wait-pr-created", "hold")))
    until(namespace, "play", open_holds)
    run = coderun("rex", task=990104)
    run["metadata"]["labels"]["workflow-name"] = "play"
    with StandInCodeRunController(namespace.api, [namespace.name]) as controller:
        controller.create(namespace.name, run)
        controller.wait_for_agent(namespace.name, "rex")
        position = lab.audit_position()
        look = act("cancel_workflow", "--check", workflow="play", reason=REASON)
        assert (look.rc, [one["changes"]["total"] for one in look.record["steps"]]) == (0, [1, 1, 0]), look.stdout
        assert changes_of(lab, position, "cancel_workflow") == []

        done = act("cancel_workflow", workflow="play", reason=REASON)
        assert (done.rc, [one["changes"]["total"] for one in done.record["steps"]]) == (0, [1, 1, 0]), done.stdout
        assert step(done, 3)["summary"] == "nothing is left"
        ended = until(namespace, "play", phase)
        assert phase(ended) == "Failed"
        first = marks(ended, "stop")
        assert first["reason"] == REASON

        again = act("cancel_workflow", workflow="play", reason="another one")
        assert (again.rc, [one["changes"]["total"] for one in again.record["steps"]]) == (0, [0, 0, 0]), again.stdout
        assert marks(namespace.workflows()["play"], "stop") == first


@pytest.mark.parametrize(
    ("runbook", "options", "words"),
    [
        ("resume_workflow", {"workflow": "no-such-play"}, "there is no workflow of name no-such-play in ops-test-"),
        ("suspend_workflow", {"workflow": "over", "reason": ""}, "needs workflow_suspend_reason"),
        ("retry_workflow", {"workflow": "over"}, "it has succeeded"),
    ],
    ids=["absent", "no reason", "over"],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    lab: Lab, namespace: Namespace, act: Act, runbook: str, options: dict[str, Any], words: str
) -> None:
    namespace.add(workflow("over", labels={f"{ARGO}/completed": "true"}))
    position = lab.audit_position()
    run = act(runbook, **options)
    assert run.rc == 2, run.stdout
    assert words in run.record["message"]
    assert "Traceback" not in run.stdout
    assert changes_of(lab, position, runbook) == []
