# SPDX-License-Identifier: GPL-3.0-or-later
"""Our stand-in for the platform's CodeRun controller, which cannot be had here.

It does what is known of the real one, in its order: status first (one that ended, or whose work is completed, is left
alone), then the Job. It retries as often as the environment of the CodeRun says, and on deletion removes Jobs and
ConfigMaps by agent and service, also those of others. The Jobs are real, and the cluster's own Job controller makes
their pods; these work until `finish` ends them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINALIZER, read
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support import coderun_objects
from tests.support.claims import bind
from tests.support.cluster import ago
from tests.support.coderun_objects import CODERUNS, MAIN, Object

JOBS, CONFIG_MAPS, PODS = ("batch/v1", "jobs"), ("v1", "configmaps"), ("v1", "pods")
CLAIMS, VOLUMES = ("v1", "persistentvolumeclaims"), ("v1", "persistentvolumes")
_PAUSE = 0.2  # seconds between two looks; the real one looks at every change, and every 90 s
_STAGE = resource("kwok.x-k8s.io/v1alpha1", "stages", name="pod-complete")
#: without it the practice cluster completes every pod of a Job at once
_AGENTS_WORK_ON = {"key": ".metadata.labels.component", "operator": "NotIn", "values": ["code-runner"]}


class StandInCodeRunController:
    """Controls the CodeRuns of some namespaces while its context lasts, then removes what it worked on."""

    def __init__(
        self, api: Client, namespaces: Sequence[str], *, fail: Collection[str] = (), pod: Object | None = None
    ) -> None:
        """:param fail: names of CodeRuns whose agents fail as soon as they start, at every attempt
        :param pod: what the specs of their pods have besides, such as where they may run
        """
        self._api = api
        self._namespaces = namespaces
        self._fail, self._pod = fail, pod or {}
        self._made: dict[str, None] = {}
        self._ended, self._paused = threading.Event(), threading.Event()
        self._turn = threading.Lock()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._control, name="stand-in CodeRun controller", daemon=True)

    def __enter__(self) -> StandInCodeRunController:
        self._keep_agents_working(True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        for path in self._made:
            self._remove(path)
        self._keep_agents_working(False)
        if self._error:
            raise self._error

    def pause(self) -> None:
        """The controller is down: from now on nothing is done, until resume."""
        with self._turn:
            self._paused.set()

    def resume(self) -> None:
        self._paused.clear()

    def create(self, namespace: str, *bodies: Object) -> None:
        for body in bodies:
            self._api.create(resource(*CODERUNS, namespace), body)

    def get(self, namespace: str, name: str) -> Object:
        return self._api.get(resource(*CODERUNS, namespace, name))

    def wait_for(self, namespace: str, name: str, holds: Callable[[Object], bool], seconds: float = 60) -> Object:
        """The CodeRun, as soon as something holds of it."""
        deadline = time.monotonic() + seconds
        while not holds(found := self.get(namespace, name)):
            assert time.monotonic() < deadline, f"CodeRun {name} did not get there: {found.get('status')}"
            time.sleep(_PAUSE)
        return found

    def wait_for_agent(self, namespace: str, name: str) -> Object:
        """The pod in which the agent of a CodeRun works."""
        found = self.wait_for(namespace, name, lambda run: bool(self._working(namespace, run)))
        return self._working(namespace, found)[0]

    def finish(self, namespace: str, name: str, exit_code: int = 0, reason: str = "", pull_request: str = "") -> None:
        """The agent ends its work; its Job, and then the CodeRun, follow from that.

        :param reason: of the container, such as OOMKilled
        :param pull_request: URL that the agent reported before
        """
        if pull_request:
            self._write(self.get(namespace, name), pullRequestUrl=pull_request)
        pod = self.wait_for_agent(namespace, name)
        self._end(namespace, pod, exit_code, reason)

    def jobs(self, namespace: str, name: str = "") -> list[Object]:
        """The Jobs of a CodeRun, or all of them."""
        found = self._list(JOBS, namespace)
        return [job for job in found if not name or _owner(job) == name]

    def _control(self) -> None:
        while not self._ended.wait(_PAUSE):
            for namespace in self._namespaces:
                with self._turn:
                    if not self._paused.is_set():
                        self._look(namespace)

    def _look(self, namespace: str) -> None:
        jobs = {job["metadata"]["name"]: job for job in self.jobs(namespace)}
        for run in self._list(CODERUNS, namespace):
            try:
                self._reconcile(namespace, run, jobs)
            except OpsError as error:
                # Gone or changed between list and write, as every controller meets it: the next look sees it.
                if error.kind != "conflict" and not isinstance(error, NotFoundError):
                    self._error = error

    def _reconcile(self, namespace: str, run: Object, jobs: dict[str, Object]) -> None:
        meta, status = run["metadata"], run.get("status") or {}
        self._made[_path(run)] = None
        if meta.get("deletionTimestamp"):
            self._clean_up(namespace, run)
            return
        if FINALIZER not in meta.get("finalizers", ()):
            self._patch(run, {"metadata": {"finalizers": [*meta.get("finalizers", ()), FINALIZER]}})
        if status.get("workCompleted") is True or status.get("phase") in ("Succeeded", "Failed"):
            return
        job = jobs.get(status.get("jobName") or coderun_objects.job_name(run))
        if job is None:
            self._start(namespace, run)
        elif "Complete" in _ends(job):
            self._judge(run, job)
        elif "Failed" in _ends(job):
            self._retry_or_fail(run, job, "Job failed")
        elif meta["name"] in self._fail:
            for pod in self._working(namespace, run):
                self._end(namespace, pod, 1, "Error")

    def _start(self, namespace: str, run: Object) -> None:
        volume, claim = coderun_objects.workspace(run, namespace)
        self._made[resource(*VOLUMES, None, volume["metadata"]["name"])] = None
        self._made[resource(*CLAIMS, namespace, claim["metadata"]["name"])] = None
        bind(self._api, namespace, volume, claim)
        job = coderun_objects.job(run)
        job["spec"]["template"]["spec"] |= self._pod
        made = ((CONFIG_MAPS, coderun_objects.config_map(run)), (JOBS, job))
        for kind, body in made:
            if self._api.get_or_none(resource(*kind, namespace, body["metadata"]["name"])) is None:
                self._api.create(resource(*kind, namespace), body)
        name, version = coderun_objects.job_name(run), run["spec"]["contextVersion"]
        words = "Code implementation started"
        self._write(run, "Running", words, jobName=name, contextVersion=version, workCompleted=False)

    def _judge(self, run: Object, job: Object) -> None:
        """The Job succeeded; the CodeRun only does with what its stage must bring."""
        seen = read(run)
        asked = (run.get("status") or {}).get("remediationStatus")
        if asked in ("needs-fixes", "failed-remediation"):
            self._fail_it(run, f"Implementation agent requested manual intervention ({asked})")
        elif seen.stage == "implementation" and not seen.pull_request:
            self._retry_or_fail(run, job, "Implementation attempt did not produce a pull request")
        else:
            self._write(
                run, "Succeeded", "Code implementation completed successfully", workCompleted=True, finishedAt=ago()
            )

    def _retry_or_fail(self, run: Object, job: Object, reason: str) -> None:
        limit, count = _limit(run), (run["status"].get("retryCount") or 0) + 1
        if limit and count > limit:
            self._fail_it(run, f"Retry limit reached without completion: {reason}")
            return
        self._delete(JOBS, job)
        changed = self._patch(
            run, {"spec": {"contextVersion": run["spec"]["contextVersion"] + 1, "continueSession": True}}
        )
        self._write(changed, "Running", f"Retry attempt {count} scheduled: {reason}", retryCount=count)

    def _fail_it(self, run: Object, message: str) -> None:
        self._write(run, "Failed", message, workCompleted=False, finishedAt=ago())

    def _clean_up(self, namespace: str, run: Object) -> None:
        """Before it lets a deleted one go: everything of its agent and service, whoever it belongs to."""
        if FINALIZER not in run["metadata"].get("finalizers", ()):
            return
        marks = coderun_objects.labels(run)
        selector = ",".join(f"{key}={marks[key]}" for key in ("github-user", "service"))
        for kind in (JOBS, CONFIG_MAPS):
            for found in self._list(kind, namespace, selector):
                self._delete(kind, found)
        left = [one for one in run["metadata"]["finalizers"] if one != FINALIZER]
        self._patch(run, {"metadata": {"finalizers": left}})

    def _working(self, namespace: str, run: Object) -> list[Object]:
        job = (run.get("status") or {}).get("jobName", "")
        pods = self._list(PODS, namespace, f"batch.kubernetes.io/job-name={job}") if job else []
        return [pod for pod in pods if pod["status"].get("phase") == "Running"]

    def _end(self, namespace: str, pod: Object, exit_code: int, reason: str) -> None:
        words = reason or ("Error" if exit_code else "Completed")
        ended = [
            {
                "name": one["name"],
                "image": one["image"],
                "imageID": "",
                "ready": False,
                "restartCount": 0,
                "state": {
                    "terminated": {
                        "exitCode": exit_code if one["name"] == MAIN else 0,
                        "reason": words if one["name"] == MAIN else "Completed",
                        "finishedAt": ago(),
                    }
                },
            }
            for one in pod["spec"]["containers"]
        ]
        status = {"phase": "Failed" if exit_code else "Succeeded", "containerStatuses": ended}
        self._api.patch(f"{resource(*PODS, namespace, pod['metadata']['name'])}/status", {"status": status})

    def _write(self, run: Object, phase: str = "", message: str = "", **fields: Any) -> None:
        """To the status, without a precondition, as the real one does."""
        if phase:
            fields |= {"phase": phase, "message": message, "lastUpdate": ago()}
        self._api.patch(f"{_path(run)}/status", {"status": fields})

    def _patch(self, run: Object, body: Object) -> Object:
        return self._api.patch(_path(run), body)

    def _delete(self, kind: tuple[str, str], found: Object) -> None:
        meta = found["metadata"]
        path = resource(*kind, meta["namespace"], meta["name"])
        self._api.delete(path, meta["uid"], meta["resourceVersion"])

    def _list(self, kind: tuple[str, str], namespace: str, selector: str = "") -> list[Object]:
        query = {"labelSelector": selector} if selector else {}
        return self._api.list_at(resource(*kind, namespace), query)[0]

    def _remove(self, path: str) -> None:
        """Whatever holds it; its Jobs go along with a CodeRun."""
        for _attempt in range(5):
            try:
                self._api.patch(path, {"metadata": {"finalizers": []}})
                meta = self._api.get(path)["metadata"]
                self._api.delete(path, meta["uid"], meta["resourceVersion"])
            except NotFoundError:
                return
            except OpsError as error:
                if error.kind != "conflict":
                    raise

    def _keep_agents_working(self, work_on: bool) -> None:
        """Agents do not end by themselves as the pods of other Jobs do here."""
        found = self._api.get(_STAGE)
        matching = [one for one in found["spec"]["selector"]["matchExpressions"] if one != _AGENTS_WORK_ON]
        found["spec"]["selector"]["matchExpressions"] = [*matching, *([_AGENTS_WORK_ON] if work_on else [])]
        self._api.replace(_STAGE, found)


def _limit(run: Object) -> int:
    """Retries that it gets; 0 is no limit."""
    return read(run).retry_limit


def _ends(job: Object) -> set[str]:
    conditions = (job.get("status") or {}).get("conditions") or []
    return {one["type"] for one in conditions if one["status"] == "True"}


def _owner(job: Object) -> str:
    return next((one["name"] for one in job["metadata"].get("ownerReferences", ())), "")


def _path(run: Object) -> str:
    return resource(*CODERUNS, run["metadata"]["namespace"], run["metadata"]["name"])
