# SPDX-License-Identifier: GPL-3.0-or-later
"""Module workflow and the real workflow controller."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes, pack
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.modules import run_module
from tests.support.workflows import (
    HOLD,
    WORK,
    act,
    manifest,
    node_phases,
    open_holds,
    phase,
    ready_for_pods,
    steps,
    until,
)

REASON = "a {{ reason }}\nwith 'quotes' & <tags>"
ASKS = {
    "name": "ask",
    "suspend": {},
    "outputs": {"parameters": [{"name": "verdict", "valueFrom": {"supplied": {}}}]},
}
#: its pods stay Pending until the test says how they end
BY_HAND = {**WORK, "name": "by-hand", "nodeSelector": {"no-such": "node"}}


@pytest.fixture
def play(api, namespace):
    """Workflows of one namespace: play(name) reads one, play.act acts on it, play.add makes one."""

    ready_for_pods(api, namespace.name)

    class Play:
        def __call__(self, name="play"):
            return api.get(resource(*WORKFLOWS, namespace.name, name))

        def add(self, *templates, name="play", **spec):
            namespace.add(manifest(name, *templates, **spec))

        def act(self, state, name="play", **options):
            (one,) = act(api, state, namespace=namespace.name, names=[name], **options).actions
            return one

        def until(self, condition, name="play"):
            until(lambda: condition(self(name)))
            return self(name)

    return Play()


def test_one_hold_is_resumed_with_its_output_and_the_other_stays(lab, namespace, play):
    play.add(steps(("one=ask", "two=hold")), ASKS, HOLD)
    play.until(lambda seen: open_holds(seen) == {"one", "two"})
    position = lab.audit_position()
    wish = {"node": "one", "outputs": {"verdict": "yes {{ x }}"}, "note": "approved", "reason": REASON}
    assert play.act("resumed").outcome == "refused"
    assert "must be given" in play.act("resumed", node="one").reason
    assert play.act("resumed", **wish, check=True).outcome == "planned"
    assert not [write for write in lab.writes(position) if namespace.name in write]

    first, second = play.act("resumed", **wish), play.act("resumed", **{**wish, "reason": "another"})
    assert (first.outcome, first.detail) == ("changed", "resume one; still held at two")
    assert second.outcome == "unchanged"
    seen = play()
    assert open_holds(seen) == {"two"}
    assert seen["metadata"]["annotations"]["ops.agent-platform/resume-reason"] == REASON
    (one,) = [node for node in nodes(seen["status"]).values() if node["displayName"] == "one"]
    assert (one["message"], one["outputs"]["parameters"]) == ("approved", [{"name": "verdict", "value": "yes {{ x }}"}])
    assert one["finishedAt"]

    result = run_module("workflow", kubeconfig=str(lab.kubeconfig), state="resumed", namespace=namespace.name,
                        names=["play"])  # fmt: skip
    assert (result["line"], result["total"]) == ("1 resumed", 1), result
    assert play.until(lambda now: phase(now) == "Succeeded")
    assert play.act("resumed").reason == "it has ended (Succeeded) and cannot be resumed"


def test_compressed_nodes_are_read_and_the_controller_goes_on_from_what_was_written(api, namespace, play):
    play.add(steps(("wait=hold",), ("after=hold",)), HOLD)
    held = play.until(open_holds)
    packed = {"nodes": None, "compressedNodes": pack(held["status"]["nodes"])}
    api.patch(resource(*WORKFLOWS, namespace.name, "play"), {"status": packed})
    one = play.act("resumed", node="wait")
    assert one.after.keys() >= {"status.compressedNodes"}
    assert one.outcome == "changed"
    seen = play.until(lambda now: open_holds(now) == {"after"})
    assert set(node_phases(held)) < set(node_phases(seen)), "no node was lost"


def test_held_at_both_levels_stopped_when_released_and_never_resumed(play):
    play.add(steps(("wait=hold",)), HOLD, WORK, onExit="work")
    play.until(open_holds)
    assert play.act("suspended", reason="first").outcome == "changed"
    again = play.act("suspended", reason="second")
    assert (again.outcome, "(first)" in again.reason) == ("unchanged", True)
    assert "2 holds are open: wait, spec.suspend" in play.act("resumed").reason
    assert "release: true" in play.act("stopped", reason="enough").reason
    assert phase(play()) == "Running"

    assert play.act("stopped", reason="enough", release=True, wait=60).outcome == "changed"
    assert node_phases(play())["play.onExit"] == "Succeeded", "exit handlers run"
    assert play.act("stopped", reason="again").outcome == "unchanged"
    assert play.act("resumed").outcome == "refused"
    assert play.act("suspended").outcome == "refused"


def test_a_submission_is_done_once_and_only_with_parameters_that_exist(lab, api, namespace):
    spec = {**manifest("x", steps(("wait=hold",)), HOLD)["spec"],
            "arguments": {"parameters": [{"name": "task"}, {"name": "model", "value": "opus"}]}}  # fmt: skip
    namespace.create(WORKFLOWS[0], "workflowtemplates", {"kind": "WorkflowTemplate", "metadata": {"name": "tpl"},
                                                         "spec": spec})  # fmt: skip
    position = lab.audit_position()
    wish = {"namespace": namespace.name, "template": "tpl", "name": "one", "parameters": {"task": 7}}
    with pytest.raises(OpsError, match="it has no parameter 'x'; it knows: task, model"):
        act(api, "submitted", **{**wish, "parameters": {"x": 1}})
    assert act(api, "submitted", **wish, check=True).actions[0].outcome == "planned"
    assert not [write for write in lab.writes(position) if namespace.name in write]

    assert act(api, "submitted", **wish).actions[0].outcome == "changed"
    assert act(api, "submitted", **wish).actions[0].outcome == "unchanged"
    act(api, "terminated", namespace=namespace.name, names=["one"], reason="over")
    again = act(api, "submitted", namespace=namespace.name, resubmit="one", parameters={"model": "haiku"})
    made = namespace.workflows()[again.more["workflow"]["name"]]
    assert made["spec"]["arguments"]["parameters"] == [
        {"name": "task", "value": "7"},
        {"name": "model", "value": "haiku"},
    ]
    assert "shutdown" not in made["spec"]


def test_what_failed_runs_again_and_what_succeeded_stays(api, namespace, play):
    tasks = [{"name": "a", "template": "work"}, {"name": "b", "template": "inner", "depends": "a"},
             {"name": "c", "template": "work", "depends": "b"}]  # fmt: skip
    play.add(
        {"name": "main", "dag": {"tasks": tasks}}, steps(("x=by-hand",), name="inner"), WORK, BY_HAND, onExit="work"
    )
    end_pod(api, namespace, "Failed", 1)
    failed = play.until(lambda now: phase(now) == "Failed")
    before = nodes(failed["status"])
    assert play.act("retried", check=True).outcome == "planned"

    first = play.act("retried", reason=REASON, wait=60)
    assert first.outcome == "changed", first.reason
    assert play.act("retried").outcome == "unchanged"
    end_pod(api, namespace, "Succeeded", 0)
    done = play.until(lambda now: phase(now) in ("Succeeded", "Failed", "Error"))
    after = nodes(done["status"])
    assert phase(done) == "Succeeded", node_phases(done)
    assert set(node_phases(done)) >= {"a", "b", "x", "c", "play.onExit"}
    (a,) = [key for key, node in before.items() if node["displayName"] == "a"]
    assert after[a]["finishedAt"] == before[a]["finishedAt"], "it did not run again"
    assert done["metadata"]["annotations"]["ops.agent-platform/retry-reason"] == REASON
    assert "it has succeeded" in play.act("retried").reason


def end_pod(api, namespace, how, code):
    """Let the pod that waits for a node end like this."""
    path = resource("v1", "pods", namespace.name)

    def waiting():
        pods = [pod for page in api.pages(path, field_selector="status.phase=Pending") for pod in page]
        return [pod["metadata"]["name"] for pod in pods if "no-such" in (pod["spec"].get("nodeSelector") or {})]

    (name,) = until(waiting)
    ended = {"terminated": {"exitCode": code, "reason": "Completed"}}
    container = {"name": "main", "image": "x", "imageID": "", "ready": False, "restartCount": 0, "state": ended}
    api.patch(f"{path}/{name}/status", {"status": {"phase": how, "containerStatuses": [container]}})
