# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The next step towards a wished state of one CodeRun, from what is seen of it now. Pure. Private API.

The controller looks at the status first: one that ended is left alone, any other one gets a Job when it has none. So

| wish      | steps                                                                                                  |
|-----------|--------------------------------------------------------------------------------------------------------|
| cancelled | note who and why; say Failed; only then remove its Jobs, since the controller makes no new one any more |
| retried   | raise the context version; remove its Jobs; say Pending, so that the controller makes a Job for it       |
| absent    | ask for its deletion; its controller lets it go                                                        |

A step is decided from the newest state after each write and each change that others make. So a conflict is nothing
but another look, and work that was broken off is taken up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import retention
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import IMPLEMENTATION, CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Job
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned

PREFIX = "ops.agent-platform/"
#: the context version of the last retry that was asked for here
ATTEMPT = f"{PREFIX}retry-version"

# writes
NOTE, FAIL, REMOVE_JOBS, RAISE, START, DELETE = "note", "fail", "remove_jobs", "raise", "start", "delete"
WRITES = frozenset({NOTE, FAIL, REMOVE_JOBS, RAISE, START, DELETE})
# no writes
WAIT, DONE, REFUSE = "wait", "done", "refuse"


class Step(NamedTuple):
    """What is to be done next, and why, one clause; jobs are those to be removed."""

    do: str
    why: str = ""
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One CodeRun (None where it is not there), the Jobs made for it, and how many of its pods have not ended.

    others: the other CodeRuns of its namespace. begun: whether this work has written to it already.
    """

    run: CodeRun | None
    jobs: tuple[Job, ...] = ()
    pods: int = 0
    others: tuple[CodeRun, ...] = ()
    begun: bool = False

    @property
    def active(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.is_active)


def cancel(seen: Seen) -> Step:
    """It ends as Failed, nothing works on it, and nothing will."""
    run = seen.run
    if run is None:
        return Step(DONE, "it is gone")
    if any(job.pinned for job in seen.active):
        return Step(REFUSE, "its Job is to be kept, by label ops.agent-platform/keep")
    if not run.is_finished:
        noted = f"{PREFIX}cancel-time" in run.annotations
        return Step(FAIL if noted else NOTE, f"it is {_state(run)}")
    if seen.active:
        return Step(REMOVE_JOBS, f"it is {run.phase}, and its Job still runs", seen.active)
    if seen.pods:
        return Step(WAIT, f"{seen.pods} of its pods have not ended yet")
    return Step(DONE, f"it has ended: {run.phase}")


def retry(seen: Seen) -> Step:
    """A new Job works on it, for a context version higher than any before."""
    run = seen.run
    if run is None or run.deleting:
        return Step(REFUSE, "it is gone" if run is None else "its deletion was asked for")
    asked = run.annotations.get(ATTEMPT)
    raised = asked is not None and asked == str(run.context_version)
    started = raised and run.attempt == run.context_version
    if raised and not started:
        return _start(seen, run)
    if seen.begun and started:
        return _follow(seen, run)
    refusal = _no_retry(seen, run, asked)
    if refusal:
        return refusal
    return Step(RAISE, f"it is {_state(run)}, at context version {run.context_version or 1}")


def remove(seen: Seen, shared_cleanup: bool) -> Step:
    """It is not there any more.

    :param shared_cleanup: delete it although the controller's clean-up may take Jobs of others along
    """
    run = seen.run
    if run is None:
        return Step(DONE, "it is gone")
    if run.deleting:
        held = ", ".join(run.finalizers[:3]) or "nothing that can be seen"
        return Step(WAIT, f"its deletion was accepted, and {held:.200} holds it; is the CodeRun controller running?")
    if is_pinned(run.labels) or any(job.pinned for job in seen.jobs):
        return Step(REFUSE, "it, or its Job, is to be kept, by label ops.agent-platform/keep")
    if not run.is_finished:
        return Step(REFUSE, f"it is {_state(run)}; cancel it first")
    sharing = sharing_cleanup(run, seen.others)
    if sharing and not shared_cleanup:
        return Step(
            REFUSE,
            f"its controller cleans up by agent and service, and would take the Job of {sharing[0].name:.100} along"
            ", which is not finished; wait for that one, or set shared_cleanup",
        )
    return Step(DELETE, f"it has ended: {run.phase}")


def reach(seen: Seen, phases: frozenset[str]) -> Step:
    """Its phase is one of these."""
    run = seen.run
    if run is None:
        return Step(REFUSE, "it is gone")
    if run.phase in phases:
        return Step(DONE, f"it is {run.phase}")
    if run.is_finished:
        return Step(REFUSE, f"it has ended as {run.phase}" + (f": {run.message:.200}" if run.message else ""))
    return Step(WAIT, f"it is {_state(run)}")


def sharing_cleanup(run: CodeRun, others: Iterable[CodeRun]) -> list[CodeRun]:
    """Unfinished ones whose Jobs the controller would remove when it cleans up after this one."""
    return [one for one in others if not one.is_finished and one.uid != run.uid and retention.shares(run, one)]


def _start(seen: Seen, run: CodeRun) -> Step:
    older = tuple(job for job in seen.jobs if job.attempt is None or job.attempt < (run.context_version or 1))
    return _remove(older, "its last Job makes way") if older else Step(START, "its controller is to make the Job")


def _follow(seen: Seen, run: CodeRun) -> Step:
    """After it was started: the controller may have made a Job for the old attempt in between."""
    older = tuple(job for job in seen.active if job.attempt is not None and job.attempt < (run.context_version or 1))
    if older:
        return _remove(older, "a Job of an earlier attempt was made meanwhile")
    if seen.active:
        return Step(DONE, f"Job {seen.active[0].name:.80} works on it")
    if run.is_finished:
        return Step(DONE, f"it has ended again: {run.phase}")
    return Step(WAIT, "no controller has made the new Job; is the CodeRun controller running?")


def _no_retry(seen: Seen, run: CodeRun, asked: str | None) -> Step | None:
    """The answer where there is nothing to retry, or must not be."""
    if any(job.pinned for job in seen.jobs):
        return Step(REFUSE, "its Job is to be kept, by label ops.agent-platform/keep")
    if run.state == "succeeded" and not (run.stage == IMPLEMENTATION and not run.pull_request):
        return Step(DONE if asked else REFUSE, "it has succeeded")
    if run.is_finished:
        return None
    if asked and (seen.active or run.attempt == run.context_version):
        return _follow(seen, run)
    if seen.active:
        return Step(REFUSE, f"Job {seen.active[0].name:.80} works on it; cancel it first")
    if run.state == "running":
        return None
    return Step(REFUSE, f"it is {_state(run)}, so its controller makes its Job; is the CodeRun controller running?")


def _remove(jobs: tuple[Job, ...], why: str) -> Step:
    if any(job.pinned for job in jobs):
        return Step(REFUSE, "its Job is to be kept, by label ops.agent-platform/keep")
    return Step(REMOVE_JOBS, why, jobs)


def _state(run: CodeRun) -> str:
    return run.phase or "not picked up yet"
