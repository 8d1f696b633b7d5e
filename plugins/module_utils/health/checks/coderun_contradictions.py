# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CodeRuns say of themselves agrees with their Jobs, their pods and each other.

What disagrees is told by agents/contradictions.py: critical where nothing works on a running one, else a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import contradictions
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Works
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    each,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, judge_many, kubectl

NAME = "coderun_contradictions"


def judge(view: View) -> Iterator[dict]:
    """One finding for each CodeRun that contradicts itself, each group of duplicates, and one for all the others."""
    works = Works(view.items("jobs"), view.items("pods"))
    limits = contradictions.limits_from(view.limits)

    def looked(namespace: str) -> bool:
        return view.was_read("jobs", namespace) and view.was_read("pods", namespace)

    def one(item: Item) -> Iterator[dict]:
        run = read(item)
        told = list(contradictions.find(run, works.of(run, looked(run.namespace)), view.now, limits))
        if told:
            named = about(item, "CodeRun")
            evidence = kubectl("get", "coderun", named["name"], "-o", "yaml", namespace=named["namespace"])
            message = f"{called(item, 'CodeRun')}: {', '.join(words for _status, words in told)}"
            yield finding(NAME, worst(status for status, _words in told), named, message, evidence=evidence)

    well = "what they say agrees with their Jobs"
    seen = [item for item in view.items("coderuns") if looked(about(item)["namespace"])]
    # Whose Jobs nobody could look at may be found wrong, but is not counted among those that agree with them.
    blind = [item for item in view.items("coderuns") if not looked(about(item)["namespace"])]
    yield from each(NAME, "CodeRun", blind, one)
    if seen or not blind:
        yield from judge_many(NAME, "CodeRun", seen, one, "CodeRun", well)
    for what, runs in contradictions.duplicates(map(read, view.items("coderuns"))):
        yield _duplicates(what, runs)


def _duplicates(what: str, runs: list[CodeRun]) -> dict:
    first, others = runs[0], len(runs) - 1
    message = f"CodeRun {first.namespace}/{first.name}: {others} more unfinished for {what}, such as {runs[1].name}"
    evidence = kubectl("get", "coderun", *(run.name for run in runs[:10]), namespace=first.namespace)
    named = subject("CodeRun", first.namespace, first.name)
    return finding(NAME, "warning", named, message, value=len(runs), evidence=evidence)


CHECK = Check(
    name=NAME,
    title="What CodeRuns say agrees with their Jobs and with each other",
    why="A CodeRun that says Running while nothing works on it blocks its task, and a double one does it twice.",
    reads=("coderuns", "jobs", "pods"),
    judge=judge,
    thresholds=(
        Threshold("grace", "10m", "The controller brings status and Job together within minutes, also after a retry."),
        Threshold("deleting", "10m", "Taking the finalizer off is the first thing that the controller does."),
        Threshold("retries", 5, "One retry is the default and nobody sets more than five; more is a loop."),
    ),
    runbook="retry_coderun",
)
