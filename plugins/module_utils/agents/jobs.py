# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Jobs and pods say of the work on a CodeRun, checked for shape. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import Work
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label, meta

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_ENDS = ("Complete", "Failed")
_JOB_LABELS = ("batch.kubernetes.io/job-name", "job-name")


@dataclass(frozen=True, slots=True)
class Job:
    """One Job; text that is missing is empty, a time or number None.

    end: Complete, Failed, or empty as long as it is not done. attempt: the context version that it was made for.
    owners: uids. made_for: name of the CodeRun that owns it. pinned: it must survive.
    """

    namespace: str
    name: str
    uid: str
    version: str = ""
    end: str = ""
    owners: frozenset[str] = frozenset()
    made_for: str = ""
    attempt: int | None = None
    pinned: bool = False

    @property
    def is_active(self) -> bool:
        return not self.end


def read(job: object) -> Job:
    """The Job of an object; never raises on its shape."""
    item = mapping(job)
    data, seen = meta(item), conditions(item)
    attempt = label(item, "context-version")
    return Job(
        namespace=text(data.get("namespace")),
        name=text(data.get("name")),
        uid=text(data.get("uid")),
        version=text(data.get("resourceVersion")),
        end=next((kind for kind in _ENDS if seen.get(kind, {}).get("status") == "True"), ""),
        owners=frozenset(_uids(item)),
        made_for=next((text(owner.get("name")) for owner in _owners(item) if owner.get("kind") == "CodeRun"), ""),
        attempt=int(attempt) if _NUMBER.fullmatch(attempt) else None,
        pinned=is_pinned(mapping(data.get("labels"))),
    )


def is_at_work(pod: Item) -> bool:
    """Whether a pod has not ended."""
    return mapping(pod.get("status")).get("phase") not in ("Succeeded", "Failed")


def job_of(pod: Item) -> str:
    """The Job that made a pod."""
    return label(pod, *_JOB_LABELS)


class Works:
    """What is there of the work on CodeRuns, looked up by CodeRun."""

    def __init__(self, jobs: Iterable[object], pods: Iterable[Item]) -> None:
        self._jobs: dict[tuple[str, str], Job] = {}
        self._made_for: dict[tuple[str, str], list[Job]] = {}
        for job in map(read, jobs):
            self._jobs[job.namespace, job.name] = job
            self._made_for.setdefault((job.namespace, job.made_for), []).append(job)
        self._pods: dict[tuple[str, str], int] = {}
        for pod in filter(is_at_work, pods):
            for key in _keys(pod):
                self._pods[key] = self._pods.get(key, 0) + 1

    def of(self, run: CodeRun, looked: bool = True) -> Work:
        """:param looked: whether Jobs and pods of its namespace could be read"""
        job = self._jobs.get((run.namespace, run.job))
        pods = self._pods.get((run.namespace, run.job), 0) + self._pods.get((run.namespace, run.uid), 0)
        found = None if job is None else "active" if job.is_active else "ended"
        return Work(found, pods, looked, self._earlier(run), job.end if job else "")

    def _earlier(self, run: CodeRun) -> str:
        """A Job that another CodeRun of the same name owns, one that is gone."""
        made = self._made_for.get((run.namespace, run.name), ()) if run.name else ()
        return next((job.name for job in made if run.uid not in job.owners), "")


def _keys(pod: Item) -> set[tuple[str, str]]:
    """Namespace, and the name of its Job or the uid of an owner."""
    namespace = text(meta(pod).get("namespace"))
    return {(namespace, name) for name in (job_of(pod), *_uids(pod)) if name}


def _uids(item: Item) -> Iterator[str]:
    return (text(owner.get("uid")) for owner in _owners(item) if text(owner.get("uid")))


def _owners(item: Item) -> Iterator[dict]:
    return map(mapping, sequence(meta(item).get("ownerReferences")))
