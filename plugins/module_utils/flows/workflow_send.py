# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patch one workflow, bound to the version that was decided about. Private API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Change, Decision, Refused
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_pods import PinnedError, remove_pods
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

_TRIES = 8  # a workflow in motion is written by its controller several times a second
_SENDINGS = 3  # of one patch whose answer is lost

Decide = Callable[[dict[str, Any]], Decision]


@dataclass(frozen=True, slots=True)
class Job:
    """One workflow, and what is to be done to that version of it."""

    namespace: str
    name: str
    uid: str
    version: str
    decision: Decision

    @property
    def path(self) -> str:
        return resource(*WORKFLOWS, self.namespace, self.name)

    @property
    def patch(self) -> dict[str, Any]:
        """Bound to the version that the decision was made from."""
        patch = self.decision.patch
        bound = {**patch.get("metadata", {}), "uid": self.uid, "resourceVersion": self.version}
        return {**patch, "metadata": bound}


def job_of(workflow: dict[str, Any], decide: Decide) -> Job:
    meta = workflow["metadata"]
    return Job(meta["namespace"], meta["name"], meta["uid"], meta["resourceVersion"], decide(workflow))


def rehearse(client: Client, job: Job) -> Job:
    """The same request as a dry run of the server, which asks its admission policies and rights too."""
    client.patch(job.path, job.patch, dry_run=True)
    return job


def send(client: Client, job: Job, decide: Decide, fence: Fence) -> Job:
    """Patch; what has changed since it was read is decided again, never overwritten.

    :param fence: asked before a patch is sent once more
    :returns: the job as it was sent, or with the decision that made it needless or impossible
    """
    for _attempt in range(_TRIES):
        try:
            if job.decision.pods:
                remove_pods(client, job.namespace, job.name, job.decision.pods)
        except PinnedError as pinned:
            return replace(job, decision=Refused(str(pinned)))
        now = _patch(client, job, fence)
        if now is None:
            return job
        if now["metadata"]["uid"] != job.uid:
            raise OpsError(
                "conflict", "another workflow of the same name has taken its place", request=f"PATCH {job.path}"
            )
        if job.decision.is_in(now):
            return job
        job = job_of(now, decide)
        if not isinstance(job.decision, Change):
            return job
    raise OpsError(
        "conflict", f"it changed faster than it could be written, {_TRIES} times", request=f"PATCH {job.path}"
    )


def _patch(client: Client, job: Job, fence: Fence) -> dict[str, Any] | None:
    """None when the patch was accepted, else the workflow as it is now: not the version that the patch is for.

    A patch without an answer may have been carried out, or still be. Since it is bound to one version it can be
    carried out only once, and is sent again while that version is there.
    """
    failure: OpsError | None = None
    for _attempt in range(_SENDINGS):
        if failure:
            fence.check()
        try:
            client.patch(job.path, job.patch)
            return None
        except NotFoundError as error:
            raise _deleted(error) from error
        except OpsError as error:
            if error.status != 409 and not _may_be_carried_out(error):
                raise
            failure = error
        now = _read_after(client, job, failure)
        if now["metadata"]["resourceVersion"] != job.version:
            return now
    raise failure


def _read_after(client: Client, job: Job, failure: OpsError) -> dict[str, Any]:
    try:
        return client.get(job.path)
    except NotFoundError as error:
        raise _deleted(error) from error
    except OpsError as error:
        raise failure from error


def _may_be_carried_out(error: OpsError) -> bool:
    """No answer, or one from something between us and the server's store; 429 is told before anything is done."""
    return error.kind in ("unreachable", "timeout") and error.status != 429


def _deleted(error: NotFoundError) -> OpsError:
    return OpsError("conflict", f"it was deleted meanwhile ({error.message})", status=404)
