# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a CodeRun contradicts itself, its Job or its siblings. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import (
    FINALIZER,
    IMPLEMENTATION,
    CodeRun,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that the controller gets to bring status and Job together, that a deletion may take; retries."""

    grace: float = 600
    deleting: float = 600
    retries: float = 5


@dataclass(frozen=True, slots=True)
class Work:
    """What was found of the Job that a CodeRun names.

    job: None where there is none by that name, "active" as long as it is not done, else "ended".
    pods: how many of its pods have not ended. looked: whether Jobs and pods of the namespace could be looked at.
    earlier: a Job that belongs to another CodeRun of the same name, empty without one.
    end: how the Job ended: Complete, Failed or empty.
    """

    job: str | None = None
    pods: int = 0
    looked: bool = True
    earlier: str = ""
    end: str = ""


def find(run: CodeRun, work: Work, now: datetime, limits: Limits) -> Iterator[tuple[str, str]]:
    """(critical or warning, one clause) for each contradiction."""
    settled = _age(run.changed_at or run.created_at, now, default=limits.grace + 1) > limits.grace
    if run.state == "running" and settled and work.looked:
        yield from _without_work(run, work)
    if run.state == "running" and run.work_completed and settled:
        yield "warning", "Running although its work is said to be completed"
    if run.state == "succeeded":
        yield from _of_success(run)
    if run.is_finished and settled and work.job == "active":
        yield "warning", f"{run.phase} although its Job {run.job:.80} still runs"
    if not run.is_finished and (run.retries or 0) > limits.retries:
        yield "warning", f"retried {run.retries} times (limit {limits.retries:g})"
    if not run.is_finished and run.retry_key and run.retry_limit == 0:
        yield "warning", f"would be retried without end: {run.retry_key} is 0"
    if run.state == "not_picked_up" and not run.deleting and (sign := _sign_of_a_past(run, work, settled)):
        yield "warning", f"has no status although {sign}: it was restored, and its controller would run it again"
    if run.deleting and _age(run.deleting_since, now, default=limits.deleting + 1) > limits.deleting:
        yield "warning", _of_deletion(run, now)


def duplicates(runs: Iterable[CodeRun]) -> Iterator[tuple[str, list[CodeRun]]]:
    """(what for, CodeRuns, oldest first) where one agent has several unfinished ones for one task or pull request."""
    groups: dict[tuple[str, ...], list[CodeRun]] = {}
    for run in runs:
        if run.state in ("pending", "running", "not_picked_up") and not run.deleting:
            for what in _purposes(run):
                groups.setdefault((run.namespace, run.service, run.agent, run.run_type, what), []).append(run)
    told: set[tuple[str, ...]] = set()
    for (_namespace, service, agent, _kind, what), group in sorted(groups.items(), key=lambda item: item[0]):
        names = tuple(sorted(run.name for run in group))
        # Those that share task and pull request are one group, not two.
        if len(group) > 1 and names not in told:
            told.add(names)
            place = f" of {service}" if service else ""
            yield f"{what}{place} by {agent or 'one agent'}", sorted(group, key=_by_age)


def _without_work(run: CodeRun, work: Work) -> Iterator[tuple[str, str]]:
    if not run.job:
        if not work.pods:
            yield "critical", "Running without a Job"
    elif work.job is None and not work.pods:
        yield "critical", f"Running although its Job {run.job:.80} is gone"
    elif work.job == "ended":
        yield "warning", f"Running although its Job {run.job:.80} has ended"


def _sign_of_a_past(run: CodeRun, work: Work, settled: bool) -> str:
    """What tells that one without a status has been run before."""
    if (run.context_version or 0) > 1:
        return f"it is at context version {run.context_version}"
    if work.looked and work.earlier:
        return f"Job {work.earlier:.80} was made for an earlier one of its name"
    if settled and FINALIZER in run.finalizers:
        return "a controller has put its finalizer on it"
    return ""


def _of_success(run: CodeRun) -> Iterator[tuple[str, str]]:
    if run.stage == IMPLEMENTATION and not run.pull_request:
        yield "warning", "Succeeded without a pull request"
    if run.work_completed is False:
        yield "warning", "Succeeded although its work is said not to be completed"


def _of_deletion(run: CodeRun, now: datetime) -> str:
    since = f" for {format_age(_age(run.deleting_since, now, default=0))}" if run.deleting_since else ""
    held = f", held by the finalizer {run.finalizers[0]:.100}" if run.finalizers else ""
    return f"should have been gone{since}{held}"


def _purposes(run: CodeRun) -> Iterator[str]:
    if run.task and run.task != "0":
        yield f"task {run.task}"
    number = run.labels.get("pr-number", "")
    if number or run.pull_request:
        yield f"pull request {number or run.pull_request.rstrip('/').rpartition('/')[2]}"


def _by_age(run: CodeRun) -> tuple[bool, float, str]:
    created = run.created_at
    return created is None, created.timestamp() if created else 0.0, run.name


def _age(moment: datetime | None, now: datetime, default: float) -> float:
    return (now - moment).total_seconds() if moment else default


def limits_from(values: Mapping[str, float]) -> Limits:
    """Limits by name, as a check carries them."""
    return Limits(grace=values["grace"], deleting=values["deleting"], retries=values["retries"])
