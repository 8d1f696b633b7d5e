# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns of Rex, Cleo and Tess in every phase, their pods and their workspaces. Pure; private API."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import (
    KEEP,
    PLATFORM_NAMESPACE,
    STATE_LABEL,
    Clock,
    Object,
    claim,
    metadata,
    owned_by,
    suffix,
)

API = "agents.platform/v1"
FINALIZER = "coderuns.orchestrator.io/finalizer"
REX, CLEO, TESS = "5DLabs-Rex", "5DLabs-Cleo", "5DLabs-Tess"

_STAGES = {REX: "implementation", CLEO: "quality", TESS: "testing"}
_MODEL, _CLI = "claude-sonnet-4", "claude"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

# Task, agent, state, status without times: {} is a status that was never written.
_RUNS: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
    (1008, REX, "running", {"phase": "Running"}),
    (1101, REX, "running", {"phase": "Running", "retryCount": 1, "contextVersion": 2}),
    (1102, CLEO, "running", {"phase": "Running"}),
    (1103, CLEO, "main-container-dead", {"phase": "Running"}),
    (1104, TESS, "running", {"phase": "Running"}),
    (1105, TESS, "oom-killed", {"phase": "Failed", "message": "Job failed: OOMKilled"}),
    (1106, REX, "not-started", {}),
    (1107, REX, "pending", {"phase": "Pending", "message": "waiting for workspace-cto"}),
    (1001, REX, "succeeded", {"phase": "Succeeded", "pullRequestUrl": "https://github.com/5dlabs/cto/pull/1301"}),
    (1001, CLEO, "succeeded", {"phase": "Succeeded", "qaStatus": "approved"}),
    (1002, TESS, "succeeded", {"phase": "Succeeded", "qaStatus": "approved"}),
    (1108, REX, "failed", {"phase": "Failed", "message": "no pull request was made", "pullRequestUrl": "no-pr"}),
    (
        1109,
        REX,
        "needs-fixes",
        {"phase": "Failed", "remediationStatus": "needs-fixes", "qaStatus": "changes_requested"},
    ),
    (1110, CLEO, "retries-spent", {"phase": "Failed", "retryCount": 3, "contextVersion": 4}),
    # What the fields say cannot all be true.
    (1111, REX, "contradictory", {"phase": "Succeeded", "workCompleted": False, "pullRequestUrl": "no-pr"}),
    (1112, TESS, "contradictory", {"phase": "Running", "workCompleted": True, "jobName": "task-1112-gone"}),
    # A word that the controller does not know means «make the Job» to it.
    (1113, CLEO, "contradictory", {"phase": "Completed"}),
)
_FINISHED = ("Succeeded", "Failed", "Completed")
# Of each of the three containers, which all take the annotation of their pod.
_USAGE = {REX: ("280m", "860Mi"), CLEO: ("140m", "500Mi"), TESS: ("200m", "630Mi")}


def coderuns(clock: Clock) -> Iterator[Object]:
    """CodeRuns with their pods and the workspaces that are in use."""
    for index, (task, agent, state, status) in enumerate(_RUNS):
        run = coderun(clock, task, agent, status, since=timedelta(minutes=20 + 35 * index), state=state)
        yield run
        if state in ("running", "main-container-dead", "oom-killed"):
            yield _pod(clock, run, agent, state)


def finished_coderuns(clock: Clock, count: int, seed: int) -> Iterator[Object]:
    """``count`` CodeRuns of the past weeks, most of them successful."""
    for index in range(count):
        chance = random.Random(f"{seed}-coderun-{index}")
        agent = chance.choice((REX, CLEO, TESS))
        status = {"phase": chance.choices(("Succeeded", "Failed"), (88, 12))[0]}
        if agent == REX and status["phase"] == "Succeeded":
            status["pullRequestUrl"] = f"https://github.com/5dlabs/cto/pull/{3000 + index}"
        yield coderun(clock, 3000 + index, agent, status, since=timedelta(hours=chance.randint(2, 900)))


def workspaces() -> Iterator[Object]:
    """Shared and isolated workspaces; the last ones belong to nothing that still exists."""
    yield from _workspace("cto", REX, shared=True)
    yield from _workspace("cto", CLEO)
    yield from _workspace("cto", TESS)
    yield from _workspace("docs-site", REX, shared=True, state="orphan")
    yield from _workspace("old-gateway", REX, shared=True, state="orphan", size="60Gi")
    yield from _workspace("old-gateway", TESS, state="orphan")
    yield from _workspace(
        "benchmarks", REX, shared=True, state="orphan-kept", labels={"workspace.cleanup/skip": "true"}
    )
    yield from _workspace("evidence", REX, shared=True, state="pinned", labels=KEEP)
    yield from claim("play-task-877-workflow-workspace", "20Gi", {STATE_LABEL: "orphan"})


def coderun(
    clock: Clock, task: int, agent: str, status: dict[str, Any], *, since: timedelta, state: str = ""
) -> Object:
    """One CodeRun; ``since`` is how long ago its phase was written."""
    name = f"coderun-t{task}-{_short(agent)}"
    phase = status.get("phase")
    spec = {
        "runType": "implementation",
        "taskId": task,
        "service": "cto",
        "repositoryUrl": "https://github.com/5dlabs/cto",
        "docsRepositoryUrl": "https://github.com/5dlabs/cto",
        "docsProjectDirectory": "docs",
        "workingDirectory": "cto",
        "model": _MODEL,
        "githubApp": agent,
        "contextVersion": status.get("contextVersion", 1),
        "continueSession": status.get("retryCount", 0) > 0,
        "env": {"RUST_LOG": "info"},
        "cliConfig": {"cliType": _CLI, "model": _MODEL, "maxTokens": 16000},
    }
    labels = {
        "task-id": str(task),
        "github-app": agent,
        "workflow-name": f"play-task-{task}-workflow",
        "workflow-stage": _STAGES[agent],
        "workflow-type": "play-orchestration",
    }
    made: Object = {
        "apiVersion": API,
        "kind": "CodeRun",
        "metadata": metadata(name, labels=labels | ({STATE_LABEL: state} if state else {})),
        "spec": spec,
    }
    if phase in ("Running", "Pending"):
        made["metadata"]["finalizers"] = [FINALIZER]
    if phase:
        made["status"] = _status(clock, task, agent, status, since)
    return made


