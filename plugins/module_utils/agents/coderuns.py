# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one CodeRun says of itself, checked for shape. Pure. Private API.

| state         | when                                                                                             |
|---------------|--------------------------------------------------------------------------------------------------|
| not_picked_up | no phase: no controller has looked at it yet                                                     |
| pending, running, succeeded, failed | the phase says so                                                          |
| unknown       | another word, which the controller takes for "make the Job", or an object of another shape       |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

FINALIZER = "coderuns.orchestrator.io/finalizer"
IMPLEMENTATION = "implementation"
STATES = ("not_picked_up", "pending", "running", "succeeded", "failed", "unknown")
FINISHED = frozenset({"succeeded", "failed"})

_WORDS = {
    "": "not_picked_up", "Pending": "pending", "Running": "running", "Succeeded": "succeeded", "Failed": "failed",
}  # fmt: skip
#: what the controller writes where no pull request was made
_NO_PULL_REQUEST = "no-pr"


@dataclass(frozen=True, slots=True)
class CodeRun:
    """One CodeRun; text that is missing or of another type is empty, a time or number None.

    state: one of STATES. phase: the word itself.
    changed_at: when the controller wrote its status last. finished_at: only for a finished one.
    agent: the GitHub App, as written. stage: of the play, such as implementation. task: the number as text.
    pull_request: its URL, empty without one. job: as the status names it.
    problem: why the state is unknown, empty otherwise.
    """

    namespace: str
    name: str
    uid: str
    phase: str
    state: str
    created_at: datetime | None = None
    changed_at: datetime | None = None
    finished_at: datetime | None = None
    agent: str = ""
    service: str = ""
    task: str = ""
    stage: str = ""
    run_type: str = ""
    pull_request: str = ""
    job: str = ""
    message: str = ""
    retries: int | None = None
    work_completed: bool | None = None
    finalizers: tuple[str, ...] = ()
    deleting_since: datetime | None = None
    deleting: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether its phase says that it ended; workCompleted alone is not believed."""
        return self.state in FINISHED


def read(coderun: object) -> CodeRun:
    """The CodeRun of an object; never raises on its shape, then the state is unknown and problem says why."""
    whole = _mapping(coderun)
    meta, spec, status = (_mapping(whole.get(part)) for part in ("metadata", "spec", "status"))
    labels = {key: value for key, value in _mapping(meta.get("labels")).items() if isinstance(value, str)}
    state, problem = _state(whole, status)
    changed = parse_time(status.get("lastUpdate"))
    finished = (parse_time(status.get("finishedAt")) or changed) if state in FINISHED else None
    finalizers = meta.get("finalizers")
    return CodeRun(
        namespace=_text(meta.get("namespace")),
        name=_text(meta.get("name")),
        uid=_text(meta.get("uid")),
        phase=_text(status.get("phase")),
        state=state,
        created_at=parse_time(meta.get("creationTimestamp")),
        changed_at=changed,
        finished_at=finished,
        agent=_text(spec.get("githubApp")) or labels.get("github-app", ""),
        service=_text(spec.get("service")),
        task=_number(spec.get("taskId")) or labels.get("task-id", ""),
        stage=labels.get("workflow-stage", "") or labels.get("stage", ""),
        run_type=_text(spec.get("runType")) or IMPLEMENTATION,
        pull_request=_pull_request(status.get("pullRequestUrl")),
        job=_text(status.get("jobName")),
        message=_text(status.get("message")),
        retries=_whole(status.get("retryCount")),
        work_completed=status["workCompleted"] if isinstance(status.get("workCompleted"), bool) else None,
        finalizers=tuple(one for one in finalizers if isinstance(one, str)) if isinstance(finalizers, list) else (),
        deleting_since=parse_time(meta.get("deletionTimestamp")),
        deleting=bool(meta.get("deletionTimestamp")),
        labels=labels,
        problem=problem,
    )


def _state(coderun: dict, status: dict) -> tuple[str, str]:
    if not isinstance(coderun.get("metadata"), dict):
        return "unknown", "the object is not a CodeRun"
    if not isinstance(coderun.get("status") or {}, dict):
        return "unknown", "status is not an object"
    phase = status.get("phase") or ""
    if not isinstance(phase, str):
        return "unknown", "status.phase is not text"
    state = _WORDS.get(phase, "unknown")
    return state, f"no controller writes the phase {phase!r:.60}" if state == "unknown" else ""


def _pull_request(value: object) -> str:
    url = _text(value).strip()
    return "" if url == _NO_PULL_REQUEST else url


def _number(value: object) -> str:
    whole = _whole(value)
    return "" if whole is None else str(whole)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
