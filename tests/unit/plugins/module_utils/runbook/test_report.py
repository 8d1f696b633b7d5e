# SPDX-License-Identifier: GPL-3.0-or-later
import re
from html.parser import HTMLParser

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import (
    charts,
    compare,
    record,
    report,
    text,
    trends,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    START,
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.hostile import hostile

HOSTILE = "{{ 1234 * 1000 }}<script>alert(1)</script>\"'&{% raw %}"


def moment_of(shift: int) -> str:
    return text.utc(START + shift)


def page(*events: dict, **more) -> str:
    return report.render(record.build([opened(**more), *events]), [])


@pytest.mark.parametrize(
    ("lock", "shown"),
    [
        ({"namespace": "ops", "name": "runbook", "transitions": 4}, "ops/runbook, number 4"),
        ({"store": "s3://b/p", "namespace": None, "name": "lab", "transitions": 5}, "s3://b/p/lab, number 5"),
    ],
)
def test_the_lock_that_was_held_is_named(lock, shown):
    assert shown in page(event("locked", 1, lock={**lock, "holder": "me"}), event("closed", 9))


def test_the_same_record_gives_the_same_bytes():
    events = (finished(1, "warning", findings=[found("warning"), found()]), event("closed", 9))
    assert page(*events) == page(*events)


def test_names_and_messages_are_neither_markup_nor_templates():
    findings = [found("critical", HOSTILE, HOSTILE, evidence=HOSTILE, runbook=HOSTILE)]
    along = [{"kind": HOSTILE, "name": HOSTILE}]
    about = {"kind": "Workflow", "namespace": HOSTILE, "name": HOSTILE}
    row = {"action": "delete", "subject": about, "detail": HOSTILE, "reason": HOSTILE, "goes_along": along}
    changes = {"total": 1, "rows": [row], "rows_file": HOSTILE}
    failed = finished(1, "failed", summary=HOSTILE, findings=findings, changes=changes, error=error(HOSTILE))
    made = page(failed, event("closed", 9), runbook=runbook(step(HOSTILE, if_not=HOSTILE), title=HOSTILE), who=HOSTILE)
    assert "<script" not in made
    assert "1234000" not in made
    assert made.count("{{ 1234 * 1000 }}&lt;script&gt;alert(1)&lt;/script&gt;") > 10


class Page(HTMLParser):
    """The tags of a page and what stands in it as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_any_text_of_others_is_harmless_everywhere():
    made, history = hostile()
    seen = Page(document := report.render(made, history))
    assert seen.open == []
    assert seen.tags & {"script", "iframe", "img", "link", "object", "form"} == set()
    assert {name for name in seen.attributes if name.startswith("on")} == set()
    assert "1234000" not in document
    assert re.findall(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", document) == []
    assert max(map(len, document.split())) < 5000
    document.encode()


def test_five_thousand_findings_stay_readable():
    findings = [found("critical", f"check{n % 20}", f"pod-{n}") for n in range(5000)]
    made = page(finished(1, "critical", findings=findings), event("closed", 9))
    assert len(made) < 200_000
    assert made.count("<details open>") == 1
    assert "4,900 more in <code>2026-11-21T08-00-00Z.json</code>" in made
    assert made.count("pod-") < 250


def measured(day: int, *values: float | None) -> dict:
    names = [{"name": f"m{n:02}", "label": f"Measure {n}", "value": value, "unit": "%", "limit": 85}
             for n, value in enumerate(values)]  # fmt: skip
    stamp = f"2026-11-{day:02}T08:00:00Z"
    return record.build([opened(started=stamp), finished(1, data={"measures": names}), event("closed", 9)])


def with_history(*records: dict) -> str:
    return report.render(records[-1], trends.series([trends.kept(one) for one in records]))


def test_trends_are_charts_with_their_newest_value_and_limit():
    made = with_history(measured(7, 60, 5), measured(14, 70, None), measured(21, 92, 7))
    assert made.count("<svg") == 2
    assert made.index("Measure 0") < made.index("92 %") < made.index("limit 85 %") < made.index("Measure 1")


def test_a_first_measurement_is_a_number_and_no_chart():
    made = with_history(measured(21, 60))
    assert "<svg" not in made
    assert "60 %" in made
    assert re.search(r"Not enough data for a chart:\s+1 measure without an earlier value", made)
    assert '<div class="charts">' not in made


def test_more_trends_than_one_reads_are_a_table():
    values = range(20, 50)
    made = with_history(measured(14, *values), measured(21, *values))
    assert made.count("<svg") == charts.MOST
    assert [f"Measure {n}" for n in range(30) if f"Measure {n}" not in made] == []


def test_without_the_library_the_numbers_stand_in_a_table(monkeypatch):
    monkeypatch.setattr(charts, "available", lambda: False)
    made = with_history(measured(14, 60), measured(21, 70))
    assert "<svg" not in made
    assert [word for word in ("Measure 0", "70 %", "60 %", "85 %") if word not in made] == []


def test_what_a_step_gives_besides_findings_is_shown():
    data = {
        "checks": [{"name": "pods", "title": "Pods run", "status": "warning", "ok": 3, "warning": 1204}],
        "tables": [{"title": "Nodes", "columns": ["Node", "Pods"], "rows": [["node-1", 12]], "more": 4}],
    }
    made = page(finished(1, data=data), event("closed", 9))
    assert [word for word in ("Pods run", "1,204 warning", "Nodes", "node-1", "4 more rows") if word not in made] == []


def test_what_a_step_expects_is_a_chart_and_its_words_no_markup(monkeypatch):
    line = [[moment_of(0), 10.0], [moment_of(86_400), 20.0]]
    ahead = {"label": HOSTILE, "unit": "%", "limit": 100.0, "words": HOSTILE, "points": line, "low": line}
    data = {"outlooks": [{**ahead, "middle": line, "high": line}, {"label": "nothing to draw"}]}
    made = page(finished(1, data=data), event("closed", 9))
    assert made.count('<figure class="outlook">') == 1
    assert "limit 100 %" in made
    assert "<script" not in made
    monkeypatch.setattr(charts, "available", lambda: False)
    assert "outlook" not in page(finished(1, data=data), event("closed", 9)).partition("</style>")[2]


def test_what_had_to_hold_is_shown_before_and_after():
    looked = event("looked", findings=[found("ok", "cluster_reachable")])
    made = page(looked, event("verified", findings=[found("unknown", "cluster_reachable")]), event("closed", 9))
    assert "Before and after" in made
    assert "Before and after" not in page(looked, event("closed", 9))


def test_what_has_changed_since_the_last_run_is_shown():
    def of(status: str, **more) -> dict:
        return record.build([opened(**more), finished(1, status, findings=[found(status)]), event("closed", 9)])

    made = of("critical")
    made["since"] = compare.since(of("warning", started="2026-11-14T08:00:00Z"), made)
    assert "<h2>Since 2026-11-14</h2>" in (document := report.render(made, []))
    assert "warning → critical" in document
    made["since"] = compare.nothing("the earlier records could not be read: no rights")
    assert "could not be read: no rights" in report.render(made, [])
    assert "Since" not in page(event("closed", 9))


def test_two_runs_over_the_same_snapshot_differ_by_times_and_ids_alone():
    def rendered(shift: int) -> str:
        findings = [
            found(status, f"check{n % 5}", str(n)) for n, status in enumerate(["critical", "warning", "ok"] * 9)
        ]
        data = {"measures": [{"name": "a", "label": "A", "value": 7, "unit": "%", "limit": 85}], "counts": []}
        events = [
            opened(time=START + shift, started=moment_of(shift), as_of=moment_of(shift)),
            {**finished(1, "critical", findings=findings, data=data), "time": START + shift + 2},
            {**event("closed"), "time": START + shift + 9},
        ]
        made = record.build(events)
        history = trends.series([trends.kept({**made, "started": moment_of(shift - 600)}), trends.kept(made)])
        document = report.render(made, history)
        for moment in (moment_of(shift), text.stamp(moment_of(shift)), moment_of(shift)[:10]):
            document = document.replace(moment, "MOMENT")
        document = document.replace(made["plan"]["digest"], "DIGEST")
        return re.sub(r"\d\d:\d\d(:\d\d)?", "TIME", document)

    assert rendered(0) == rendered(60 * 86_400)


def test_what_is_measured_for_the_first_time_is_told_once_or_by_its_name():
    later = measured(21, 60, 70)
    made = report.render(later, trends.series([trends.kept(measured(14, 60)), trends.kept(later)]))
    assert made.count("<svg") == 1
    assert re.search(r"Not enough data for more charts:\s+1 measure without", made)
    assert "first measurement" not in made
    many = measured(21, *range(20, 35))
    made = report.render(many, trends.series([trends.kept(measured(14, *range(20, 34))), trends.kept(many)]))
    assert made.count("first measurement") == 1


def test_ten_thousand_rows_make_a_page_that_a_phone_can_load():
    rows = [[f"row {number}", *[f"{number} MiB"] * 11] for number in range(10_000)]
    table = {"title": "T", "columns": [*"abcdefghijkl"], "rows": rows, "more": 5}
    made = page(finished(1, data={"tables": [table]}), event("closed", 9))
    assert len(made) < 200_000
    assert "9,905 more rows" in made


@pytest.mark.parametrize(("many", "is_folded"), [(15, False), (16, True)])
def test_long_tables_are_folded(many, is_folded):
    rows = [[f"row {number}"] for number in range(many)]
    made = page(finished(1, data={"tables": [{"title": "T", "columns": ["a"], "rows": rows}]}), event("closed", 9))
    assert (f"<details><summary>{many} rows</summary>" in made) is is_folded
    assert f"row {many - 1}" in made


def test_on_a_phone_what_is_empty_takes_no_room_and_a_short_cell_is_one_line():
    rows = [["deployment/argo/controller", "1.5 GiB", "", "–"]]
    made = page(finished(1, data={"tables": [{"title": "T", "columns": [*"abcd"], "rows": rows}]}), event("closed", 9))
    assert re.findall(r'<td class="(\w*)" data-label="(\w)">', made) == [
        ("", "a"), ("short", "b"), ("none", "c"), ("none", "d")]  # fmt: skip


def test_what_is_left_for_a_person_is_shown():
    assert "Close the ticket" in page(event("closed", 9), runbook=runbook(after=["Close the ticket"]))


def test_it_needs_no_network():
    made = page(finished(1), event("closed", 9))
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", made) == ["2026-11-21T08-00-00Z.json"]
    assert "url(" not in made
    assert "@import" not in made
    assert "http" not in made


def test_worst_findings_come_first_and_good_ones_are_folded():
    findings = [found("ok", name="good"), found("warning", name="soon"), found("critical", name="now")]
    made = page(finished(1, "critical", findings=findings), event("closed", 9))
    table = made[made.index("<h2>Findings") :]
    assert (
        table.index("argo/now")
        < table.index("argo/soon")
        < table.index("1 ok</b></summary>")
        < table.index("argo/good")
    )


def test_many_rows_are_cut_with_the_place_of_the_others():
    rows = [{"action": "delete", "subject": {"kind": "Workflow", "name": f"w-{n}"}, "detail": ""} for n in range(1000)]
    changes = {"total": 1204, "rows": rows, "rows_file": "/state/rows.jsonl"}
    counts = [{"what": "within retention", "count": 324}]
    made = page(finished(1, "changed", changes=changes, data={"counts": counts}), event("closed", 9))
    assert "w-49" in made
    assert "w-50" not in made
    assert "1,154 more in <code>/state/rows.jsonl</code>" in made
    assert "<b>324</b> within retention" in made


def test_a_change_tells_what_was_done_and_what_came_of_it():
    row = {"action": "release", "outcome": "refused", "subject": {"kind": "Application", "name": "a"}, "detail": ""}
    changes = {"total": 1, "rows": [row], "rows_file": ""}
    made = page(finished(1, "changed", changes=changes), event("closed", 9))
    assert re.search(r"<td>release\s*<small>refused</small></td>", made)


@pytest.mark.parametrize(
    ("events", "more", "words"),
    [
        (
            [event("refused", error=error("lab: no rights")), event("closed", 1)],
            {},
            ["refused", "lab: no rights", "Nothing was looked at."],
        ),
        ([event("step_started", number=1)], {}, ["interrupted", "runbook_take_up=true"]),
        ([finished(1, "changed"), event("closed", 1)], {"check": True}, ["planned", "nothing was changed"]),
        (
            [event("rolled_back", number=1, ok=False, error=error("stuck")), event("closed", 1)],
            {},
            ["not undone: stuck"],
        ),
        ([event("closed", 1)], {}, ["Nothing to report."]),
    ],
)
def test_every_kind_of_run_has_a_page(events, more, words):
    made = page(*events, **more)
    assert [word for word in words if word not in made] == []
