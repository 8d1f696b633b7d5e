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

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
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
#: the controller takes the first of these that holds a number; 0 is no limit
RETRY_KEYS = (
    "EXECUTION_MAX_RETRIES", "FACTORY_MAX_RETRIES", "CODEX_MAX_RETRIES", "CURSOR_MAX_RETRIES", "CLAUDE_MAX_RETRIES",
    "OPENCODE_MAX_RETRIES",
)  # fmt: skip
_DEFAULT_RETRIES = 1
_COUNT = re.compile(r"\+?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CodeRun:
    """One CodeRun; text that is missing or of another type is empty, a time or number None.

    state: one of STATES. phase: the word itself.
    changed_at: when the controller wrote its status last. finished_at: only for a finished one.
    agent: the GitHub App, as written. stage: of the play, such as implementation. task: the number as text.
    context_version: raised by one with each attempt; attempt: the one that the status is about.
    retry_limit: 0 is no limit, and retry_key says who set it. workflow: by label or owner, else as it is guessed.
    pull_request: its URL, empty without one. job: as the status names it.
    version: the resourceVersion. problem: why the state is unknown, empty otherwise.
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
    retry_limit: int = _DEFAULT_RETRIES
    retry_key: str = ""
    context_version: int | None = None
    attempt: int | None = None
    workflow: str = ""
    work_completed: bool | None = None
    finalizers: tuple[str, ...] = ()
    deleting_since: datetime | None = None
    deleting: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    problem: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether its phase says that it ended; workCompleted alone is not believed."""
        return self.state in FINISHED


def read(coderun: object) -> CodeRun:
    """The CodeRun of an object; never raises on its shape, then the state is unknown and problem says why."""
    item = mapping(coderun)
    meta, spec, status = (mapping(item.get(part)) for part in ("metadata", "spec", "status"))
    labels = _texts(meta.get("labels"))
    limit, key = retry_limit(spec.get("env"))
    state, problem = _state(item, status)
    changed = parse_time(status.get("lastUpdate"))
    finished = (parse_time(status.get("finishedAt")) or changed) if state in FINISHED else None
    return CodeRun(
        namespace=text(meta.get("namespace")),
        name=text(meta.get("name")),
        uid=text(meta.get("uid")),
        phase=text(status.get("phase")),
        state=state,
        created_at=parse_time(meta.get("creationTimestamp")),
        changed_at=changed,
        finished_at=finished,
        agent=text(spec.get("githubApp")) or labels.get("github-app", ""),
        service=text(spec.get("service")),
        task=_number(spec.get("taskId")) or labels.get("task-id", ""),
        stage=labels.get("workflow-stage", "") or labels.get("stage", ""),
        run_type=text(spec.get("runType")) or IMPLEMENTATION,
        pull_request=_pull_request(status.get("pullRequestUrl")),
        job=text(status.get("jobName")),
        message=text(status.get("message")),
        retries=whole(status.get("retryCount")),
        retry_limit=limit,
        retry_key=key,
        context_version=whole(spec.get("contextVersion")),
        attempt=whole(status.get("contextVersion")),
        workflow=_workflow(meta, labels, _number(spec.get("taskId"))),
        work_completed=status["workCompleted"] if isinstance(status.get("workCompleted"), bool) else None,
        finalizers=tuple(one for one in sequence(meta.get("finalizers")) if isinstance(one, str)),
        deleting_since=parse_time(meta.get("deletionTimestamp")),
        deleting=bool(meta.get("deletionTimestamp")),
        labels=labels,
        annotations=_texts(meta.get("annotations")),
        version=text(meta.get("resourceVersion")),
        problem=problem,
    )


def retry_limit(env: object) -> tuple[int, str]:
    """(how often the controller retries, the variable that says so); 0 is no limit."""
    values = _texts(env)
    for key in RETRY_KEYS:
        if _COUNT.fullmatch(values.get(key, "").strip()):
            return int(values[key]), key
    return _DEFAULT_RETRIES, ""


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


def _workflow(meta: dict, labels: dict[str, str], task: str) -> str:
    owning = (one for one in sequence(meta.get("ownerReferences")) if mapping(one).get("kind") == "Workflow")
    owner = next((text(one.get("name")) for one in owning), "")
    return labels.get("workflow-name", "") or owner or (f"play-task-{task}-workflow" if task else "")


def _pull_request(value: object) -> str:
    url = text(value).strip()
    return "" if url == _NO_PULL_REQUEST else url


def _number(value: object) -> str:
    number = whole(value)
    return "" if number is None else str(number)


def _texts(value: object) -> dict[str, str]:
    return {key: one for key, one in mapping(value).items() if isinstance(one, str)}
