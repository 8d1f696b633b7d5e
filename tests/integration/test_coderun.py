# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns are made, cancelled, retried and deleted by module coderun, while our stand-in plays their controller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINALIZER
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, coderun_control
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.modules import coderun as module

from tests.support.cluster import KEEP, Namespace
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab
from tests.support.modules import run_module

REASON = 'because {{ 7 * 7 }} of "them"\n<b>$(reboot)</b>'
PULL = "https://github.com/5dlabs/shop/pull/1"


class Result(NamedTuple):
    """What the work of the module came to."""

    actions: dict[str, Action]
    kind: str = ""
    msg: str = ""

    @property
    def changed(self) -> bool:
        return actions.changed(self.actions.values())

    @property
    def line(self) -> str:
        return actions.line(list(self.actions.values()))

    @property
    def outcomes(self) -> dict[str, str]:
        return {name: one.outcome for name, one in self.actions.items()}


Change = Callable[..., Result]


@pytest.fixture
def controller(api: Client, namespace: Namespace) -> Iterator[StandInCodeRunController]:
    with StandInCodeRunController(api, [namespace.name]) as stand_in:
        yield stand_in


@pytest.fixture
def change(lab: Lab, namespace: Namespace) -> Change:
    """The module's work in this process, so that a test takes seconds; in check mode every write is refused."""
    defaults = {
        name: spec.get("default") for name, spec in {**module.SPEC, **acting.SPEC, **acting.SEVERAL_SPEC}.items()
    }

    def run(state: str, *names: str, check: bool = False, **options: Any) -> Result:
        given = {"state": state, "namespace": namespace.name, "names": list(names), "reason": REASON, "wait": 20}
        client = Client(Transport(lambda: load(str(lab.kubeconfig)), read_only=check))
        try:
            acted = coderun_control.act(client, {**defaults, **given, **options}, check)
        except OpsError as error:
            return Result({}, error.kind, error.message)
        done = {one.name: one for one in acted.actions}
        return Result(done, acted.error.kind, acted.error.message) if acted.error else Result(done)

    return run


def phase(run: dict[str, Any]) -> str:
    return (run.get("status") or {}).get("phase", "")


def notes(run: dict[str, Any], verb: str) -> dict[str, str]:
    prefix = f"ops.agent-platform/{verb}-"
    found = run["metadata"].get("annotations", {})
    return {key.removeprefix(prefix): value for key, value in found.items() if key.startswith(prefix)}


