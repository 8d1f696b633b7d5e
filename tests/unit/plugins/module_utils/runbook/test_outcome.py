# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import outcome
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)


@pytest.mark.parametrize(
    ("findings", "total", "failure", "status"),
    [
        ([], 0, None, "ok"),
        ([], 3, None, "changed"),
        (["ok", "ok"], 0, None, "ok"),
        (["ok", "warning"], 3, None, "warning"),
        (["warning", "unknown"], 0, None, "unknown"),
        (["unknown", "critical", "ok"], 0, None, "critical"),
        (["critical"], 3, error(), "failed"),
        ([], 0, error(kind="timeout"), "failed"),
        ([], 0, error(kind="invalid"), "refused"),
        ([], 0, error(kind="refused"), "refused"),
    ],
)
def test_a_step_is_as_bad_as_the_worst_that_it_says(findings, total, failure, status):
    result = {"findings": [found(word) for word in findings], "changes": {"total": total}}
    assert outcome.step_status(result, failure) == status


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("closed")], "finished"),
        ([finished(1, "critical"), event("closed")], "finished"),
        ([finished(1, "failed"), event("closed")], "failed"),
        ([finished(1, "refused"), event("closed")], "failed"),
        ([event("broken"), event("closed")], "failed"),
        ([event("verified", findings=[found("critical")]), event("closed")], "failed"),
        ([event("verified", findings=[found("unknown")]), event("closed")], "finished"),
        ([event("refused"), event("closed")], "refused"),
        ([event("refused")], "refused"),
        ([finished(1, "failed")], "interrupted"),
        ([], "interrupted"),
    ],
)
def test_the_outcome_follows_from_the_journal(events, expected):
    assert outcome.outcome([opened(), *events]) == expected


@pytest.mark.parametrize(
    ("result", "words", "status", "line"),
    [
        ("finished", ["ok"] * 61, "ok", "61 ok — OK"),
        ("finished", ["ok", "warning"], "warning", "1 warning · 1 ok — WARNING"),
        ("finished", ["warning", "unknown"], "unknown", "1 warning · 1 unknown — UNKNOWN"),
        ("finished", ["unknown", "critical"], "critical", "1 critical · 1 unknown — CRITICAL"),
        ("finished", [], "ok", "no findings — OK"),
        ("failed", ["ok"], "failed", "1 ok — FAILED"),
        ("refused", [], "refused", "no findings — REFUSED"),
        ("interrupted", ["ok"], "interrupted", "1 ok — INTERRUPTED"),
    ],
)
def test_the_verdict_is_the_worst_and_a_run_that_did_not_finish_is_never_ok(result, words, status, line):
    verdict = outcome.verdict(result, [found(word) for word in words], [])
    assert (verdict["status"], verdict["line"]) == (status, line)
    assert sum(verdict[word] for word in ("ok", "warning", "critical", "unknown")) == len(words)


def test_a_step_that_is_unknown_makes_the_verdict_unknown():
    assert outcome.verdict("finished", [found("ok")], [{"status": "unknown"}])["status"] == "unknown"


def test_a_failure_of_a_module_keeps_its_kind_and_loses_the_platform():
    failure = {"msg": "lab: no rights.\nreally", "error": {"kind": "forbidden", "request": "GET /x", "status": 403}}
    assert outcome.step_error(failure, "lab") == {
        "kind": "forbidden",
        "message": "no rights. really",
        "request": "GET /x",
        "status": 403,
    }
    assert outcome.step_error({"error": "odd"}, "lab")["kind"] == "failed"


