# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, record, screen, text
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.hostile import hostile

HERE = Path(__file__).parent
NAMES = (
    "Remove finished workflows past their retention",
    "Review capacity",
    "Check certificates",
    "Check the monitoring stack",
)


def weekly() -> dict:
    findings = {
        2: [found("warning", "capacity", "pods", runbook="capacity_report")],
        3: [found("critical", evidence="kubectl -n argo describe certificate webhooks-tls"), *[found()] * 61],
        4: [found("unknown", "monitoring_stack", "grafana")],
    }
    rows = [
        (1, "changed", "1,204 deleted · 3 pinned · 1 held by a finalizer", 9.8),
        (2, "warning", "quota agent-platform: pods 92 % (limit 85 %)", 1.1),
        (3, "critical", "webhooks-tls: 6 d left, renewal 9 d overdue", 0.4),
        (4, "unknown", "grafana: no answer in 5 s", 5.0),
    ]
    events = [opened(runbook(*(step(name) for name in NAMES)))]
    for number, status, summary, seconds in rows:
        events.append(event("step_started", 10.0 * number, number=number))
        end = 10.0 * number + seconds
        events.append(finished(number, status, end, summary=summary, findings=findings.get(number, [])))
    return record.build([*events, event("closed", 48)])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("weekly_maintenance", "Weekly maintenance"),
        ("upgrade_argo_workflows", "Upgrade Argo workflows"),
        ("cancel_coderun", "Cancel CodeRun"),
        ("backup", "Backup"),
    ],
)
def test_a_title_writes_names_as_they_are_written(name, shown):
    assert screen.title({"runbook": {"name": name}}) == shown


def test_the_last_screen_of_a_weekly_maintenance():
    report = ".state/records/lab/weekly_maintenance/2026-11-21T08-00-00Z.html"
    assert screen.render(weekly(), report) == (HERE / "last_screen.txt").read_text(encoding="utf-8").splitlines()


def test_no_name_or_summary_breaks_the_columns():
    book = runbook(step("A name that is far longer than its column of the last screen allows"), step("x\ny"))
    long = finished(1, summary="a summary that is far longer than its column allows · 12 more")
    lines = screen.render(record.build([opened(book), long, finished(2, summary="two\nlines"), event("closed", 9)]))
    assert {len(line) for line in lines[1:3]} == {122}
    assert "… · 12 more" in lines[1]
    assert "x y ." in lines[2]


def test_a_refused_run_ends_with_the_sentence():
    lines = screen.render(
        record.build([opened(), event("refused", error=error("lab: no\nrights")), event("closed", 9)])
    )
    assert lines[-2:] == ["no findings — REFUSED", "lab: no rights"]
    assert not any(line.startswith("Report") for line in lines)


def test_a_check_says_planned_and_that_nothing_was_changed():
    lines = screen.render(record.build([opened(check=True), finished(1, "changed"), event("closed", 9)]))
    assert lines[0].endswith("check, nothing was changed")
    assert " planned " in lines[1]


def test_many_actions_are_cut_with_their_number():
    findings = [found("warning", f"check {number}") for number in range(8)]
    lines = screen.render(record.build([opened(), finished(1, "warning", findings=findings), event("closed", 9)]))
    assert "       … 3 more actions in the report" in lines


@pytest.mark.parametrize(
    ("end", "shown"), [(60, "2026-11-21 08:00–08:01 UTC"), (86_400, "2026-11-21 08:00–2026-11-22 08:00 UTC")]
)
def test_a_run_over_midnight_shows_both_dates(end, shown):
    assert screen.period(record.build([opened(), event("closed", end)])) == shown


def of(findings: list[dict], status: str = "critical", book: dict | None = None, **more) -> dict:
    return record.build([opened(book, **more), finished(1, status, findings=findings), event("closed", 9)])


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([found("critical", f"check{n % 30}", f"p{n}") for n in range(5000)], "5,000 critical — CRITICAL"),
        ([found("unknown", f"check{n}") for n in range(3)], "3 unknown — UNKNOWN"),
        ([found("ok")] * 61, "61 ok — OK"),
        ([], "no findings — OK"),
    ],
)
def test_however_much_was_found_it_is_a_screenful_with_the_verdict_last(findings, verdict):
    lines = screen.render(of(findings, findings[0]["status"] if findings else "ok"), "/r.html")
    assert lines[-1] == verdict
    assert len(lines) <= 1 + 2 + screen.MOST_NEXT + 1 + 2
    assert all(text.plain(line).isascii() for line in lines)


def test_what_has_changed_since_the_last_run_is_one_line():
    before = of([found("warning", name="a"), found("ok", name="b")], started="2026-11-14T08:00:00Z")
    now = of([found("critical", name="a"), found("warning", name="b")])
    now["since"] = compare.since(before, now)
    assert "Since  2026-11-14: 1 new, 1 worse" in screen.render(now)
    now["since"] = compare.since({**before, "started": "2026-11-21T06:15:00Z"}, now)
    assert "Since  06:15 UTC: 1 new, 1 worse" in screen.render(now)


def test_what_failed_the_run_is_said_last():
    lines = screen.render(of([found("critical")], book=runbook(fail_on="critical")))
    assert lines[-2:] == [
        "1 critical — CRITICAL",
        "lab: weekly_maintenance found 1 critical finding (it fails on critical)",
    ]


def test_text_of_others_neither_steers_the_terminal_nor_fills_it():
    made, _history = hostile()
    lines = screen.render(made, "/r.html")
    assert [line for line in lines if not line.isprintable()] == []
    assert max(map(len, lines)) <= screen.MOST_SENTENCE
    assert lines[-1].startswith("lab: step 1 failed: ")
