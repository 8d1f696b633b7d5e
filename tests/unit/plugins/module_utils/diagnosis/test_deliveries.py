# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.deliveries import (
    by_event,
    fits,
    is_about,
    read,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import awaited, stage_for


def row(guid="g", at="2026-11-21T08:00:00Z", code=202, **more):
    return {"guid": guid, "event": "pull_request", "action": "closed", "delivered_at": at, "status_code": code, **more}


def pull(**fields):
    return {"request": {"payload": {"pull_request": {"number": 7, "merged": True, **fields}}}}


def one(**more):
    return read([row(**more)])[0]


def test_the_newest_comes_first_and_what_is_no_delivery_is_left_out():
    rows = [row("old", "2026-11-20T08:00:00Z"), None, {"event": "push"}, row(at="yesterday"), row("new"), "x"]
    assert [each.guid for each in read(rows)] == ["new", "old"]
    odd = one(code="502", duration=True, request=[], action=None)
    assert (odd.code, odd.seconds, odd.payload, odd.arrived) == (0, None, {}, False)
    assert odd.words == "pull_request at 2026-11-21T08:00:00Z: no answer"


def test_redeliveries_belong_to_the_event_that_they_repeat():
    groups = by_event(read([row("a", code=502), row("b"), row("a", "2026-11-21T09:00:00Z")]))
    assert [[each.code for each in group] for group in groups] == [[202, 502], [202]]


@pytest.mark.parametrize(
    ("more", "fitting"),
    [
        ({}, True),
        (pull(), True),
        (pull(merged=False), False),
        ({"action": "opened"}, False),
        ({"event": "push"}, False),
    ],
)
def test_an_event_ends_a_hold_as_far_as_is_told(more, fitting):
    assert fits(one(**more), awaited("wait-pr-merged")) is fitting


@pytest.mark.parametrize(
    ("more", "task", "number", "about"),
    [
        ({}, "1101", "7", None),
        (pull(), "1101", "7", True),
        (pull(), "1101", "8", False),
        (pull(labels=[{"name": "task-1101"}, None]), "1101", "", True),
        (pull(head={"ref": "task-1101-rex"}), "1101", "", True),
        (pull(head={"ref": "task-11010-rex"}), "1101", "", False),
        (pull(), "", "", None),
    ],
)
def test_only_the_payload_tells_for_which_pull_request_it_came(more, task, number, about):
    assert is_about(one(**more), task, number) is about


def test_holds_of_the_play_have_an_event_and_a_stage_and_others_do_not():
    assert stage_for("wait-pr-merged") == "waiting-pr-merged"
    assert (awaited("my-hold"), stage_for("my-hold")) == (None, "")
