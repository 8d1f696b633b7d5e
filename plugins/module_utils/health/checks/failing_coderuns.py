# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns end well, told for each agent over the window. How it is judged: health/rates.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.rates import THRESHOLDS, Tally, judge, window
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "failing_coderuns"


def _judge(view: View) -> Iterator[dict]:
    seconds, by_agent = window(view.settings), {}
    for run in map(read, view.items("coderuns")):
        if run.finished_at and 0 <= (view.now - run.finished_at).total_seconds() <= seconds:
            by_agent.setdefault(run.agent or "an agent without a name", []).append(run)
    good = 0
    for agent, runs in sorted(by_agent.items()):
        found = _agent(agent, runs, view, seconds)
        good += len(runs) if found is None else 0
        if found:
            yield found
    if good or not by_agent:
        words = f"{counted(good, 'CodeRun')} ended in the last {format_age(seconds)}: enough of them well"
        yield all_well(NAME, "CodeRun", good, words if good else f"no CodeRun ended in the last {format_age(seconds)}")


def _agent(agent: str, runs: list[CodeRun], view: View, seconds: float) -> dict | None:
    failed = sorted((run for run in runs if run.state == "failed"), key=_newest_last)
    if not failed:
        return None
    last = failed[-1]
    said = f": {' '.join(last.message.split()):.160}" if last.message else ""
    tally = Tally(len(runs) - len(failed), len(failed), f"{last.namespace}/{last.name}{said}")
    evidence = kubectl("describe", "coderun", last.name, namespace=last.namespace)
    return judge(NAME, subject("Agent", name=agent), f"agent {agent}", tally, view.limits, seconds, evidence)


def _newest_last(run: CodeRun) -> tuple[datetime | None, str, str]:
    return run.finished_at, run.namespace, run.name


CHECK = Check(
    name=NAME,
    title="The CodeRuns of every agent end well",
    why="An agent that fails again and again uses up its model's budget and hides what broke it.",
    reads=("coderuns",),
    judge=_judge,
    thresholds=THRESHOLDS,
)
