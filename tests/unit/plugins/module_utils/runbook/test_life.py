# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import life
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    START,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)

INFO = {
    "version": "v1.35.4",
    "cluster_uid": "u",
    "pinned_uid": "",
    "emergency_stop": {"level": 0, "message": ""},
    "operations_namespace": {"name": "agent-platform-ops", "present": True, "message": ""},
    "workflow_controller": {"namespace": "argo", "name": "c", "present": True, "wanted": 1, "available": 1},
}


def test_the_moment_is_now_or_the_one_that_is_given():
    assert life.as_of("", START) == "2026-11-21T08:00:00Z"
    assert life.as_of("2026-11-20T10:00:00+02:00", START) == "2026-11-20T08:00:00Z"
    with pytest.raises(OpsError, match="'yesterday' is no RFC 3339 time"):
        life.as_of("yesterday", START)


def test_the_options_are_judged_before_the_risk():
    book = runbook(risk="high")
    with pytest.raises(OpsError, match="no step is called"):
        life.choices(book, {"only": "backup"}, "lab", False, None)
    with pytest.raises(OpsError, match="risk high"):
        life.choices(book, {}, "lab", False, None)
    assert len(life.choices(book, {"confirm": "lab"}, "lab", False, None)) == 2


EARLIER = [
    opened(),
    event("step_skipped", number=1, reason="done before"),
    finished(2),
    event("step_started", number=3),
]


def test_completed_steps_of_an_interrupted_run_are_not_done_again():
    book = runbook(step("A"), step("B"), step("C"))
    earlier = [opened(book), *EARLIER[1:]]
    chosen = life.choices(book, {"take_up": True}, "lab", False, earlier)
    assert [choice.run for choice in chosen] == [False, False, True]
    assert {choice.reason for choice in chosen} == {"done before", ""}


def test_a_failed_step_of_an_interrupted_run_is_done_again():
    earlier = [opened(), finished(1, "failed")]
    assert life.choices(runbook(), {"take_up": True}, "lab", False, earlier)[0].run


def test_there_must_be_an_interrupted_run_of_the_same_steps():
    with pytest.raises(OpsError, match="no interrupted run"):
        life.choices(runbook(), {"take_up": True}, "lab", False, None)
    with pytest.raises(OpsError, match="steps of the runbook have changed"):
        life.choices(runbook(step("Other")), {"take_up": True}, "lab", False, [opened()])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"start_at": "2"}, "so runbook_start_at cannot be used"),
        ({"only": "1", "skip": ["2"]}, "so runbook_only and runbook_skip cannot be used"),
        ({"take_up": True}, "so runbook_take_up cannot be used"),
    ],
)
def test_no_part_is_chosen_of_what_is_carried_out_as_a_whole(settings, words):
    with pytest.raises(OpsError, match=words):
        life.choices(runbook(whole=True), settings, "lab", False, None)
    assert len(life.choices(runbook(whole=True), {}, "lab", False, None)) == 2


@pytest.mark.parametrize(
    ("book", "check", "needs"),
    [
        ({}, False, True),
        ({"lock": "none", "during_emergency_stop": True}, False, False),
        ({"lock": "cluster", "during_emergency_stop": True}, True, False),
        ({"lock": "store", "during_emergency_stop": True}, False, False),
        ({"lock": "none"}, False, True),
        ({"lock": "none", "during_emergency_stop": True, "preflight": ["right_cluster"]}, False, True),
    ],
)
def test_the_api_server_is_asked_only_where_it_is_needed(book, check, needs):
    assert life.needs_cluster(runbook(**book), check) is needs


