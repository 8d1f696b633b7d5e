# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change workflows by patches: read, decide, send, and look whether the controller did it. Private API."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import (
    Change,
    Decision,
    Refused,
    Unchanged,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, require_max_changes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.fenced import each_fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_await import Awaited, wait_for
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_select import Selection, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_send import (
    Decide,
    Job,
    job_of,
    rehearse,
    send,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

BATCH = 100


@dataclass(frozen=True, slots=True)
class Verb:
    """How an action is called: suspend, suspended."""

    name: str
    done: str
    #: whether one that is gone by then has become as it was wished
    gone_is_done: bool = False


@dataclass
class _Work:
    """What became of each, by uid."""

    jobs: list[Job]
    sent: dict[str, Job] = field(default_factory=dict)
    settled: dict[str, tuple[str, str]] = field(default_factory=dict)
    error: OpsError | None = None

    def settle(self, job: Job, outcome: str, reason: str = "") -> None:
        self.settled[job.uid] = (outcome, reason)


def carry_out(
    client: Client,
    selection: Selection,
    decide: Decide,
    verb: Verb,
    *,
    fence: Fence,
    max_changes: int,
    wait: float,
    check: bool,
) -> Acted:
    """Do one thing to every workflow that is meant.

    With names, one that refuses keeps all from being touched; with a selector, those to which the wish does not apply
    are counted and left.

    :param wait: seconds for the effect
    :raises OpsError: when a named one is not there, or more would change than may
    """
    jobs = read(client, selection, lambda workflow: job_of(workflow, decide))
    work = _Work([job for job in jobs if not (selection.label_selector and _does_not_apply(job))])
    changes = [job for job in work.jobs if isinstance(job.decision, Change)]
    for job in work.jobs:
        if isinstance(job.decision, Refused):
            work.settle(job, "refused", job.decision.why)
    refused = bool(work.settled) and not selection.label_selector
    if not refused:
        require_max_changes(len(changes), max_changes, "workflows")
        _send_all(client, work, changes, decide, fence, check)
        if not check:
            _verify(client, work, selection, verb, wait)
    return _report(work, verb, len(jobs) - len(work.jobs))


def _does_not_apply(job: Job) -> bool:
    return isinstance(job.decision, Refused) and not job.decision.applies


def _send_all(client: Client, work: _Work, jobs: list[Job], decide: Decide, fence: Fence, check: bool) -> None:
    """An error of the lock ends the work before the next batch."""
    progress = Progress("workflow", len(jobs))
    if check:
        results = client.each(lambda job: rehearse(client, job), jobs)
    else:
        results = each_fenced(client, fence, lambda job: send(client, job, decide, fence), jobs, BATCH)
    try:
        for job, result in results:
            _note(work, job, result, check)
            progress.step()
    except OpsError as error:
        work.error = error


def _note(work: _Work, job: Job, result: Job | OpsError, check: bool) -> None:
    if isinstance(result, OpsError):
        work.settle(job, "failed", result.message)
        work.error = work.error or result
    elif isinstance(result.decision, Refused):
        work.settle(job, "refused", result.decision.why)
    elif check:
        work.settle(job, "planned")
    else:
        work.sent[job.uid] = result


def _verify(client: Client, work: _Work, selection: Selection, verb: Verb, wait: float) -> None:
    """Wait for the effect of what was sent, and of what was asked for earlier."""
    asked = {job.uid: job for job in work.jobs if isinstance(job.decision, Unchanged)} | work.sent
    awaited = [
        Awaited(job.namespace, job.name, uid, job.decision.effect) for uid, job in asked.items() if job.decision.effect
    ]
    missing = wait_for(client, awaited, wait, gone_is_done=verb.gone_is_done, selector=selection.label_selector)
    for uid, job in asked.items():
        outcome = "changed" if isinstance(job.decision, Change) else "unchanged"
        why = job.decision.why if isinstance(job.decision, Unchanged) else ""
        if missing.get(uid):
            outcome, why = "unverified", f"{missing[uid]} after {wait:g} s"
        work.settle(job, outcome, why)


def _report(work: _Work, verb: Verb, left_out: int) -> Acted:
    acted = [_action(work.sent.get(job.uid, job), work.settled.get(job.uid), verb) for job in work.jobs]
    return Acted(acted, work.error, {"not_selected": left_out})


def _action(job: Job, settled: tuple[str, str] | None, verb: Verb) -> Action:
    decision = job.decision
    outcome, reason = settled or _unsettled(decision)
    changes = decision if isinstance(decision, Change) else None
    before, after = changes.before_and_after if changes else ({}, {})
    return Action(
        kind="Workflow",
        namespace=job.namespace,
        name=job.name,
        uid=job.uid,
        verb=verb.name,
        done=verb.done,
        outcome=outcome,
        detail=changes.detail if changes else "",
        reason=reason,
        evidence=kubectl("get", "workflow", job.name, "-o", "yaml", namespace=job.namespace),
        before=before,
        after=after,
    )


def _unsettled(decision: Decision) -> tuple[str, str]:
    if isinstance(decision, Unchanged):
        return "unchanged", decision.why
    return "not_reached", "the work ended before its turn"
