# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import details
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import performance
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import performance_report as report
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance import CodeRunTimes, WorkflowTimes
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance_checks import CHECKS
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.ended import (
    NOW,
    ago,
    coderun,
    stage,
    workflow,
)

LIMITS = run.limits(CHECKS, {})


def seen(*items, coderuns=()):
    span = (NOW.timestamp() - 30 * 86_400, NOW.timestamp())
    times, runs = WorkflowTimes(*span), CodeRunTimes(*span)
    times.add(items)
    runs.add(coderuns)
    return {
        "overall": performance.overall(times),
        "templates": performance.template_rows(times),
        "stages": performance.stage_rows(times),
        "agents": performance.agent_rows(runs),
        "slowest": performance.slowest_rows(times),
        "trend": [],
        "measured": [{"label": "Queue", "unit": "", "average": 1.5, "peak": None, "last": 2.0}],
        "sources": [{"name": "cluster", "state": "ok", "detail": "all"}],
    }


PLAYS = (
    workflow("a", 1, stage("wait-pr-merged", ago(hours=25), ago(hours=24.25), kind="Suspend")),
    workflow("b", 3, stage("quality-work", ago(hours=25), ago(hours=24.75), agent="5DLabs-Cleo"), phase="Failed"),
)


def test_one_line_tells_how_long_how_often_in_vain_and_where_the_time_goes():
    assert report.line(seen(*PLAYS)) == (
        "2 workflows ended · half within 2 h, nine of ten within 2 h 48 min · 50 % failed"
        " · most time: wait-pr-merged (hold, 75 %)"
    )
    assert report.line(seen()) == "no workflow ended in the time that was asked for"
    assert report.line(seen(workflow("w", -1))) == "1 workflow ended · 0 % failed"


def test_measures_are_in_minutes_and_follow_stages_and_agents():
    found = {one["name"]: one for one in report.measures(seen(*PLAYS, coderuns=[coderun("c", 2)]), LIMITS)}
    assert found["performance.workflows.p90"]["value"] == pytest.approx(168)
    assert found["performance.workflows.p90"]["limit"] == 240
    assert found["performance.stage.play.quality-work.5DLabs-Cleo.p50"]["value"] == 15
    assert found["performance.agent.5DLabs-Rex.implementation.p50"]["value"] == 120
    assert found["performance.agent.5DLabs-Rex.implementation.failed.percent"]["value"] == 0.0
    assert {one["value"] for one in report.measures(seen(), LIMITS)} == {None, 0}


@pytest.mark.parametrize(
    ("values", "factor", "words"),
    [
        ((3.0, 4.0, 5.0, 12.0), 3.0, "12 min, usually 4 min"),
        ((3.0, None, 4.0, 5.0, 4.5), 1.0, "4 min 30 s, usually 4 min"),
        ((0.01, 0.01, 0.01, 0.5), 1.0, "30 s, usually 0.01 min"),
        ((0.0, 0.0, 0.0, 9.0), 1.0, "9 min, usually 0 s"),
        ((3.0, 4.0, 12.0), None, "not enough data"),
        ((3.0, 4.0, 5.0, None), None, "not enough data"),
    ],
)
def test_what_is_usual_is_the_median_of_three_or_more(values, factor, words):
    points = tuple((f"2026-11-{day:02}T08:00:00Z", value) for day, value in enumerate(values, 1))
    series = [Series("performance.workflows.p50", "Half", "min", None, points), Series("x", "x", "min", None, points)]
    [row] = report.trend(series)
    assert (row["factor"], row["words"]) == (factor, words)


def test_tables_are_what_the_report_can_show():
    tables = report.report_tables(seen(*PLAYS, coderuns=[coderun("c", 2, agent="<b>")]))
    assert [table["title"] for table in tables] == [
        "Workflows by template", "Stages, by the time they took", "Agents", "Slowest workflows",
        "Measured by Prometheus", "Sources",
    ]  # fmt: skip
    assert [len(row) for table in tables for row in table["rows"]] == [
        len(table["columns"]) for table in tables for _row in table["rows"]
    ]
    shown = details.tables({"steps": [{"data": {"tables": tables}}]})
    assert shown[1]["rows"][0][:4] == ["wait-pr-merged (hold)", "–", "play", "75 %"]
