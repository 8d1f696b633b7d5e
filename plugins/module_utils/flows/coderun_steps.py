# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring CodeRuns to a wished state, step by step, each decided from what is there then. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import lifecycle, writes
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.lifecycle import Seen, Step
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.writes import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_view
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import require_max_changes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_view import View
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import TERMINATING, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import Watches

BATCH = 50
#: writes to one CodeRun; more means that somebody undoes them
_MOST_WRITES = 12
_LISTS = 60.0  # seconds for the first look
_SETTLE = 1.0  # seconds that an effect must last: a controller that read before us may write after us
_BODIES: dict[str, Callable[[CodeRun, Mark], dict[str, Any]]] = {
    lifecycle.NOTE: writes.note,
    lifecycle.FAIL: writes.fail,
    lifecycle.RAISE: writes.raise_version,
    lifecycle.START: writes.start,
}
_JOBS = ("batch/v1", "jobs")
_OF_STATUS = (lifecycle.FAIL, lifecycle.START)


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wished: a decision, and who wishes it."""

    decide: Callable[[Seen], Step]
    mark: Mark


@dataclass(slots=True)
class Course:
    """One CodeRun on its way.

    first: as it was, with the names of its Jobs then. plan: the first step. last: the newest one. written: steps sent.
    end: done, refused, failed or unverified, empty as long as it is under way.
    """

    first: CodeRun
    plan: Step
    last: Step
    seen: Seen
    jobs_before: list[str]
    written: list[str] = field(default_factory=list)
    end: str = ""
    why: str = ""
    done_at: float = 0.0
    #: versions that need no other attempt: a conflict was answered, or the deletion accepted
    refused_at: set[tuple[str, str]] = field(default_factory=set)


def carry_out(
    client: Client, runs: Sequence[CodeRun], goal: Goal, fence: Fence, *, max_changes: int, wait: float, check: bool
) -> tuple[list[Course], OpsError | None]:
    """What became of each, and why the work ended early.

    :raises OpsError: before the first write
    """
    if not runs:
        return [], None
    watched = coderun_view.sources(sorted({run.namespace for run in runs}))
    deadline = time.monotonic() + _LISTS + wait + len(runs)
    with Watches(client, watched, deadline) as watches:
        view = View()
        view.fill(watches, [source.name for source in watched], _LISTS)
        courses = [_course(run, seen, goal) for run, seen in zip(runs, _now(view, runs), strict=True)]
        require_max_changes(sum(one.plan.do in lifecycle.WRITES for one in courses), max_changes, CODERUN.noun)
        if check:
            _rehearse(client, courses, goal)
            return courses, None
        work = _Work(client, view, goal, fence)
        return courses, work.run(watches, courses, wait)


def _now(view: View, runs: Iterable[CodeRun]) -> list[Seen]:
    seen = view.seen(run.uid for run in runs)
    return [seen[run.uid] for run in runs]


def _course(run: CodeRun, seen: Seen, goal: Goal) -> Course:
    step = goal.decide(seen)
    return Course(run, step, step, seen, [job.name for job in seen.jobs])


def _rehearse(client: Client, courses: Iterable[Course], goal: Goal) -> None:
    """Send the first write of each as a dry run, so that the server says what it would say."""
    planned = [one for one in courses if one.plan.do in lifecycle.WRITES]
    for course, result in client.each(lambda one: _send(client, one.seen, one.plan, goal.mark, dry_run=True), planned):
        if isinstance(result, OpsError):
            course.end, course.why = "failed", result.message


class _Work:
    """One run of the module."""

    def __init__(self, client: Client, view: View, goal: Goal, fence: Fence) -> None:
        self._client = client
        self._view = view
        self._goal = goal
        self._fence = fence

    def run(self, watches: Watches, courses: list[Course], wait: float) -> OpsError | None:
        deadline = time.monotonic() + wait
        try:
            while True:
                open_ones = self._look(courses)
                ready = [one for one in open_ones if self._is_ready(one)]
                for start in range(0, len(ready), BATCH):
                    self._fence.check()
                    self._write(ready[start : start + BATCH])
                left = deadline - time.monotonic()
                # What seems done at the end still has to settle.
                waits = left > 0 or any(one.last.do == lifecycle.DONE for one in open_ones)
                if not open_ones or not (ready or waits):
                    return None
                self._view.follow(watches, 0 if ready else min(_SETTLE, max(_SETTLE / 4, left)))
        except OpsError as error:
            return error

    def _look(self, courses: list[Course]) -> list[Course]:
        """Decide anew for each that is under way; those that still are."""
        under_way = [one for one in courses if not one.end]
        self._decide(under_way)
        settled = [one for one in under_way if _has_settled(one)]
        if settled:
            # An answer to a write is not the effect: that is what the server tells whoever asks.
            self._read_again(settled)
            self._decide(settled)
        for one in under_way:
            _judge(one, settled=one in settled)
        return [one for one in under_way if not one.end]

    def _decide(self, courses: list[Course]) -> None:
        for one, seen in zip(courses, _now(self._view, [one.first for one in courses]), strict=True):
            one.seen = replace(seen, begun=bool(one.written))
            one.last = self._goal.decide(one.seen)

    def _read_again(self, courses: list[Course]) -> None:
        def get(one: Course) -> dict[str, Any] | None:
            return self._client.get_or_none(resource(*CODERUN.at, one.first.namespace, one.first.name))

        for one, result in self._client.each(get, courses):
            if isinstance(result, OpsError):
                raise result
            # Another one of its name may be there by now.
            if result is None or result["metadata"].get("uid") != one.first.uid:
                self._view.drop(one.first.uid)
            else:
                self._view.put(coderun_view.RUNS, result)
        for namespace in {one.first.namespace for one in courses}:
            for job in self._client.list_at(resource(*_JOBS, namespace), {})[0]:
                self._view.put(coderun_view.JOBS, job)

    def _is_ready(self, one: Course) -> bool:
        return one.last.do in lifecycle.WRITES and not self._versions(one) & one.refused_at

    def _versions(self, one: Course) -> set[tuple[str, str]]:
        """What a write of this step depends on: uid and version of each object."""
        if one.last.do == lifecycle.REMOVE_JOBS:
            return {(job.uid, job.version) for job in one.last.jobs}
        return {(one.first.uid, one.seen.run.version)} if one.seen.run else set()

    def _write(self, ready: list[Course]) -> None:
        def send(one: Course) -> Any:
            return _send(self._client, one.seen, one.last, self._goal.mark)

        for one, result in self._client.each(send, ready):
            if not isinstance(result, OpsError):
                one.written.append(one.last.do)
                self._take(one, result)
            elif result.kind == "conflict":
                one.refused_at |= self._versions(one)
            elif isinstance(result, NotFoundError):
                self._view.drop(one.first.uid)
            else:
                one.end, one.why = "failed", result.message

    def _take(self, one: Course, answer: Any) -> None:
        """What the server answered is newer than what the watches told."""
        if one.last.do == lifecycle.REMOVE_JOBS:
            for job in one.last.jobs:
                self._view.drop(job.uid)
        elif one.last.do != lifecycle.DELETE:
            self._view.put(coderun_view.RUNS, answer)
        elif answer == TERMINATING:
            # The watch will tell; until then there is nothing more to ask for.
            one.refused_at |= self._versions(one)
        else:
            self._view.drop(one.first.uid)


def _has_settled(one: Course) -> bool:
    """Whether what was written has had its effect for long enough."""
    if one.last.do != lifecycle.DONE or not one.written:
        one.done_at = 0.0
        return False
    one.done_at = one.done_at or time.monotonic()
    return time.monotonic() - one.done_at >= _SETTLE


def _judge(one: Course, settled: bool) -> None:
    if one.last.do == lifecycle.REFUSE:
        one.end, one.why = "refused", one.last.why
    elif one.last.do == lifecycle.DONE and (settled or not one.written):
        one.end, one.why = "done", one.last.why
    elif len(one.written) >= _MOST_WRITES:
        one.end, one.why = "unverified", f"something undoes what is written; last, {one.last.why}"


def _send(client: Client, seen: Seen, step: Step, mark: Mark, dry_run: bool = False) -> Any:
    """One write, with the preconditions of what it was decided from."""
    run = seen.run
    if run is None:
        raise OpsError("refused", "there is nothing to write to")
    path = resource(*CODERUN.at, run.namespace, run.name)
    if step.do == lifecycle.REMOVE_JOBS:
        for job in step.jobs:
            place = resource(*_JOBS, job.namespace, job.name)
            client.delete(place, job.uid, job.version, dry_run=dry_run)
        return None
    if step.do == lifecycle.DELETE:
        return client.delete(path, run.uid, run.version, dry_run=dry_run)
    where = f"{path}/status" if step.do in _OF_STATUS else path
    return client.patch(where, _BODIES[step.do](run, mark), dry_run=dry_run)
