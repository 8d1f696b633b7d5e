# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of performance: how long, how often in vain, slower than it was, and how far back one sees.

Pure. Private API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Threshold, View, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl, short
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import duration
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

DURATION, FAILURES, AGENTS = "performance_duration", "performance_failures", "performance_agents"
TREND, HISTORY = "performance_trend", "performance_history"
WORKFLOWS, CODERUNS, EARLIER = "ended_workflows", "ended_coderuns", "earlier_measures"
#: fewer say nothing about the next ones
LEAST = 5
FEW = "not enough data"

Row = dict[str, Any]


def slow(view: View) -> Iterator[dict]:
    """Each template whose slowest tenth takes longer than the target; one finding for the others."""
    rows = view.items(WORKFLOWS)
    high = [row for row in rows if row["ended"] >= LEAST and (row["p90"] or 0) > view.limits["target"]]
    for row in high:
        target = view.limits["target"]
        words = (
            f"workflows of {_called(row['template'])}: nine of ten take up to {duration(row['p90'])},"
            f" one of two up to {duration(row['p50'])} (target {duration(target)})"
        )
        about = subject("WorkflowTemplate", "", row["template"])
        yield finding(DURATION, "warning", about, words, value=round(row["p90"]), threshold=target)
    yield from _others(DURATION, "WorkflowTemplate", rows, len(high), "template", "end within the target")


def in_vain(view: View) -> Iterator[dict]:
    """Each template of which too many failed."""
    yield from _failing(FAILURES, "WorkflowTemplate", "template", view.items(WORKFLOWS), view)


def agents(view: View) -> Iterator[dict]:
    """Each agent and stage of which too many CodeRuns failed."""
    yield from _failing(AGENTS, "Agent", "agent", view.items(CODERUNS), view)


def slower(view: View) -> Iterator[dict]:
    """Each measure that is far above what it usually was."""
    rows = view.items(EARLIER)
    known = [row for row in rows if row["factor"] is not None]
    high = [row for row in known if row["factor"] >= view.limits["factor"]]
    for row in high:
        words = f"{row['label']}: {row['words']}"
        yield finding(TREND, "warning", subject("Measure", "", row["name"]), words, value=row["factor"],
                      threshold=view.limits["factor"], runbook="diagnose_slow_workflows")  # fmt: skip
    if not known:
        yield finding(TREND, "unknown", subject("Measure"), f"{FEW}: it takes three earlier reports to tell a trend")
    elif len(known) > len(high):
        others = counted(len(known) - len(high), "measure")
        yield all_well(TREND, "Measure", len(known) - len(high), f"{others} as usual")


def far_enough(view: View) -> Iterator[dict]:
    """Whether what is still known covers half of the window: what was deleted before took as long as nobody knows."""
    window, since = view.settings["window"], parse_time(view.settings["oldest"])
    back = (view.now - since).total_seconds() if since else None
    about = subject("Workflow")
    if back is None:
        yield finding(HISTORY, "unknown", about, f"{FEW}: no workflow has ended that is still known")
    elif back < window / 2:
        words = (
            f"workflows that ended are known for {duration(back)} back, of {duration(window)} that were asked for;"
            " a longer retention or an export of the archive tells more"
        )
        evidence = kubectl("get", "workflows", "-A", "--sort-by=.status.finishedAt")
        yield finding(HISTORY, "unknown", about, words, value=round(back), threshold=window, evidence=evidence)
    else:
        yield all_well(HISTORY, "Workflow", 1, f"workflows are known for {duration(back)} back")


def _failing(check: str, kind: str, noun: str, rows: list[Row], view: View) -> Iterator[dict]:
    told = [row for row in rows if row["ended"] >= LEAST]
    high = [row for row in told if row["failed_percent"] >= view.limits["warning"]]
    for row in high:
        name = row.get("template") or row.get("agent") or ""
        stage = f" at {_called(row['stage'])}" if row.get("stage") else ""
        words = f"{noun} {_called(name)}{stage}: {row['failed_percent']:g} % failed ({row['failed']} of {row['ended']})"
        status = "critical" if row["failed_percent"] >= view.limits["critical"] else "warning"
        yield finding(check, status, subject(kind, "", name), words, value=row["failed_percent"],
                      threshold=view.limits["warning"])  # fmt: skip
    yield from _others(check, kind, rows, len(high), noun, f"less than {view.limits['warning']:g} % failed")


def _others(check: str, kind: str, rows: list[Row], high: int, noun: str, well: str) -> Iterator[dict]:
    few = [row for row in rows if row["ended"] < LEAST]
    others = len(rows) - high - len(few)
    if others:
        yield all_well(check, kind, others, f"{counted(others, noun)}: {well}")
    if few and not others and not high:
        words = f"{FEW}: of no {noun} {LEAST} ended, the fewest that say something"
        yield finding(check, "unknown", subject(kind), words, value=len(few))
    elif not rows:
        yield finding(check, "unknown", subject(kind), f"{FEW}: nothing ended in the time that was asked for")


def _called(name: str) -> str:
    return short(name, 80) or "without a name"


_SLOWER = "Twice as long as usual is what people notice, and more than chance makes of a median."
_FEW_FAIL = "At most one of twenty is to fail."
CHECKS = (
    Check(
        DURATION,
        "Workflows end within the target",
        "What takes longer than people wait for is started twice.",
        (WORKFLOWS,),
        slow,
        (Threshold("target", "4h", "The target of the platform for complex tasks, from beginning to end."),),
    ),
    Check(
        FAILURES,
        "Few workflows fail",
        "Each failure costs its agents' time again.",
        (WORKFLOWS,),
        in_vain,
        (Threshold("warning", 5, _FEW_FAIL, "%"), Threshold("critical", 25, "Every fourth is an outage.", "%")),
    ),
    Check(
        AGENTS,
        "Few CodeRuns of an agent fail",
        "An agent that fails more often than others has lost an access, or its model.",
        (CODERUNS,),
        agents,
        (Threshold("warning", 5, _FEW_FAIL, "%"), Threshold("critical", 25, "Every fourth is an outage.", "%")),
    ),
    Check(
        TREND,
        "Nothing takes much longer than it did",
        "What gets slower from month to month is found before it is an incident.",
        (EARLIER,),
        slower,
        (Threshold("factor", 2, _SLOWER),),
    ),
    Check(
        HISTORY,
        "Ended workflows are known for long enough",
        "A report about what is left of a month is none about the month.",
        (WORKFLOWS,),
        far_enough,
    ),
)
