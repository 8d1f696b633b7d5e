# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import ask, at, scene


def row(minutes, code=202, guid=None, **more):
    named = {"guid": guid or str(minutes), "event": "push", "delivered_at": at(minutes=minutes)}
    return {**named, "status_code": code, **more}


def given(*rows, **parts):
    return scene(values={"deliveries": list(rows)}, **parts)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([], "nothing_sent"),
        ([row(9_000)], "nothing_sent"),
        ([row(5), row(6)], "arrived"),
        ([row(5), row(6, 500)], "failed"),
        ([row(5, guid="a"), row(6, 500, guid="a")], "arrived"),
    ],
)
def test_what_became_of_the_events(rows, word):
    assert ask("github_deliveries", given(*rows))[0] == word


@pytest.mark.parametrize(("minutes", "word"), [(30, "open"), (4 * 24 * 60, "closed")])
def test_whether_github_still_delivers_again(minutes, word):
    assert ask("github_redelivery", given(row(minutes, 0)))[0] == word


def pod(started, restarts=0, label="sensor-name"):
    status = {"restartCount": restarts, "state": {"running": {"startedAt": started}}}
    meta = {"name": "s", "namespace": "argo", "labels": {label: "s"}}
    return {"kind": "Pod", "metadata": meta, "status": {"containerStatuses": [status, None]}}


@pytest.mark.parametrize(("began", "word"), [(26, "in_time"), (24, "late"), (90, "in_time")])
def test_a_sensor_that_began_after_the_bus_dropped_the_event_never_saw_it(began, word):
    assert ask("event_heard_in_time", given(row(30), pods=[pod(at(minutes=began))]))[0] == word


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("github_redelivery", given(row(5))),
        ("event_heard_in_time", given(row(5, 500), pods=[pod(at(minutes=1))])),
        ("event_heard_in_time", given(row(5), pods=[pod("odd")])),
        ("github_delivery_time", given(row(5))),
        ("github_deliveries", scene()),
    ],
)
def test_what_nothing_tells_cannot_be_looked_into(name, seen):
    with pytest.raises(CannotLook):
        ask(name, seen)


@pytest.mark.parametrize(("seconds", "word"), [(0.2, "fast"), (5, "fast"), (5.1, "slow")])
def test_how_long_github_waits(seconds, word):
    assert ask("github_delivery_time", given(row(5), row(6, duration=seconds)))[0] == word


@pytest.mark.parametrize(
    ("pods", "word"),
    [
        ([], UNKNOWN),
        ([pod(at(minutes=1), label="app")], UNKNOWN),
        ([pod(at(minutes=1), 3)], "steady"),
        ([pod(at(minutes=1), 4)], "restarting"),
        ([pod(at(minutes=1), "odd")], "steady"),
    ],
)
def test_whether_pods_restart_often(pods, word):
    assert ask("eventing_restarts", scene(pods=pods))[0] == word


def waiting(state="pending", age=600, phase=""):
    return {"metadata": {"name": "x", "namespace": "argo"}, "judgement": {"state": state, "age": age, "phase": phase}}


@pytest.mark.parametrize(
    ("workflows", "word"),
    [
        ([], "flows"),
        ([{"open": []}], "flows"),
        ([{"open": [waiting(age=60)]}], "flows"),
        ([{"open": [waiting(phase="Pending")]}], "flows"),
        ([{"open": [waiting("running")]}], "flows"),
        ([{"open": [waiting(), waiting("never_picked_up")]}], "queued"),
    ],
)
def test_whether_workflows_wait_for_the_controller(workflows, word):
    assert ask("workflow_queue", scene(workflows=workflows))[0] == word
