# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns, and what their controller makes of them: Job, ConfigMap, workspace, by the platform's names and labels."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import as_label
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import claim

CODERUNS = ("agents.platform/v1", "coderuns")
MAIN, SIDECAR = "claude-code", "sidecar"
_SHARED_WORKSPACE = ("rex", "blaze")
Object = dict[str, Any]


def coderun(
    name: str, *, agent: str = "5DLabs-Rex", task: int = 1, service: str = "shop", stage: str = "", **spec: Any
) -> Object:
    """The body of a CodeRun."""
    labels = {"task-id": str(task), "github-app": agent, **({"workflow-stage": stage} if stage else {})}
    return {
        "apiVersion": CODERUNS[0],
        "kind": "CodeRun",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "taskId": task,
            "service": service,
            "githubApp": agent,
            "repositoryUrl": "https://github.com/5dlabs/shop",
            "docsRepositoryUrl": "https://github.com/5dlabs/docs",
            "workingDirectory": ".",
            "model": "claude-sonnet-4",
            "cliConfig": {"cliType": "claude", "model": "claude-sonnet-4"},
            **spec,
        },
    }


def job_name(run: Object) -> str:
    spec, uid = run["spec"], run["metadata"]["uid"][:8]
    return f"play-coderun-t{spec.get('taskId', 0)}-{_short(run)}-{_cli(run)}-{uid}-v{spec['contextVersion']}"[:63]


def labels(run: Object) -> dict[str, str]:
    """Of Job, pod and ConfigMap."""
    spec = run["spec"]
    return {
        "app": "controller",
        "component": "code-runner",
        "job-type": "code",
        "project-name": run["metadata"]["name"][:63],
        "github-user": as_label(spec["githubApp"]),
        "context-version": str(spec["contextVersion"]),
        "task-type": "code",
        "task-id": str(spec.get("taskId", 0)),
        "service": spec["service"],
        "cli-type": _cli(run),
        "cli-container": MAIN,
    }


def job(run: Object) -> Object:
    mounts = [{"name": "workspace", "mountPath": "/workspace"}, {"name": "task-files", "mountPath": "/task-files"}]
    volumes = [
        {"name": "workspace", "persistentVolumeClaim": {"claimName": workspace_name(run)}},
        {"name": "task-files", "configMap": {"name": _config_map_name(run)}},
    ]
    images = {MAIN: "ghcr.io/5dlabs/claude:1.0.72", SIDECAR: "ghcr.io/5dlabs/sidecar:0.4.1"}
    pod = {
        "restartPolicy": "Never",
        "shareProcessNamespace": True,
        "containers": [{"name": name, "image": image, "volumeMounts": mounts} for name, image in images.items()],
        "volumes": volumes,
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": job_name(run), "labels": labels(run), "ownerReferences": [_owner(run)]},
        "spec": {"backoffLimit": 0, "template": {"metadata": {"labels": labels(run)}, "spec": pod}},
    }


def config_map(run: Object) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": _config_map_name(run), "labels": labels(run), "ownerReferences": [_owner(run)]},
        "data": {"task.md": "# Task\n"},
    }


def workspace(run: Object, namespace: str) -> list[Object]:
    """The volume and the claim, bound to each other."""
    kind = "shared" if _short(run) in _SHARED_WORKSPACE else "isolated"
    service, agent = run["spec"]["service"], _short(run)
    marks = {"app": "orchestrator", "component": "code-runner", "service": service, "agent": agent}
    return claim(workspace_name(run), "10Gi", marks | {"workspace-type": kind}, namespace=namespace)


def workspace_name(run: Object) -> str:
    shared = f"workspace-{run['spec']['service']}"
    return shared if _short(run) in _SHARED_WORKSPACE else f"{shared}-{_short(run)}"


def _config_map_name(run: Object) -> str:
    return f"code-{job_name(run)}-files"[:253]


def _owner(run: Object) -> Object:
    meta = run["metadata"]
    return {
        "apiVersion": CODERUNS[0],
        "kind": "CodeRun",
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _short(run: Object) -> str:
    return as_label(run["spec"]["githubApp"]).rsplit("-", 1)[-1]


def _cli(run: Object) -> str:
    return (run["spec"].get("cliConfig") or {}).get("cliType", "unknown")
