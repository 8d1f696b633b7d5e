# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written to a CodeRun for each step of its lifecycle. Pure. Private API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.lifecycle import ATTEMPT, PREFIX
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

#: what an earlier attempt left, and what would make the controller call the next one failed whatever it does
_OF_THE_LAST_ATTEMPT = ("jobName", "finishedAt", "expireAt", "cleanupCompletedAt", "remediationStatus", "qaStatus")
_ANNOTATIONS = ("reason", "time", "actor")
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who asks for it, why, and when: it stays on the object."""

    reason: str
    actor: str
    now: datetime

    def annotations(self, verb: str) -> dict[str, str]:
        values = (self.reason, format_time(self.now), self.actor)
        return {f"{PREFIX}{verb}-{name}": value for name, value in zip(_ANNOTATIONS, values, strict=True)}


def note(run: CodeRun, mark: Mark) -> Body:
    """Patch of the object: its cancellation with who and why."""
    return {"metadata": {**_exactly(run), "annotations": mark.annotations("cancel")}}


def fail(run: CodeRun, mark: Mark) -> Body:
    """Patch of the status: it ended as Failed, by those who noted it first."""
    reason, _time, actor = (run.annotations.get(f"{PREFIX}cancel-{name}", "") for name in _ANNOTATIONS)
    message, now = f"Cancelled by {actor}: {reason}", format_time(mark.now)
    condition = {
        "type": "Failed", "status": "True", "reason": "Cancelled", "message": message, "lastTransitionTime": now,
    }  # fmt: skip
    return {
        "metadata": _exactly(run),
        "status": {
            "phase": "Failed",
            "message": message,
            # True would mean to the controller that the work was done.
            "workCompleted": False,
            "lastUpdate": now,
            "finishedAt": now,
            "conditions": [condition],
        },
    }


def raise_version(run: CodeRun, mark: Mark) -> Body:
    """Patch of the object: the next context version, in the same session, and who asks for it; no longer cancelled."""
    version = (run.context_version or 1) + 1
    cancelled = {f"{PREFIX}cancel-{name}": None for name in _ANNOTATIONS}
    annotations = {**mark.annotations("retry"), ATTEMPT: str(version), **cancelled}
    return {
        "metadata": {**_exactly(run), "annotations": annotations},
        "spec": {"contextVersion": version, "continueSession": True},
    }


def start(run: CodeRun, mark: Mark) -> Body:
    """Patch of the status: to be taken up again, as the attempt that the spec says."""
    message = f"Retry asked for by {mark.actor}: {mark.reason}"
    return {
        "metadata": _exactly(run),
        "status": {
            **dict.fromkeys(_OF_THE_LAST_ATTEMPT),
            "phase": "Pending",
            "message": message,
            "workCompleted": False,
            "retryCount": (run.retries or 0) + 1,
            "contextVersion": run.context_version,
            "lastUpdate": format_time(mark.now),
            "conditions": [],
        },
    }


def _exactly(run: CodeRun) -> Body:
    """Preconditions: this object, in this version."""
    return {"uid": run.uid, "resourceVersion": run.version}