def _status(clock: Clock, task: int, agent: str, given: dict[str, Any], since: timedelta) -> Object:
    phase, written = given["phase"], clock.ago(since)
    reason = {"Running": "JobStarted", "Succeeded": "JobCompleted", "Failed": "JobFailed"}.get(phase, "Unknown")
    status = {
        "message": f"{reason} for task {task}",
        "lastUpdate": written,
        "jobName": _job(task, agent, given.get("contextVersion", 1)),
        "contextVersion": 1,
        "retryCount": 0,
        "conditions": [{"type": phase, "status": "True", "reason": reason, "lastTransitionTime": written}],
    }
    if phase in _FINISHED:
        status |= {"workCompleted": phase == "Succeeded", "finishedAt": written}
    return status | given


def _job(task: int, agent: str, version: int) -> str:
    return f"play-coderun-t{task}-{_short(agent)}-{_CLI}-v{version}"


def _pod(clock: Clock, run: Object, agent: str, state: str) -> Object:
    """The pod of a CodeRun's Job. It hangs on the CodeRun: a Job here would have its pods completed at once."""
    job = run["status"]["jobName"]
    cpu, memory = _USAGE[agent]
    labels = {
        "app": "controller",
        "component": "code-runner",
        "job-type": "code",
        "project-name": "cto",
        "github-user": agent.lower(),
        "context-version": str(run["status"]["contextVersion"]),
        "task-type": "code",
        "task-id": str(run["spec"]["taskId"]),
        "service": "cto",
        "cli-type": _CLI,
        "cli-model": _MODEL,
        "cli-container": "claude-code",
        "job-name": job,
        "batch.kubernetes.io/job-name": job,
        STATE_LABEL: state,
    }
    pod: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(
            f"{job}-{suffix(random.Random(job))}",
            labels=labels,
            annotations={"kwok.x-k8s.io/usage-cpu": cpu, "kwok.x-k8s.io/usage-memory": memory},
            ownerReferences=owned_by(API, "CodeRun", run["metadata"]["name"]),
        ),
        "spec": _pod_spec(agent),
    }
    if state != "running":
        pod["status"] = _broken_status(clock, pod["spec"], state)
    return pod


def _pod_spec(agent: str) -> Object:
    workspace = "workspace-cto" if agent == REX else f"workspace-cto-{_short(agent)}"
    resources = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "4Gi"}}
    mounts = [{"name": "workspace", "mountPath": "/workspace"}]
    return {
        "restartPolicy": "Never",
        "shareProcessNamespace": True,
        "containers": [
            {
                "name": "claude-code",
                "image": "ghcr.io/5dlabs/claude:1.0.72",
                "resources": resources,
                "volumeMounts": mounts,
            },
            {"name": "sidecar", "image": "ghcr.io/5dlabs/sidecar:0.4.1", "volumeMounts": mounts},
            {"name": "docker-daemon", "image": "docker.io/library/docker:27-dind"},
        ],
        "volumes": [{"name": "workspace", "persistentVolumeClaim": {"claimName": workspace}}],
    }


def _broken_status(clock: Clock, spec: Object, state: str) -> Object:
    """A main container that has ended: with everything else, or beside a sidecar that keeps the pod Running."""
    killed = state == "oom-killed"
    began, ended = clock.ago(3 * _HOUR), clock.ago(2 * _HOUR)
    ends = {
        "claude-code": (137, "OOMKilled") if killed else (1, "Error"),
        **({"sidecar": (0, "Completed"), "docker-daemon": (0, "Completed")} if killed else {}),
    }
    containers = []
    for container in spec["containers"]:
        code, reason = ends.get(container["name"], (None, ""))
        running: Object = {"running": {"startedAt": began}}
        over = {"exitCode": code, "reason": reason, "startedAt": began, "finishedAt": ended}
        containers.append(
            {
                "name": container["name"],
                "image": container["image"],
                "imageID": "",
                "ready": code is None,
                "restartCount": 0,
                "state": running if code is None else {"terminated": over},
            }
        )
    ready = {"status": "False", "reason": "ContainersNotReady", "lastTransitionTime": ended}
    return {
        "phase": "Failed" if killed else "Running",
        "startTime": began,
        "conditions": [{"type": "Ready", **ready}, {"type": "ContainersReady", **ready}],
        "containerStatuses": containers,
    }


def _workspace(
    service: str,
    agent: str,
    *,
    shared: bool = False,
    state: str = "",
    size: str = "10Gi",
    labels: dict[str, str] | None = None,
) -> list[Object]:
    name = f"workspace-{service}" if shared else f"workspace-{service}-{_short(agent)}"
    common = {
        "app": "orchestrator",
        "component": "code-runner",
        "service": service,
        "agent": _short(agent),
        "workspace-type": "shared" if shared else "isolated",
        **({STATE_LABEL: state} if state else {}),
    }
    return claim(name, size, common | (labels or {}), namespace=PLATFORM_NAMESPACE)


def _short(agent: str) -> str:
    return agent.rsplit("-", 1)[-1].lower()