def test_a_preflight_that_holds_gives_its_findings():
    findings = life.look(opened(runbook(preflight=["cluster_reachable", "operations_namespace"])), INFO)
    assert [one["status"] for one in findings] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("book", "info", "kind", "words"),
    [
        ({"preflight": ["weather"]}, INFO, "invalid", "no check called weather"),
        ({"verify": ["weather"]}, INFO, "invalid", "no check called weather"),
        ({}, {"msg": "no route", "error": {"kind": "unreachable"}}, "unreachable", "no route"),
        ({}, {}, "unreachable", "could not be asked"),
        ({}, {**INFO, "emergency_stop": {"level": 2, "message": ""}}, "refused", "level 2"),
        ({}, {**INFO, "emergency_stop": {"level": None, "message": "no rights"}}, "refused", "no rights"),
        (
            {"preflight": ["operations_namespace"]},
            {**INFO, "operations_namespace": {"name": "ns", "present": False}},
            "refused",
            "ns does not exist",
        ),
        (
            {"preflight": ["operations_namespace"]},
            {**INFO, "operations_namespace": {"name": "ns", "present": None, "message": "403"}},
            "refused",
            "403",
        ),
        ({"preflight": ["right_cluster"]}, {**INFO, "pinned_uid": "other"}, "refused", "pins other"),
    ],
)
def test_a_preflight_that_does_not_hold_refuses(book, info, kind, words):
    with pytest.raises(OpsError, match=words) as caught:
        life.look(opened(runbook(**book)), info)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("kind", "without", "begins"),
    [("unreachable", True, True), ("timeout", True, True), ("forbidden", True, False), ("unreachable", False, False)],
)
def test_only_a_runbook_that_says_so_begins_although_nobody_answers(kind, without, begins):
    book = opened(runbook(preflight=["cluster_reachable", "right_cluster"], without_cluster=without))
    away = {"msg": "no route", "error": {"kind": kind}}
    if begins:
        assert [one["status"] for one in life.look(book, away)] == ["unknown", "unknown"]
    else:
        with pytest.raises(OpsError, match="no route"):
            life.look(book, away)


def test_what_cannot_be_verified_is_unknown():
    book = opened(runbook(verify=["workflow_controller"]))
    assert life.verify(book, INFO)[0]["status"] == "ok"
    assert life.verify(book, {"msg": "gone"})[0]["status"] == "unknown"


@pytest.mark.parametrize(
    ("events", "verifies"),
    [
        ([opened(runbook(verify=["x"]))], True),
        ([opened(runbook(verify=["x"]), check=True)], False),
        ([opened(runbook(verify=["x"])), event("refused")], False),
        ([opened()], False),
    ],
)
def test_only_a_run_that_acted_is_verified(events, verifies):
    assert life.verifies(events) is verifies


def test_only_chosen_steps_run_and_those_with_variables_get_them():
    book = runbook(step("A"), step("B", vars={"workflow_retention_failed": "7d"}), step("C"))
    rows = life.to_run([opened(book), event("step_skipped", number=1, reason="not chosen")])
    assert [(row["number"], row["tasks_from"], row["tasks"]) for row in rows] == [
        (2, "main", "step_with_variables.yml"),
        (3, "main", "step.yml"),
    ]


def test_settings_of_a_store_are_kept_out_of_the_record_of_its_lock():
    lock = {"store": "s3://b/p", "store_options": {"proxy_url": "http://u:p@proxy"}, "name": "lab", "transitions": 3}
    assert life.without_settings(lock) == {"store": "s3://b/p", "name": "lab", "transitions": 3}
    assert life.without_settings({}) == {}


def test_values_of_variables_are_kept_out_of_the_journal():
    book = runbook(step(vars={"workflow_retention_failed": "secret"}), step())
    assert [row["vars"] for row in life.without_values(book)["steps"]] == [{"workflow_retention_failed": None}, {}]


def test_the_result_of_a_role_becomes_the_step():
    result = {"summary": "3 deleted\n", "changes": {"total": 3, "rows": [{"action": "delete"}]}, "data": {"x": 1}}
    row = life.step(step(), result, None, "lab")
    assert (row["status"], row["summary"], row["changes"]["total"]) == ("changed", "3 deleted", 3)
    assert row["data"] == {"x": 1}


