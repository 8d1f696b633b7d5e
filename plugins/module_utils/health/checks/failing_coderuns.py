# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns end well, told for each agent over the window. How it is judged: health/rates.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.health import rates
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, short

NAME = "failing_coderuns"


def judge(view: View) -> Iterator[dict]:
    """One finding for each agent that fails too often, one for all the others."""
    seconds, by_agent = rates.window(view.settings), {}
    for run in map(read, view.items("coderuns")):
        if run.finished_at and 0 <= (view.now - run.finished_at).total_seconds() <= seconds:
            by_agent.setdefault(run.agent or "an agent without a name", []).append(run)
    rest = {}
    for agent, runs in sorted(by_agent.items()):
        failed = sorted((run for run in runs if run.state == "failed"), key=_newest_last)
        tally = rates.Tally(len(runs) - len(failed), len(failed), _told(failed[-1]) if failed else "")
        evidence = kubectl("describe", "coderun", failed[-1].name, namespace=failed[-1].namespace) if failed else ""
        named = subject("Agent", name=agent)
        found = rates.judge(NAME, named, f"agent {agent}", tally, view.limits, seconds, evidence)
        if found:
            yield found
        else:
            rest[agent] = tally
    if rest or not by_agent:
        yield rates.others(NAME, "CodeRun", "CodeRun", rest, view.limits, seconds)


def _told(run: CodeRun) -> str:
    said = f": {short(run.message)}" if run.message else ""
    return f"{run.namespace}/{run.name}{said}"


def _newest_last(run: CodeRun) -> tuple[datetime | None, str, str]:
    return run.finished_at, run.namespace, run.name


CHECK = Check(
    name=NAME,
    title="The CodeRuns of every agent end well",
    why="An agent that fails again and again uses up its model's budget and hides what broke it.",
    reads=("coderuns",),
    judge=judge,
    thresholds=rates.THRESHOLDS,
    runbook="agent_health",
)
