# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows are taken up and move.

| status   | when                                                                                             |
|----------|--------------------------------------------------------------------------------------------------|
| critical | held, silent or waiting for a lock for too long, or no controller has picked it up               |
| warning  | its labels, times and phase contradict each other                                                |
| unknown  | nothing tells how it stands                                                                      |

What a workflow waits at, and for how long, is told by argo/phases.py, which is given the thresholds of this check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    all_well,
    each,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, counted, kubectl, short
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "workflows"
_STANDING_STILL = ("stuck", "never_picked_up")
_STATES = frozenset(STATES) - {"unknown"}


def judge(view: View) -> Iterator[dict]:
    """One finding for each that does not move or cannot be told, one that counts the others by state."""
    well: Counter[str] = Counter()

    def one(item: Item) -> Iterator[dict]:
        told = list(_told(mapping(item.get("judgement")), view.limits))
        if not told:
            well[item["judgement"]["state"]] += 1
            return
        named = about(item, "Workflow")
        message = f"{called(item, 'Workflow')}: {', '.join(words for _status, words in told)}"
        evidence = kubectl("describe", "workflow", named["name"], namespace=named["namespace"])
        status, treats = worst(status for status, _words in told), _treated_by(mapping(item.get("judgement")))
        yield finding(NAME, status, named, message, evidence=evidence, runbook=treats)

    items = [item for part in view.items("workflows") for item in sequence(part.get("open")) if isinstance(item, dict)]
    yield from each(NAME, "Workflow", items, one)
    if well:
        states = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in sorted(well.items()))
        number = well.total()
        yield all_well(NAME, "Workflow", number, f"{counted(number, 'unfinished workflow')}: {states}")
    elif not items:
        yield all_well(NAME, "Workflow", 0, "there are no unfinished workflows")


def _told(judgement: dict, limits: dict[str, float]) -> Iterator[tuple[str, str]]:
    state, age = judgement.get("state"), whole(judgement.get("age"))
    message = short(judgement.get("message"), 300) or "nothing tells how it stands"
    if state not in _STATES or judgement.get("cannot_tell"):
        yield "unknown", message
    elif state in _STANDING_STILL:
        yield "critical", f"{message} (limit {format_age(limits[state])})"
    elif state == "pending" and judgement.get("phase") and age is not None and age > limits["stuck"]:
        # A controller has it, but the lock that it waits for is never given back.
        yield "critical", f"{message} (limit {format_age(limits['stuck'])})"
    disagreeing = [one for one in sequence(judgement.get("contradictions")) if text(one)]
    if disagreeing:
        yield "warning", f"contradicts itself: {'; '.join(disagreeing)}"


def _treated_by(judgement: dict) -> str:
    """The runbook that finds out why; of one whose state nobody knows, the one that shows it."""
    if judgement.get("state") not in _STATES or judgement.get("cannot_tell"):
        return ""
    return "diagnose_suspended_workflow" if sequence(judgement.get("holds")) else "diagnose_slow_workflows"


CHECK = Check(
    name=NAME,
    title="Workflows are taken up and move",
    why="A workflow that waits for an event that was lost waits for ever, with its workspace and its task.",
    reads=("workflows",),
    judge=judge,
    thresholds=(
        Threshold("stuck", "6h", "The longest step ends within four hours; six without progress need a person."),
        Threshold(
            "never_picked_up", "10m", "The controller takes a new workflow up within seconds, also after a restart."
        ),
    ),
    runbook="monitor_workflow",
)
