# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a workflow contradicts itself. The status decides; this only says what disagrees. Private API."""

from __future__ import annotations

from datetime import datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import labels
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED, Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time


def find(facts: Facts, now: datetime, skew: int) -> tuple[str, ...]:
    """One clause for each contradiction, labels first.

    :param skew: seconds by which the clocks of cluster and reader may differ
    """
    return (*_in_labels(facts), *_in_times(facts, now + timedelta(seconds=skew)))


def _in_labels(facts: Facts) -> list[str]:
    found = []
    completed, phase = facts.labels.get(labels.COMPLETED), facts.labels.get(labels.PHASE)
    actual = facts.phase or "not set"
    if completed == "true" and facts.phase not in FINISHED:
        found.append(f"label completed is true but the phase is {actual}")
    if completed not in (None, "true") and facts.phase in FINISHED:
        found.append(f"label completed is {completed!s:.40} but the phase is {actual}")
    if phase is not None and phase != facts.phase:
        found.append(f"label phase is {phase!s:.40} but the phase is {actual}")
    return found


def _in_times(facts: Facts, latest: datetime) -> list[str]:
    found = []
    raw, finished, started = facts.status.get("finishedAt"), facts.finished, facts.started
    if facts.phase in FINISHED and finished is None:
        found.append(f"{facts.phase} without a finish time" + (" that can be read" if raw else ""))
    if facts.phase not in FINISHED and raw:
        found.append(f"a finish time although the phase is {facts.phase or 'not set'}")
    if finished and started and finished < started:
        found.append("the finish time is before the start time")
    for what, moment in (("creation", facts.created), ("start", started), ("finish", finished)):
        if moment and moment > latest:
            found.append(f"the {what} time {format_time(moment)} is in the future")
    return found
