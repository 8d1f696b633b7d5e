# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance_checks import (
    CHECKS,
    CODERUNS,
    EARLIER,
    WORKFLOWS,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.ended import NOW, ago

DAY = 86_400
SETTINGS = {"window": 30 * DAY, "oldest": ago(days=29)}


def template(ended=100, failed=0, p90=3600.0, name="play"):
    percent = round(100 * failed / ended, 1) if ended else None
    return {
        "template": name, "ended": ended, "failed": failed, "failed_percent": percent, "p50": p90 / 2, "p90": p90,
    }  # fmt: skip


def agent(**more):
    row = template(**more)
    return {**row, "agent": row.pop("template"), "stage": "testing"}


def trend(factor):
    return {
        "name": "performance.workflows.p50",
        "label": "Workflows",
        "factor": factor,
        "words": "9 min, usually 3 min",
    }


WELL = {WORKFLOWS: [template()], CODERUNS: [agent()], EARLIER: [trend(1.0)]}


def judged(check, settings=None, **parts):
    snapshot = Snapshot()
    for part, rows in {**WELL, **parts}.items():
        snapshot.add(part, rows)
    findings = run.judge(CHECKS, snapshot, run.limits(CHECKS, {}), NOW, {**SETTINGS, **(settings or {})})
    return [(one["status"], one["message"]) for one in findings if one["check"] == check]


def test_a_platform_as_it_should_be_is_well():
    assert {one.name for one in CHECKS} == {
        name for name in (one.name for one in CHECKS) if [status for status, _words in judged(name)] == ["ok"]
    }


@pytest.mark.parametrize(
    ("check", "part", "rows", "status", "words"),
    [
        ("performance_duration", WORKFLOWS, [template(p90=5 * 3600)], "warning",
         "workflows of play: nine of ten take up to 5 h, one of two up to 2 h 30 min (target 4 h)"),
        ("performance_duration", WORKFLOWS, [template(ended=4, p90=9e9)], "unknown", "not enough data: of no template"),
        ("performance_duration", WORKFLOWS, [], "unknown", "not enough data: nothing ended"),
        ("performance_failures", WORKFLOWS, [template(failed=5)], "warning", "template play: 5 % failed (5 of 100)"),
        ("performance_failures", WORKFLOWS, [template(failed=25)], "critical", "template play: 25 % failed"),
        ("performance_failures", WORKFLOWS, [template(ended=4, failed=4)], "unknown", "not enough data"),
        ("performance_agents", CODERUNS, [agent(failed=9, name="{{ x }}")], "warning", "agent {{ x }} at testing: 9 %"),
        ("performance_agents", CODERUNS, [], "unknown", "not enough data"),
        ("performance_trend", EARLIER, [trend(3.0)], "warning", "Workflows: 9 min, usually 3 min"),
        ("performance_trend", EARLIER, [trend(None)], "unknown", "not enough data: it takes three earlier reports"),
        ("performance_trend", EARLIER, [], "unknown", "not enough data"),
    ],
)  # fmt: skip
def test_what_is_not_well_is_told(check, part, rows, status, words):
    [(found, message)] = judged(check, **{part: rows})
    assert (found, message[: len(words)]) == (status, words)


def test_the_others_are_told_in_one_finding():
    rows = [template(name="slow", p90=9 * 3600), template(name="a"), template(name="b"), template(name="few", ended=1)]
    found = judged("performance_duration", **{WORKFLOWS: rows})
    assert [status for status, _words in found] == ["warning", "ok"]
    assert found[1][1] == "2 templates: end within the target"


@pytest.mark.parametrize(
    ("oldest", "status", "words"),
    [
        (ago(days=16), "ok", "workflows are known for 16 d back"),
        (ago(days=3), "unknown", "workflows that ended are known for 3 d back, of 30 d"),
        (None, "unknown", "not enough data: no workflow has ended"),
    ],
)
def test_what_is_left_of_a_month_is_no_month(oldest, status, words):
    [(found, message)] = judged("performance_history", {"oldest": oldest})
    assert (found, message[: len(words)]) == (status, words)


def test_what_could_not_be_read_is_unknown_and_the_others_are_judged():
    snapshot = Snapshot()
    snapshot.miss(CODERUNS, "argo", "nobody may")
    snapshot.add(WORKFLOWS, [template()])
    snapshot.add(EARLIER, [trend(1.0)])
    findings = run.judge(CHECKS, snapshot, run.limits(CHECKS, {}), NOW, SETTINGS)
    assert {one["check"]: one["status"] for one in findings if one["status"] != "ok"} == {
        "performance_agents": "unknown"
    }
