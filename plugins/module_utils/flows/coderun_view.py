# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns, their Jobs and pods as they are now, kept up to date by watches and by our own writes. Private API."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, jobs
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Job
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.lifecycle import Seen
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import watch
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import Notice, Source

RUNS, JOBS, PODS = "coderuns", "jobs", "pods"
_KINDS = {RUNS: CODERUN.at, JOBS: ("batch/v1", "jobs"), PODS: ("v1", "pods")}
_OF_JOBS = {"labelSelector": "batch.kubernetes.io/job-name"}
#: a source is a kind in a namespace
_BETWEEN = "|"


def sources(namespaces: Iterable[str]) -> list[Source]:
    """What is to be watched of these namespaces."""
    return [
        Source(f"{kind}{_BETWEEN}{namespace}", resource(*at, namespace), _OF_JOBS if kind == PODS else {})
        for namespace in namespaces
        for kind, at in _KINDS.items()
    ]


class View:
    """The newest that is known of each object, by kind and uid."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, Any]] = {}
        self._of: dict[str, set[str]] = {}
        # A late notice does not bring back what was deleted: no uid comes twice.
        self._gone: set[str] = set()
        # Its pods outlive a Job for some seconds.
        self._job_names: dict[str, set[str]] = {}

    def fill(self, watches: watch.Watches, names: Iterable[str], seconds: float) -> None:
        """Take in notices until every source has told all that is there.

        :raises OpsError: when one of them cannot be read, or not in that time
        """
        missing, deadline = set(names), time.monotonic() + seconds
        while missing:
            notice = _next(watches, deadline - time.monotonic())
            if notice is None:
                raise OpsError("timeout", f"the API server did not list {sorted(missing)[0]} in {seconds:g} s")
            self.take(notice)
            if notice.error:
                raise notice.error
            missing.discard(notice.source)

    def follow(self, watches: watch.Watches, seconds: float) -> None:
        """Wait so long for news, then take in all there are.

        :raises OpsError: when something may not be read any more
        """
        notice = _next(watches, seconds)
        while notice is not None:
            self.take(notice)
            if notice.error and notice.final:
                raise notice.error
            notice = _next(watches, 0)

    def take(self, notice: Notice) -> None:
        """What a watch tells; a failure changes nothing."""
        if notice.kind == watch.LISTED:
            for uid in self._of.get(notice.source, set()):
                self._objects.pop(uid, None)
            self._of[notice.source] = set()
        for item in notice.items:
            if notice.kind == watch.DELETED:
                self.drop(_uid(item))
            else:
                self.put(notice.source.partition(_BETWEEN)[0], item, notice.source)

    def put(self, kind: str, item: Mapping[str, Any], source: str = "") -> None:
        """One object, unless a newer version of it is known."""
        uid, known = _uid(item), self._objects.get(_uid(item))
        if uid and uid not in self._gone and (known is None or _version(known["item"]) <= _version(item)):
            self._objects[uid] = {"kind": kind, "item": item}
            if source:
                self._of.setdefault(source, set()).add(uid)

    def drop(self, uid: str) -> None:
        """It is known to be gone."""
        self._gone.add(uid)
        self._objects.pop(uid, None)

    def seen(self, uids: Iterable[str]) -> dict[str, Seen]:
        """What is there of each CodeRun now, by its uid."""
        runs = [coderuns.read(item) for item in self._all(RUNS)]
        by_uid = {run.uid: run for run in runs}
        named = {(run.namespace, run.job): run.uid for run in runs if run.job}
        own: dict[str, list[Job]] = {uid: [] for uid in uids}
        for job in map(jobs.read, self._all(JOBS)):
            for uid in job.owners or {named.get((job.namespace, job.name), "")}:
                if uid in own:
                    own[uid].append(job)
        pods = self._pods_by_job()
        return {uid: self._one(by_uid.get(uid), made, pods, runs) for uid, made in own.items()}

    def _one(self, run: CodeRun | None, made: list[Job], pods: dict[tuple[str, str], int], runs: list[CodeRun]) -> Seen:
        if run is None:
            return Seen(None)
        names = self._job_names.setdefault(run.uid, set())
        names |= {job.name for job in made} | ({run.job} if run.job else set())
        others = tuple(one for one in runs if one.namespace == run.namespace and one.uid != run.uid)
        return Seen(run, tuple(made), sum(pods.get((run.namespace, name), 0) for name in names), others)

    def _pods_by_job(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for pod in filter(jobs.is_at_work, self._all(PODS)):
            key = text(mapping(pod.get("metadata")).get("namespace")), jobs.job_of(pod)
            found[key] = found.get(key, 0) + 1
        return found

    def _all(self, kind: str) -> list[Any]:
        return [known["item"] for known in self._objects.values() if known["kind"] == kind]


def _next(watches: watch.Watches, seconds: float) -> Notice | None:
    try:
        return watches.notices.get(timeout=seconds) if seconds > 0 else watches.notices.get_nowait()
    except queue.Empty:
        return None


def _uid(item: Mapping[str, Any]) -> str:
    return text(mapping(item.get("metadata")).get("uid"))


def _version(item: Mapping[str, Any]) -> int:
    version = text(mapping(item.get("metadata")).get("resourceVersion"))
    return int(version) if version.isascii() and version.isdigit() else 0
