# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, details, record
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    event,
    finished,
    found,
    opened,
)

ODD = [None, 7, "words", [], {}, [None], [7], ["words"], [[]], [{}], {"a": 1}]


def with_data(data: object) -> dict:
    return record.build([opened(), finished(1, data=data), event("closed", 9)])


def test_findings_are_grouped_worst_first():
    findings = [found("ok"), found("warning"), found("critical"), found("unknown"), {**found(), "status": "fine"}]
    assert [(group["status"], group["total"], group["more"]) for group in details.groups(findings)] == [
        ("critical", 1, []),
        ("unknown", 2, []),
        ("warning", 1, []),
        ("ok", 1, []),
    ]


def test_a_check_with_thousands_of_findings_does_not_hide_the_others():
    findings = [found("critical", "pods", f"p{n:04}") for n in range(4990)]
    findings += [found("critical", "quotas", f"q{n}") for n in range(10)]
    (group,) = details.groups(findings)
    assert (group["total"], len(group["shown"])) == (5000, 60)
    assert sum(one["check"] == "quotas" for one in group["shown"]) == 10
    assert group["more"] == [{"check": "pods", "count": 4940}]


def test_many_checks_do_not_make_many_rows():
    (group,) = details.groups([found("unknown", f"check{n % 500:03}", str(n)) for n in range(5000)])
    assert len(group["shown"]) == details.MOST_FINDINGS
    assert sum(one["count"] for one in group["more"]) == 5000 - details.MOST_FINDINGS


def test_what_fits_is_shown_whole():
    (group,) = details.groups([found("warning", "pods", str(n)) for n in range(details.MOST_FINDINGS)])
    assert (len(group["shown"]), group["more"]) == (details.MOST_FINDINGS, [])


def test_checks_of_all_steps_are_listed_worst_first():
    rows = [
        {"name": "nodes", "title": "Nodes are ready", "status": "ok", "ok": 8, "warning": 0, "critical": 0},
        {"name": "pods", "title": "Pods run", "status": "critical", "ok": 1, "critical": 2, "unknown": "many"},
        {"name": "odd", "status": "fine", "ok": True, "warning": -3},
    ]
    made = details.checks(with_data({"checks": rows}))
    assert [(row["name"], row["status"], row["ok"], row["critical"], row["unknown"]) for row in made] == [
        ("pods", "critical", 1, 2, 0),
        ("odd", "unknown", 0, 0, 0),
        ("nodes", "ok", 8, 0, 0),
    ]


def test_a_table_is_cut_and_every_row_has_its_cells():
    rows = [[n, None, 1.25, "x" * 10_000, "too many"] for n in range(150)] + [["short"], "no row"]
    (table,) = details.tables(with_data({"tables": [{"title": "T", "columns": list("abcd"), "rows": rows, "more": 5}]}))
    assert table["rows"][0][:3] == ["0", "", "1.2"]
    assert {len(row) for row in table["rows"]} == {4}
    assert len(table["rows"][0][3]) == details.MOST_CELL
    assert (len(table["rows"]), table["more"]) == (details.MOST_ROWS, 51 + 5)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_data_of_a_step_is_harmless(odd):
    made = with_data({"checks": odd, "tables": odd, "counts": odd, "measures": odd})
    details.checks(made)
    details.counts(made["steps"][0])
    details.tables(made)
    table = {"title": odd, "columns": ["a"], "rows": odd, "more": odd}
    details.tables(with_data({"tables": [table, {**table, "columns": odd, "rows": [["x"]]}]}))
    assert details.tables({"steps": [{"data": odd}]}) == []


def test_counts_are_numbers():
    step = {"data": {"counts": [{"what": "read", "count": 12}, {"what": None, "count": "many"}, "x"]}}
    assert details.counts(step) == [{"what": "read", "count": 12}, {"what": "", "count": 0}]


def test_what_has_changed_is_cut_with_its_number():
    before = record.build([opened(started="2026-11-14T08:00:00Z"), finished(1), event("closed", 9)])
    findings = [found("warning", name=str(n)) for n in range(300)]
    now = record.build([opened(), finished(1, "warning", findings=findings), event("closed", 9)])
    now["since"] = compare.since(before, now)
    seen = details.since(now)
    assert (seen["day"], seen["line"], seen["note"]) == ("2026-11-14", "300 new", "")
    assert len(seen["rows"]) + seen["more"] == 300
    assert {row["kind"] for row in seen["rows"]} == {"new"}


@pytest.mark.parametrize(
    ("moment", "shown"), [("2026-11-14T08:00:00Z", "2026-11-14"), ("2026-11-21T06:30:00Z", "06:30 UTC")]
)
def test_another_run_is_called_by_its_day_or_its_time(moment, shown):
    assert details.day({"started": "2026-11-21T08:00:00Z"}, moment) == shown


@pytest.mark.parametrize(
    ("values", "now", "before", "note"),
    [
        ([7], "7 %", "", "first measurement"),
        ([None], "unknown", "", "never known"),
        ([None, 7], "7 %", "", "first measurement"),
        ([6, None, 7], "7 %", "6 %", ""),
        ([6, None], "unknown", "6 %", ""),
    ],
)
def test_a_measure_says_why_it_has_no_trend(values, now, before, note):
    points = tuple((f"2026-11-{day:02}T08:00:00Z", value) for day, value in enumerate(values, 1))
    told = details.measure(Series("a", "A <b>\n", "%", 85, points))
    assert told == {"label": "A <b>", "now": now, "before": before, "limit": "85 %", "note": note}