def record(**more):
    about = {"name": "weekly_maintenance", "whole": False}
    base = {"platform": "lab", "runbook": about, "outcome": "failed", "refusal": None}
    return {**base, "fails": False, "breakage": None, "steps": [], "verified": [], "findings": [], **more}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "finished"}, ""),
        (
            {"outcome": "interrupted"},
            "lab: weekly_maintenance was interrupted; run it again with -e runbook_take_up=true",
        ),
        ({"outcome": "refused", "refusal": error("lab: no")}, "lab: no"),
        ({"steps": [{"number": 2, "status": "failed", "error": error()}]}, "lab: step 2 failed: it broke"),
        (
            {"steps": [{"number": n, "status": "refused", "error": error()} for n in (1, 2, 3)]},
            "lab: step 1 refused: it",
        ),
        ({"verified": [found("critical")]}, "at the end this does not hold: webhooks-tls is critical."),
        ({"breakage": error("no such role")}, "lab: weekly_maintenance failed: no such role"),
        ({}, "no reason is known"),
    ],
)
def test_one_sentence_says_why_a_run_did_not_finish(fields, sentence):
    said = outcome.sentence(record(**fields))
    assert sentence in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("fail_on", "words", "said"),
    [
        ("never", ["critical"], ""),
        ("critical", ["unknown", "warning"], ""),
        ("critical", ["critical", "unknown"], "1 critical finding (it fails on critical)"),
        ("unknown", ["warning"], ""),
        ("unknown", ["unknown", "unknown"], "2 unknown findings (it fails on unknown)"),
        ("warning", ["ok"], ""),
        (
            "warning",
            ["warning", "critical", "unknown", "ok"],
            "1 critical, 1 unknown and 1 warning findings (it fails on warning)",
        ),
        # Words that the role's argument specification never lets through.
        ("ok", ["critical"], ""),
        ("often", ["critical"], ""),
    ],
)
def test_findings_fail_a_run_that_was_carried_out_when_its_runbook_says_so(fail_on, words, said):
    verdict = outcome.verdict("finished", [found(word) for word in words], [])
    fails = bool(outcome.failing(verdict, fail_on))
    book = {"name": "health_check", "fail_on": fail_on}
    made = record(outcome="finished", runbook=book, verdict=verdict, fails=fails)
    assert outcome.sentence(made) == (f"lab: health_check found {said}" if said else "")


def test_next_actions_are_worst_first_and_one_for_each_check():
    findings = [
        found("warning", "quota", "pods"),
        found("critical", name="b", evidence="kubectl describe certificate b", runbook="rotate_credentials"),
        found("critical", name="a", evidence="rule 7"),
        found("unknown", "monitoring", "grafana"),
        found("ok", "fine"),
    ]
    actions = outcome.next_actions(record(outcome="finished", findings=findings), [])
    assert [(action["subject"], action["text"]) for action in actions] == [
        ("certificates", "a is critical"),
        ("monitoring", "grafana is unknown"),
        ("quota", "pods is warning"),
    ]


@pytest.mark.parametrize("if_not", ["Look\nagain", "Look again."])
@pytest.mark.parametrize(("status", "option"), [("skipped", "runbook_start_at=1"), ("ok", "runbook_only=1")])
def test_a_failed_step_says_how_to_run_it_again(status, option, if_not):
    rows = [{"number": 1, "status": "failed"}, {"number": 2, "status": status}]
    action = outcome.next_actions(record(steps=rows), runbook(step(if_not=if_not), step())["steps"])[0]
    assert action["text"] == f"Look again; then run it again with -e {option}"


def test_a_finding_that_does_not_name_its_subject_is_given_the_name():
    held = {**found("warning", name="wf-13"), "message": "held by a finalizer"}
    assert (
        outcome.next_actions(record(outcome="finished", findings=[held]), [])[0]["text"] == "wf-13: held by a finalizer"
    )


@pytest.mark.parametrize(("kind", "name"), [("Measure", "performance.workflows.p90"), ("", "quota")])
def test_the_name_of_a_measure_or_of_the_check_is_not_told_before_the_words(kind, name):
    one = found("warning", "quota", name)
    one |= {"subject": {**one["subject"], "kind": kind}, "message": "12 min, usually 4 min"}
    [action] = outcome.next_actions(record(outcome="finished", findings=[one]), [])
    assert (action["subject"], action["text"]) == ("quota", "12 min, usually 4 min")


def test_what_is_carried_out_as_a_whole_is_run_again_as_it_was():
    whole = {"name": "upgrade_kubernetes", "whole": True}
    rows = [{"number": 1, "status": "failed"}, {"number": 2, "status": "skipped"}]
    failed, cut = (record(outcome=one, runbook=whole, steps=rows) for one in ("failed", "interrupted"))
    assert outcome.next_actions(failed, [step(if_not="Look."), step()])[0]["text"] == "Look; then run it again"
    assert outcome.next_actions(cut, [step(), step()])[0]["text"] == "run it again; it goes on where it stopped"
    words = "lab: upgrade_kubernetes was interrupted; run it again to go on where it stopped."
    assert outcome.sentence(cut) == words


def test_an_interrupted_run_is_taken_up():
    action = outcome.next_actions(record(outcome="interrupted", steps=[{"number": 1, "status": "failed"}]), [step()])[0]
    assert "runbook_take_up=true" in action["text"]