def test_a_cancelled_one_stays_cancelled_while_its_controller_lives(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    here = namespace.name
    controller.create(here, coderun("working", task=7), coderun("other", agent="5DLabs-Cleo", task=8))
    controller.wait_for_agent(here, "working")
    look = change("cancelled", task="7", check=True)
    assert (look.line, phase(controller.get(here, "working"))) == ("1 would be cancelled", "Running")

    done = change("cancelled", task="7", actor="ann")
    assert done.line == "1 cancelled", done
    run = controller.get(here, "working")
    assert (run["status"]["phase"], run["status"]["message"]) == ("Failed", f"Cancelled by ann: {REASON}")
    assert (notes(run, "cancel")["reason"], notes(run, "cancel")["actor"]) == (REASON, "ann")
    assert controller.jobs(here, "working") == []
    assert controller.jobs(here, "other") != []

    again = change("cancelled", "working", reason="another")
    assert (again.changed, again.line) == (False, "1 already cancelled")
    assert controller.get(here, "working")["metadata"]["resourceVersion"] == run["metadata"]["resourceVersion"]


def test_one_that_has_ended_is_left_as_it_is_and_what_is_not_there_is_an_error(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    here = namespace.name
    controller.create(here, coderun("done"))
    controller.finish(here, "done", pull_request=PULL)
    run = controller.wait_for(here, "done", lambda run: phase(run) == "Succeeded")
    result = change("cancelled", "done")
    assert (result.changed, result.line) == (False, "1 already ended")
    missing = change("cancelled", "done", "nobody")
    assert (missing.kind, "no CodeRun nobody" in missing.msg) == ("invalid", True)
    refused = change("retried", "done")
    assert refused.outcomes == {"done": "refused"}
    assert controller.get(here, "done")["metadata"]["resourceVersion"] == run["metadata"]["resourceVersion"]


def test_a_failed_one_is_retried_as_its_controller_does_it_and_only_once(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    here = namespace.name
    controller.create(here, coderun("failed", stage="implementation", env={"CLAUDE_MAX_RETRIES": "1"}))
    for _attempt in range(2):
        controller.finish(here, "failed", exit_code=137, reason="OOMKilled")
    controller.wait_for(here, "failed", lambda run: phase(run) == "Failed")
    done = change("retried", "failed", wait_for=["Running"])
    assert done.line == "1 retried", done
    run = controller.get(here, "failed")
    assert (run["spec"]["contextVersion"], run["spec"]["continueSession"]) == (3, True)
    assert (run["status"]["phase"], run["status"]["retryCount"]) == ("Running", 2)
    (job,) = controller.jobs(here, "failed")
    assert job["metadata"]["name"].endswith("-v3")

    again = change("retried", "failed", reason="another")
    assert (again.changed, again.outcomes) == (False, {"failed": "unchanged"})
    assert notes(controller.get(here, "failed"), "retry")["reason"] == REASON
    assert [one["metadata"]["uid"] for one in controller.jobs(here, "failed")] == [job["metadata"]["uid"]]

    controller.finish(here, "failed", pull_request=PULL)
    controller.wait_for(here, "failed", lambda run: phase(run) == "Succeeded")


def test_one_that_an_agent_works_on_is_not_retried(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    controller.create(namespace.name, coderun("working"))
    before = controller.wait_for(namespace.name, "working", lambda run: phase(run) == "Running")
    refused = change("retried", "working")
    assert (refused.kind, "cancel it first" in refused.msg) == ("refused", True)
    assert controller.get(namespace.name, "working")["metadata"]["generation"] == before["metadata"]["generation"]


def test_while_the_controller_is_down_nothing_waits_for_ever_and_a_second_run_goes_on(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    here = namespace.name
    controller.create(here, coderun("broken"), coderun("old", agent="5DLabs-Tess"))
    for name in ("broken", "old"):
        for _attempt in range(2):
            controller.finish(here, name, exit_code=1)
        controller.wait_for(here, name, lambda run: phase(run) == "Failed")
    controller.pause()

    refused = change("absent", "old", controller_name="no-such-controller")
    assert (refused.kind, "nothing would finish" in refused.msg) == ("refused", True)
    held = change("absent", "old", wait=1)
    assert held.kind == "unverified"
    assert FINALIZER in held.actions["old"].reason
    assert controller.get(here, "old")["metadata"]["finalizers"] == [FINALIZER]

    waiting = change("retried", "broken", wait=1)
    assert (waiting.kind, waiting.outcomes) == ("unverified", {"broken": "unverified"})
    assert "no controller has made the new Job" in waiting.msg
    assert phase(controller.get(here, "broken")) == "Pending"
    controller.resume()
    change("retried", "broken", reason="another")
    run = controller.get(here, "broken")
    assert (run["spec"]["contextVersion"], notes(run, "retry")["reason"]) == (3, REASON)
    gone = change("absent", "old")
    assert (gone.changed, gone.outcomes) == (False, {"old": "unchanged"})


def test_one_is_deleted_when_its_clean_up_takes_nothing_from_another(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    here = namespace.name
    pinned = coderun("pinned", agent="5DLabs-Tess")
    pinned["metadata"]["labels"][KEEP] = "true"
    controller.create(here, coderun("done"), pinned)
    controller.finish(here, "done")
    controller.finish(here, "pinned")
    for name in ("done", "pinned"):
        controller.wait_for(here, name, lambda run: phase(run) == "Succeeded")
    controller.create(here, coderun("working", task=2))
    controller.wait_for_agent(here, "working")

    refused = change("absent", "done", "pinned", "working", "never-there")
    assert refused.outcomes == {
        "done": "refused",
        "pinned": "refused",
        "working": "refused",
        "never-there": "unchanged",
    }
    reasons = {name: one.reason for name, one in refused.actions.items()}
    assert "would take the Job of working along" in reasons["done"]
    assert "to be kept" in reasons["pinned"]
    assert "cancel it first" in reasons["working"]

    assert change("cancelled", "working").line == "1 cancelled"
    look = change("absent", "done", "working", check=True)
    assert look.outcomes == {"done": "planned", "working": "planned"}
    gone = change("absent", "done", "working")
    assert gone.outcomes == {"done": "changed", "working": "changed"}, gone
    left = namespace.api.list_at(resource(*CODERUNS, here), {})[0]
    assert [run["metadata"]["name"] for run in left] == ["pinned"]


def test_one_is_made_only_from_a_spec_that_the_platform_keeps_as_it_is(
    lab: Lab, namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    body = coderun("new", task=9)
    spec = {**body["spec"], "contextVersion": 1}
    position = lab.audit_position()
    wrong = change("present", "new", spec={**spec, "taskId": "9", "runType": "review", "githubapp": "x"})
    assert wrong.kind == "invalid"
    for words in ("spec.taskId is text, but must be a whole number", "spec.runType is 'review'", "written githubApp"):
        assert words in wrong.msg
    look = change("present", "new", spec=spec, check=True)
    assert look.outcomes == {"new": "planned"}
    assert [write for write in lab.writes(position) if f" {namespace.name}/new" in write] == []

    made = change("present", "new", spec=spec, labels=body["metadata"]["labels"], wait_for=["Running"])
    assert made.outcomes == {"new": "changed"}, made
    again = change("present", "new", spec=spec)
    assert (again.changed, again.outcomes) == (False, {"new": "unchanged"})
    other = change("present", "new", spec={**spec, "service": "bank"})
    assert (other.kind, "spec.service" in other.msg) == ("refused", True)

    controller.finish(namespace.name, "new", exit_code=1)
    controller.finish(namespace.name, "new", exit_code=1)
    ended = change("present", "new", wait_for=["Succeeded"])
    assert (ended.kind, "it has ended as Failed" in ended.msg) == ("unverified", True)


def test_more_than_max_changes_are_not_touched(
    namespace: Namespace, controller: StandInCodeRunController, change: Change
) -> None:
    controller.create(namespace.name, *(coderun(f"c{number}", task=3) for number in range(3)))
    for number in range(3):
        controller.wait_for(namespace.name, f"c{number}", lambda run: phase(run) == "Running")
    refused = change("cancelled", task="3", max_changes=2)
    assert (refused.kind, "3 CodeRuns would be changed" in refused.msg) == ("refused", True)
    assert {phase(controller.get(namespace.name, f"c{number}")) for number in range(3)} == {"Running"}


def test_the_module_tells_what_became_of_each(
    lab: Lab, namespace: Namespace, controller: StandInCodeRunController
) -> None:
    controller.create(namespace.name, coderun("one"))
    controller.wait_for_agent(namespace.name, "one")
    asked = {"kubeconfig": str(lab.kubeconfig), "state": "cancelled", "reason": REASON}
    done = run_module("coderun", selector="task-id=1", namespace=namespace.name, **asked)
    assert (done["changed"], done["line"], done["total"]) == (True, "1 cancelled", 1), done
    (row,) = done["rows"]
    assert (row["action"], row["outcome"], row["subject"]["name"]) == ("cancel", "changed", "one")
    assert done["diff"][0]["before"]["phase"] == "Running"
    assert done["diff"][0]["after"] == {"phase": "Failed", "contextVersion": 1, "jobs": []}


def test_what_another_writes_meanwhile_is_read_again_and_not_overwritten(
    namespace: Namespace, controller: StandInCodeRunController, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.create(namespace.name, coderun("busy"))
    controller.wait_for_agent(namespace.name, "busy")
    patch, disturbed = Client.patch, []

    def disturb(client: Client, path: str, body: Any, **options: Any) -> Any:
        if len(disturbed) < 2 and path.startswith(resource(*CODERUNS, namespace.name, "busy")):
            disturbed.append(path)
            label = {"metadata": {"labels": {f"written-{len(disturbed)}": "meanwhile"}}}
            patch(namespace.api, resource(*CODERUNS, namespace.name, "busy"), label)
        return patch(client, path, body, **options)

    monkeypatch.setattr(Client, "patch", disturb)
    controller.pause()
    done = change("cancelled", "busy")
    assert (done.line, len(disturbed)) == ("1 cancelled", 2), done
    assert {"written-1", "written-2"} <= controller.get(namespace.name, "busy")["metadata"]["labels"].keys()
