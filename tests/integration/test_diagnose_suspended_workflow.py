# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree suspended_workflow on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS

from tests.support.cluster import Namespace, ago, workflow
from tests.support.diagnosis import Case, World, run_case
from tests.support.eventing import LABELED, MERGED, NAMELESS, merge, sensor
from tests.support.lab import Lab

TREE = "suspended_workflow"
TREE_PLAYBOOK = "diagnose_suspended_workflow"
USER = "system:serviceaccount:agent-platform-ops:diagnose-suspended-workflow"
MERGE, REVIEW = "wait-pr-merged", "wait-ready-for-qa"
Make = Callable[[World], dict[str, str]]


def play(
    world: World,
    *,
    hold: str = "",
    since: float = 120,
    task: str = "1101",
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> dict[str, str]:
    """A workflow of the play that the real controller leaves alone, held for so many minutes."""
    body = workflow("play", phase="Running", labels={**({"task-id": task} if task else {}), **(labels or {})})
    body["spec"].update(spec)
    if hold:
        node = {"id": "n1", "name": hold, "displayName": hold, "type": "Suspend", "phase": "Running"}
        body["status"]["nodes"] = {"n1": {**node, "templateName": "hold", "startedAt": ago(minutes=since)}}
    else:
        body["status"]["startedAt"] = ago(minutes=since)
    world.namespace.add(body)
    return {"workflow": "play"}


def made(**options: Any) -> Make:
    return lambda world: play(world, **options)


def ended(phase: str) -> Make:
    def make(world: World) -> dict[str, str]:
        world.namespace.add(workflow("play", phase=phase))
        return {"workflow": "play"}

    return make


def not_started(world: World) -> dict[str, str]:
    # A label of another instance keeps the real controller away.
    labels = {"workflows.argoproj.io/controller-instanceid": "nobody"}
    body = workflow("play", labels=labels)
    del body["status"], body["metadata"]["labels"]["workflows.argoproj.io/completed"]
    world.namespace.add({**body, "spec": {"workflowTemplateRef": {"name": "none"}}})
    return {"workflow": "play"}


def waiting(*deliveries: dict[str, Any], hold: str = MERGE, sensors: Any = (), **options: Any) -> Make:
    """Held for an event, with these deliveries in GitHub's log and one that is older than the hold."""

    def make(world: World) -> dict[str, str]:
        world.settings["deliveries"] = [*deliveries, merge(minutes=10_000)]
        for one in sensors:
            sensor(world.namespace, **one)
        return play(world, hold=hold, **options)

    return make


def suspended(**annotations: str) -> Make:
    def make(world: World) -> dict[str, str]:
        body = workflow("play", phase="Running")
        body["metadata"]["annotations"] = {f"ops.agent-platform/suspend-{key}": one for key, one in annotations.items()}
        body["spec"]["suspend"] = True
        body["status"]["startedAt"] = ago(minutes=5)
        world.namespace.add(body)
        return {"workflow": "play"}

    return make


DELIVERED = merge(minutes=10)
TIMED = {"templates": [{"name": "hold", "suspend": {"duration": "3h"}}]}
HELD = "state=held stopping=no"
HEARD = f"{HELD} hold=merge event=delivered"
STAGED = {"current-stage": "waiting-pr-merged"}
CASES = [
    Case(TREE, "state=succeeded -> ended_well", ended("Succeeded")),
    Case(TREE, "state=failed -> ended_badly", ended("Failed")),
    Case(TREE, "state=running -> not_suspended", made(since=2)),
    Case(TREE, "state=not_started -> not_picked_up", not_started),
    Case(TREE, "state=unknown -> cannot_tell", made(), blind=("workflows",)),
    Case(TREE, "state=held stopping=waits -> stop_waits", made(suspend=True, shutdown="Stop")),
    Case(TREE, "state=held stopping=not_acted_on -> stop_not_acted_on", made(hold=MERGE, shutdown="Stop")),
    Case(
        TREE,
        "state=held stopping=unknown hold=other -> own_hold",
        made(hold="wait-for-the-bank"),
        broken=("workflow_stop_requested",),
    ),
    Case(TREE, f"{HELD} hold=unknown -> cannot_tell", made(hold=MERGE), broken=("workflow_hold",)),
    Case(TREE, f"{HELD} hold=timed -> ends_by_itself", made(hold="pause", **TIMED)),
    Case(TREE, f"{HELD} hold=overdue -> overdue", made(hold="pause", since=200, **TIMED)),
    Case(
        TREE,
        f"{HELD} hold=spec_suspend recorded=recorded -> suspended_on_purpose",
        suspended(reason="upgrade {{ now }}", actor="kim"),
    ),
    Case(TREE, f"{HELD} hold=spec_suspend recorded=not_recorded -> suspended_without_reason", suspended()),
    Case(
        TREE,
        f"{HELD} hold=spec_suspend recorded=unknown -> suspended_without_reason",
        suspended(),
        broken=("workflow_why_suspended",),
    ),
    Case(TREE, f"{HELD} hold=merge event=absent age=young -> usual_wait", waiting(since=20)),
    Case(TREE, f"{HELD} hold=event event=absent age=old -> event_has_not_happened", waiting(hold=REVIEW)),
    Case(
        TREE,
        f"{HELD} hold=merge event=absent age=unknown -> event_has_not_happened",
        waiting(),
        broken=("workflow_hold_age",),
    ),
    Case(TREE, f"{HELD} hold=merge event=failed -> delivery_failed", waiting(merge(minutes=10, code=502))),
    Case(TREE, f"{HELD} hold=merge event=unknown age_unseen=young -> usual_wait", made(hold=MERGE, since=20)),
    Case(TREE, f"{HELD} hold=merge event=unknown age_unseen=old sensor=absent -> no_sensor", made(hold=MERGE)),
    Case(
        TREE,
        f"{HELD} hold=merge event=unknown age_unseen=unknown sensor=absent -> no_sensor",
        made(hold=MERGE),
        broken=("workflow_hold_age",),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=well labels=merge_stage -> known_defect",
        waiting(DELIVERED, sensors=[{"hears": MERGED}]),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=unwell -> sensor_down",
        waiting(DELIVERED, sensors=[{"hears": MERGED, "runs": False}, {"hears": LABELED, "name": "qa", "runs": False}]),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=defective -> sensor_defective",
        waiting(DELIVERED, sensors=[{"hears": MERGED, "trigger": NAMELESS, "runs": False}]),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=unknown labels=match -> not_heard",
        waiting(DELIVERED, labels=STAGED),
        blind=("sensors",),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=unknown labels=no_task -> labels_wrong",
        waiting(DELIVERED, task="", arguments={"parameters": [{"name": "pr-number", "value": "7"}]}),
        blind=("sensors",),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=unknown labels=differs -> labels_wrong",
        waiting(DELIVERED, arguments={"parameters": [{"name": "task-id", "value": "7"}]}),
        blind=("sensors",),
    ),
    Case(
        TREE,
        f"{HELD} hold=event event=unknown age_unseen=old sensor=unknown labels=wrong_stage -> labels_wrong",
        made(hold=REVIEW, labels={"current-stage": "pending"}),
        blind=("sensors",),
    ),
    Case(
        TREE,
        f"{HEARD} sensor=unknown labels=unknown -> not_heard",
        waiting(DELIVERED),
        blind=("sensors",),
        broken=("workflow_labels",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_way_through_the_tree(case: Case, lab: Lab, api) -> None:
    result = run_case(case, lab.kubeconfig, api)
    assert result["findings"][0]["message"]


SPEC = {
    "entrypoint": "main",
    "templates": [
        {"name": "main", "steps": [[{"name": MERGE, "template": "hold"}]]},
        {"name": "hold", "suspend": {}},
    ],
}


@pytest.fixture
def held(namespace: Namespace, tmp_path: Path) -> dict[str, Any]:
    """A workflow that the real controller holds for a merge that GitHub has delivered, and what the runbook is told."""
    sensor(namespace, MERGED)
    body = {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": {"name": "play", "labels": {"task-id": "1101"}}}
    namespace.add({**body, "spec": SPEC})
    until = time.monotonic() + 60
    while not any(one["type"] == "Suspend" for one in _nodes(namespace)):
        assert time.monotonic() < until, "the hold does not begin"
        time.sleep(0.2)
    deliveries = tmp_path / "deliveries.json"
    deliveries.write_text(json.dumps([merge(minutes=0), merge(minutes=10_000)]))
    return {
        "platform_namespaces": [namespace.name],
        "diagnose_workflow": "play",
        "diagnose_namespace": namespace.name,
        "diagnose_deliveries": str(deliveries),
    }


def _nodes(namespace: Namespace) -> list[dict[str, Any]]:
    return list(namespace.workflows()["play"].get("status", {}).get("nodes", {}).values())


def test_the_runbook_names_the_cause_under_its_own_rights_and_writes_nothing(
    lab: Lab, namespace: Namespace, held: dict[str, Any]
) -> None:
    position = lab.audit_position()
    options = {"platform_kubeconfig": str(lab.kubeconfig_of("diagnose-suspended-workflow")), **held}
    for arguments in ((), ("--check",)):
        run = lab.run_playbook(TREE_PLAYBOOK, "-e", json.dumps(options), *arguments)
        assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
        assert "Do its labels say what the sensor looks for? merge_stage" in run.stdout
        (finding,) = run.record["steps"][0]["findings"]
        assert (finding["status"], finding["runbook"]) == ("warning", "resume_workflow")
        assert finding["value"] == "confidence high"
    assert lab.writes(position, USER) == []


def test_the_cause_is_treated_by_its_runbook_when_that_is_asked(
    lab: Lab, namespace: Namespace, held: dict[str, Any]
) -> None:
    position = lab.audit_position()
    arguments = ("-e", json.dumps({**held, "diagnose_fix": True}))
    plan = lab.run_playbook(TREE_PLAYBOOK, *arguments, "--check")
    assert plan.rc == 0, plan.stdout
    assert lab.writes(position) == []

    treated = lab.run_playbook(TREE_PLAYBOOK, *arguments)
    assert treated.rc == 0, treated.stdout
    assert namespace.workflows()["play"]["status"]["phase"] == "Succeeded"
    record = max(lab.state.glob("records/*/resume_workflow/*.json"))
    assert json.loads(record.read_text())["steps"][0]["changes"]["total"] == 1

    again = lab.run_playbook(TREE_PLAYBOOK, *arguments)
    assert again.rc == 0, again.stdout
    assert again.record["steps"][0]["data"]["cause"]["id"] == "ended_well"
    assert "Nothing is treated: no runbook treats this cause" in again.stdout


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "diagnose_suspended_workflow needs diagnose_workflow or diagnose_task"),
        ({"diagnose_workflow": "no-such-play"}, "there is no workflow of name no-such-play"),
        ({"diagnose_task": "1", "diagnose_deliveries": "/no/such"}, "is no file"),
    ],
    ids=["nothing", "absent", "no-file"],
)
def test_what_cannot_be_diagnosed_is_one_sentence(lab: Lab, wrong: dict[str, str], words: str) -> None:
    run = lab.run_playbook(TREE_PLAYBOOK, "-e", json.dumps(wrong))
    assert run.rc == 2, run.stdout
    assert words in run.record["message"]
    assert "Traceback" not in run.stdout
