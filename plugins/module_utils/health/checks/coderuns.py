# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns are taken up and move.

| status   | when                                                                                         |
|----------|----------------------------------------------------------------------------------------------|
| critical | no controller has picked it up for long                                                      |
| warning  | pending for long, or running although nothing was written about it for long                  |
| unknown  | a phase that no controller writes: the controller takes any such word for "make the Job"     |

Those that failed are judged by failing_coderuns, those that contradict themselves by coderun_contradictions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import STATES, CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    all_well,
    each,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, counted, kubectl, short
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "coderuns"


def judge(view: View) -> Iterator[dict]:
    """One finding for each that does not move or cannot be told, one that counts the others by state."""
    well: Counter[str] = Counter()

    def one(item: Item) -> Iterator[dict]:
        run = read(item)
        status, words, limit = _standing(run, view)
        if status == "ok":
            well[run.state] += 1
            return
        named = about(item, "CodeRun")
        evidence = kubectl("describe", "coderun", named["name"], namespace=named["namespace"])
        message = f"{called(item, 'CodeRun')}: {words}"
        treats = "diagnose_coderun_not_started" if run.state in ("not_picked_up", "pending") else "agent_health"
        yield finding(NAME, status, named, message, value=run.phase, threshold=limit, evidence=evidence, runbook=treats)

    yield from each(NAME, "CodeRun", view.items("coderuns"), one)
    number = well.total()
    if number:
        states = ", ".join(f"{well[state]:,} {state.replace('_', ' ')}" for state in STATES if well[state])
        yield all_well(NAME, "CodeRun", number, f"{counted(number, 'CodeRun')}: {states}")
    elif not view.items("coderuns"):
        yield all_well(NAME, "CodeRun", 0, "there are no CodeRuns")


def _standing(run: CodeRun, view: View) -> tuple[str, str, float | None]:
    """(status, words, the limit in seconds that was passed)."""
    if run.state == "unknown":
        return "unknown", run.problem, None
    if run.is_finished or run.deleting:
        return "ok", "", None
    limit = view.limits[run.state]
    since = run.created_at if run.state == "not_picked_up" else run.changed_at or run.created_at
    if since is None:
        return "unknown", f"{run.state.replace('_', ' ')}, and nothing says since when", None
    seconds = (view.now - since).total_seconds()
    if seconds <= limit:
        return "ok", "", None
    how_long, allowed = format_age(seconds), format_age(limit)
    if run.state == "not_picked_up":
        return "critical", f"no controller has picked it up for {how_long} (limit {allowed})", limit
    said = f", {short(run.message)}" if run.message else ""
    if run.state == "pending":
        return "warning", f"pending for {how_long} (limit {allowed}){said}", limit
    return "warning", f"running, and nothing was written about it for {how_long} (limit {allowed})", limit


CHECK = Check(
    name=NAME,
    title="CodeRuns are taken up and move",
    why="A CodeRun that nobody takes up holds its workflow for ever, and nobody is told.",
    reads=("coderuns",),
    judge=judge,
    thresholds=(
        Threshold(
            "not_picked_up", "10m", "The controller looks every 90 seconds: after ten minutes it is not looking."
        ),
        Threshold("pending", "30m", "A workspace or a place on a node is free again within half an hour."),
        Threshold(
            "running", "4h", "The longest tasks are planned for four hours, and the status is written meanwhile."
        ),
    ),
)
