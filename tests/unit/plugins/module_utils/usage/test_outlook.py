# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import outlooks
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import outlook

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
WEEK = 7 * 86_400


def series(*values, name="capacity.memory", unit="%", limit=85.0):
    moments = [format_time(NOW.timestamp() - (len(values) - 1 - index) * WEEK) for index in range(len(values))]
    return Series(name, name.rpartition(".")[2].title(), unit, limit, tuple(zip(moments, values, strict=True)))


def rows(*series):
    return outlook.pressing(outlook.row(one, "records", NOW.timestamp()) for one in series)


def judged(*series, **thresholds):
    snapshot = Snapshot()
    snapshot.add("projections", rows(*series))
    limits = run.limits([outlook.CHECK], {outlook.NAME: thresholds} if thresholds else {})
    return [(one["status"], one["message"]) for one in run.judge([outlook.CHECK], snapshot, limits, NOW, {})]


def test_a_percentage_is_full_at_100_and_others_at_their_limit():
    assert outlook.full(series(1, unit="%", limit=85.0)) == 100.0
    assert outlook.full(series(1, unit="bytes", limit=5.0)) == 5.0
    assert outlook.full(series(1, unit="", limit=None)) is None


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ((60, 65, 70, 75, 80), "warning", "Memory: 90 % about 2026-12-05 (2026-12-05 to 2026-12-05) (now 80 %, grows)"),
        ((70, 77, 84, 91, 98), "critical", "Memory: 100 % about 2026-11-23"),
        ((100, 100, 100), "critical", "Memory: 100 % reached (now 100 %, not enough data"),
        ((91, 91, 91, 91, 91), "warning", "Memory: 90 % reached (now 91 %, constant)"),
        ((10, 10.1, 10.2, 10.3, 10.4), "ok", "1 measure: 90 % are not expected within 90 d"),
        ((50, 45, 40, 35, 30), "ok", "1 measure: 90 % are not expected within 90 d"),
        ((10, 20, 30), "unknown", "not enough data to tell ahead of 1 measure: Memory"),
        ((None, None), "unknown", "not enough data to tell ahead of 1 measure: Memory"),
    ],
)
def test_what_is_full_soon_is_told_with_its_date(values, status, words):
    [(found, message)] = judged(series(*values))
    assert (found, message[: len(words)]) == (status, words)


def test_without_any_measure_nothing_is_healthy():
    assert judged() == [("unknown", "not enough data: no measure of capacity is known yet")]
    assert judged(series(1, 2, 3, unit="", limit=None))[0][0] == "unknown"


def test_thresholds_are_times_until_it_is_full():
    growing = series(60, 62, 64, 66, 68)
    assert judged(growing)[0][0] == "warning"
    assert judged(growing, warning="30d")[0][0] == "ok"


def test_the_most_pressing_comes_first_and_what_nobody_knows_last():
    found = rows(
        series(1, name="capacity.new"),
        series(40, 40, 40, 40, 40, name="capacity.flat"),
        series(20, 30, 40, 50, 60, name="capacity.later"),
        series(60, 65, 70, 75, 80, name="capacity.soon"),
    )
    assert [one["name"].rpartition(".")[2] for one in found] == ["soon", "later", "flat", "new"]
    assert outlook.line(found) == (
        "Soon: 90 % about 2026-12-05 (2026-12-05 to 2026-12-05) · 2 of 4 measures grow · not enough data for 1"
    )
    assert outlook.line([]) == "not enough data: no measure of capacity is known yet"


def test_the_table_tells_growth_as_an_interval_and_no_date_without_a_limit():
    noisy = series(10, 22, 27, 43, 48, 61, name="capacity.noisy", unit="", limit=None)
    [cells] = outlook.table(rows(noisy))["rows"]
    assert cells[:3] == ["Noisy", "61", "grows"]
    low, high = cells[3].partition("(")[2].strip(")").split(" to ")
    assert float(low) < 10 / 7 * 30 < float(high)
    assert cells[4:7] == ["no limit"] * 3
    assert outlook.table(rows(*(series(1, name=f"capacity.{one}") for one in range(70))))["more"] == 10


def test_a_chart_is_what_the_report_can_draw():
    found = rows(series(60, 65, None, 75, 80, 85), series(1, 2, name="capacity.new"))
    charts = outlook.charts(found)
    [drawn] = outlooks.read({"steps": [{"data": {"outlooks": charts}}]})
    assert (drawn.label, drawn.limit, len(drawn.points)) == ("Memory", 100.0, 6)
    assert drawn.words == "90 % about 2026-11-28 (2026-11-28 to 2026-11-28)"
    assert drawn.middle[0][0] == "2026-10-17T08:00:00Z"
    assert drawn.low[1][1] <= drawn.middle[1][1] <= drawn.high[1][1]


def test_a_long_history_is_thinned_for_the_chart_and_keeps_its_end():
    values = [one / 10 for one in range(500)]
    [chart] = outlook.charts(rows(series(*values)))
    assert len(chart["points"]) <= outlook.MOST_POINTS
    assert chart["points"][-1] == ["2026-11-21T08:00:00Z", 49.9]
