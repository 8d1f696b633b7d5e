# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a pod of an agent may be deleted so that another takes its place, and which one that is. Pure. Private API.

Its Job never makes a second pod (backoffLimit 0, restartPolicy Never). The Job fails, and the CodeRun controller makes
another Job for its CodeRun as long as retries are left: status.jobName names the current one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import KEEP, is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

PREFIX = "ops.agent-platform/restart-"
POD, TIME = f"{PREFIX}pod", f"{PREFIX}time"
_ATTEMPT = re.compile(r"-v\d{1,9}$", re.ASCII)
_SUFFIX = re.compile(r"-[a-z0-9]{5}$", re.ASCII)
_NAMED = 5

READY, STARTING, MISSING, LOST = "ready", "starting", "missing", "lost"


class Objection(NamedTuple):
    """Why a pod is not to be deleted; final where nobody can want it all the same."""

    why: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What took the place of a pod: READY, STARTING, MISSING (not yet) or LOST (never will), and words for it."""

    state: str
    pod: AgentPod | None
    words: str


def choose(pods: Iterable[AgentPod], words: str) -> AgentPod:
    """The one that has not ended.

    :param words: who was meant
    :raises OpsError: refused, when there is none or more than one, naming them
    """
    there = sorted(pods, key=lambda pod: pod.name)
    alive = [pod for pod in there if not pod.is_ended]
    if len(alive) == 1:
        return alive[0]
    if alive:
        hint = "Say which one with service, task or pod."
        raise OpsError("refused", f"{len(alive)} pods of {words} are there: {_listed(alive)}", hint=hint)
    ended = f"; there are {_listed(there)}" if there else ""
    hint = "Look at it with playbooks/agent_health.yml; playbooks/retry_coderun.yml gives its CodeRun another try."
    raise OpsError("refused", f"no pod of {words} is at work{ended}", hint=hint)


def run_of(pod: AgentPod, job: Item | None, runs: Iterable[CodeRun]) -> CodeRun | None:
    """The CodeRun that a pod works on: its Job is owned or named by it, or the pod says so itself."""
    here = [run for run in runs if run.namespace == pod.namespace]
    owners = mapping(mapping(job).get("metadata")).get("ownerReferences") if job else None
    uids = {mapping(one).get("uid") for one in owners} if isinstance(owners, list) else set()
    return next(
        (
            run
            for run in here
            if run.uid in uids or (pod.job and run.job == pod.job) or (pod.coderun and run.name == pod.coderun)
        ),
        None,
    )


def run_of_lost(pod: str, runs: Iterable[CodeRun]) -> CodeRun | None:
    """The CodeRun of a pod that is gone: it was noted there, or its Job's name differs in the attempt alone."""
    known = list(runs)
    noted = next((run for run in known if run.annotations.get(POD) == pod), None)
    job = _SUFFIX.sub("", pod)
    # A name of 63 letters is cut before the five of the pod are put behind it.
    stem = _ATTEMPT.sub("", job)
    named = (run for run in known if run.job and _SUFFIX.search(pod) and _ATTEMPT.sub("", run.job) == stem)
    return noted or next(named, None)


def objection(pod: AgentPod, run: CodeRun | None, job: Item | None, controller: bool, where: str) -> Objection | None:
    """Why it is not to be deleted; None when another pod will come.

    :param controller: whether the CodeRun controller is available
    :param where: its Deployment
    """
    if is_pinned(pod.labels):
        return Objection(f"it is protected by its label {KEEP}", final=True)
    if pod.is_ended:
        return Objection(f"it has already ended ({pod.phase}), so nothing of it can be restarted", final=True)
    if _own_retries(job):
        return None
    if run is None:
        return Objection("no CodeRun says that it is its own, so nobody would make another one")
    if run.deleting:
        return Objection(f"its CodeRun {run.name} is being deleted, so nobody would make another one")
    if run.is_finished or run.work_completed:
        said = run.phase if run.is_finished else "work completed"
        return Objection(f"its CodeRun {run.name} says {said}, so the controller would make no other one")
    if not controller:
        return Objection(f"Deployment {where} is not available, so nobody would make another one")
    if run.retry_limit and (run.retries or 0) >= run.retry_limit:
        used = f"{run.retries or 0} of {run.retry_limit}"
        return Objection(f"the retries of its CodeRun {run.name} are used up ({used}), so it would end as Failed")
    return None


def prospect(pod: AgentPod, run: CodeRun | None, job: Item | None) -> str:
    """What comes after its deletion, one clause."""
    if _own_retries(job):
        return f"its Job {pod.job} makes another pod"
    if run is None:
        return "nobody makes another pod"
    limit = f" of {run.retry_limit}" if run.retry_limit else ""
    return f"the controller makes another Job for CodeRun {run.name} (retry {(run.retries or 0) + 1}{limit})"


def was_restarted(pod: AgentPod, run: CodeRun | None, now: datetime, within: float) -> str:
    """Which pod it replaced not longer than so many seconds ago; empty where it is no such replacement."""
    if run is None:
        return ""
    old, moment = run.annotations.get(POD, ""), parse_time(run.annotations.get(TIME))
    if not old or old == pod.name or moment is None or pod.created_at is None or pod.created_at < moment:
        return ""
    return old if (now - moment).total_seconds() <= within else ""


def replacement(old_uid: str, old_job: str, run: CodeRun | None, pods: Iterable[AgentPod]) -> Found:
    """What took the place of a pod, from the newest state of its CodeRun and of the agent's pods."""
    job = run.job if run else old_job
    there = [pod for pod in pods if pod.job and pod.job == job and pod.uid != old_uid and not pod.deleting]
    newest = max(there, key=lambda pod: (pod.created_at is not None, pod.created_at, pod.name), default=None)
    if newest and (newest.ready or newest.phase == "Succeeded"):
        how = "is ready" if newest.ready else "has already ended well"
        return Found(READY, newest, f"{newest.name} {how}" + (f" on {newest.node}" if newest.node else ""))
    if run and run.is_finished:
        said = f": {' '.join(run.message.split())[:200]}" if run.message else ""
        return Found(LOST, newest, f"no other one comes, since its CodeRun {run.name} {run.state}{said}")
    if newest and not newest.is_ended:
        return Found(STARTING, newest, f"{newest.name} is {newest.phase or 'new'} and not ready")
    if run is None:
        return Found(
            MISSING, None, f"Job {old_job} has made no other pod" if old_job else "nobody has made another pod"
        )
    made = f"Job {run.job}, which has no pod yet" if run.job and run.job != old_job else "no other Job yet"
    return Found(MISSING, None, f"its CodeRun {run.name} is {run.state.replace('_', ' ')} with {made}")


def notes(pod: str, reason: str, actor: str, moment: str) -> dict[str, str]:
    """Annotations of the CodeRun."""
    return {f"{PREFIX}reason": reason, f"{PREFIX}actor": actor, TIME: moment, POD: pod}


def _own_retries(job: Item | None) -> bool:
    """Whether the Job itself makes another pod."""
    limit = whole(mapping(mapping(job).get("spec")).get("backoffLimit"))
    failed = whole(mapping(mapping(job).get("status")).get("failed")) or 0
    return limit is not None and failed < limit


def _listed(pods: Sequence[AgentPod]) -> str:
    shown = [f"{pod.name} ({pod.phase or 'no phase'}, service {pod.service}, task {pod.task})" for pod in pods[:_NAMED]]
    more = len(pods) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
