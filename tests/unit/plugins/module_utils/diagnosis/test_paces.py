# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.paces import Paces, combine
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import NOW, at
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON
from hypothesis import given
from hypothesis import strategies as st


def step(name, phase="Running", **more):
    return {"displayName": name, "type": "Pod", "phase": phase, "startedAt": at(minutes=30), **more}


def workflow(*steps, name="play", phase="Running", template="play"):
    nodes = {str(number): one for number, one in enumerate(steps)}
    meta = {"name": name, "namespace": "argo", "uid": name, "resourceVersion": "1", "labels": {"task-id": "7"}}
    spec = {"workflowTemplateRef": {"name": template}}
    return {"metadata": meta, "spec": spec, "status": {"phase": phase, "startedAt": at(hours=1), "nodes": nodes}}


def paces(*workflows):
    found = Paces(NOW)
    found.add(workflows)
    return found


def test_steps_that_run_or_wait_are_told_with_their_age_and_holds_are_not():
    (one,) = paces(workflow(step("work"), step("next", "Pending"), step("hold", type="Suspend"))).open
    assert [(each.name, each.phase, each.age) for each in one.steps] == [
        ("work", "Running", 1800.0),
        ("next", "Pending", 1800.0),
    ]
    assert (one.called, one.task, one.is_held, one.is_locked) == ("Workflow argo/play", "7", True, False)


def test_what_is_usual_is_the_median_of_steps_of_one_name_and_template():
    took = [step(f"work({number})", "Succeeded", finishedAt=at(minutes=end)) for number, end in enumerate((29, 20, 25))]
    found = paces(workflow(*took, phase="Succeeded"), workflow(*took, template="other"))
    assert found.usual(("play", "work")) == 300.0
    assert found.usual(("play", "never")) is None
    assert [one.name for one in found.open] == ["play"]


def test_tries_are_the_children_of_a_step_with_retries():
    (one,) = paces(workflow(step("work", type="Retry", children=["a", "b", "c", "d"]))).open
    assert one.steps[0].tries == 4


def test_a_step_that_waits_for_a_lock_makes_its_workflow_queue():
    (one,) = paces(workflow(step("work", "Pending", message="Waiting for argo/Mutex/shop lock"))).open
    assert one.is_locked


def test_several_namespaces_become_one():
    pieces = [paces(workflow(step("work", "Succeeded", finishedAt=at(minutes=20)), name=name)) for name in "ba"]
    whole = combine(pieces, NOW)
    assert [one.name for one in whole.open] == ["a", "b"]
    assert whole.took == {("play", "work"): [600.0, 600.0]}


@given(st.lists(JSON))
def test_any_object_is_harmless(items):
    found = Paces(NOW)
    found.add(items)
    assert len(found.open) <= len(items)