@pytest.mark.parametrize("odd", [None, 7, "words", ["words"], {"a": 1}, [None]], ids=repr)
def test_odd_types_in_the_result_of_a_role_do_no_harm(odd):
    row = life.step(step(), {"summary": odd, "findings": odd, "changes": odd, "data": odd}, None, "lab")
    assert row["changes"] == {"total": 0, "rows": [], "rows_file": ""}
    assert isinstance(row["data"], dict)
    # What is no finding is not passed over in silence.
    assert row["status"] == ("unknown" if odd else "ok")
    changes = life.step(step(), {"changes": {"total": odd, "rows": odd, "rows_file": odd}}, None, "lab")["changes"]
    assert (changes["total"], changes["rows"]) == (odd if odd == 7 else 0, [])


def test_a_role_that_says_nothing_is_unknown():
    row = life.step(step(), None, None, "lab")
    assert row["status"] == "unknown"
    assert row["findings"][0]["message"] == "workflow_retention_result was not set"


def test_a_failure_keeps_what_the_role_had_found():
    failure = {"msg": "lab: cut", "error": {"kind": "timeout"}}
    row = life.step(step(), {"findings": [found("warning")], "changes": {"total": 5}}, failure, "lab")
    assert (row["status"], row["summary"], row["changes"]["total"]) == ("failed", "cut", 5)
    assert len(row["findings"]) == 1


@pytest.mark.parametrize(
    ("on_failure", "status", "stops"),
    [
        ("stop", "failed", True),
        ("rollback", "refused", True),
        ("continue", "failed", False),
        ("stop", "critical", False),
    ],
)
def test_a_failure_stops_what_comes_after_it(on_failure, status, stops):
    events = [opened(runbook(step(on_failure=on_failure), step())), finished(1, status)]
    assert bool(life.stopped_by(events)) is stops


@pytest.mark.parametrize(
    ("kind", "status", "stops"), [("invalid", None, True), ("invalid", 404, False), ("refused", None, False)]
)
def test_an_option_that_cannot_be_read_stops_the_run_whatever_the_step_allows(kind, status, stops):
    error = {"kind": kind, "message": "m", "request": None, "status": status}
    events = [opened(runbook(step("A", on_failure="continue"), step("B"))), {**finished(1, "refused"), "error": error}]
    assert bool(life.stopped_by(events)) is stops


def test_rollbacks_undo_what_was_done_last_step_first():
    book = runbook(step("A", rollback="undo"), step("B"), step("C", rollback="undo", on_failure="rollback"), step("D"))
    events = [opened(book), finished(1, "changed"), finished(2, "changed"), finished(3, "failed")]
    assert [row["number"] for row in life.rollbacks(events)] == [3, 1]
    assert life.rollbacks(events[:-1]) == []


@pytest.mark.parametrize("unlock", [{"released": True}, {"skipped": True}, {}])
def test_a_lock_that_was_given_back_or_never_taken_needs_no_word(unlock):
    assert life.unlock_findings(unlock) == []


@pytest.mark.parametrize("unlock", [{"released": False}, {"msg": "gone", "error": {"kind": "timeout"}}])
def test_a_lock_that_was_not_released_is_a_warning(unlock):
    assert [one["status"] for one in life.unlock_findings(unlock)] == ["warning"]


@pytest.mark.parametrize(
    ("store", "ephemeral", "warnings"),
    [("file:///state", True, 1), ("s3://bucket", True, 0), ("file:///state", False, 0)],
)
def test_records_on_a_disk_that_ends_with_the_job_are_a_warning(store, ephemeral, warnings):
    assert len(life.store_findings(store, ephemeral)) == warnings


def test_a_refusal_names_the_platform_once():
    assert life.shaped({"msg": "lab: no rights."}, "lab")["message"] == "lab: no rights."
    assert life.refusal(OpsError("refused", "no", hint="Ask."), "lab")["message"] == "lab: no. Ask."


def test_the_steps_that_wait_are_those_chosen_and_not_begun():
    events = [opened(runbook(step("A"), step("B"), step("C"))), event("step_skipped", number=2, reason="not chosen")]
    assert life.waiting(events) == [1, 3]
    assert life.waiting([*events, event("step_started", number=1)]) == [3]
