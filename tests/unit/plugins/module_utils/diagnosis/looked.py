# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes made of a few objects, and what a probe says of them."""

from datetime import UTC, datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.catalogue import PROBES
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
REX = {"agent": "rex", "github_user": "5dlabs-rex", "github_app": "5DLabs-Rex"}


def at(**before):
    return (NOW - timedelta(**before)).strftime("%Y-%m-%dT%H:%M:%SZ")


def scene(subject=None, values=None, unread=(), **parts):
    """Parts of the snapshot by name; those in unread nobody may list."""
    snapshot = Snapshot()
    for part, items in parts.items():
        snapshot.add(part, items)
    for part in unread:
        snapshot.miss(part, "", "rex may not list them")
    return Scene(NOW, subject or {}, snapshot, values or {}, {}, {"namespaces": ["agent-platform"]})


def ask(name, where, **limits):
    """(word, first evidence); thresholds are written as a question does."""
    said = PROBES[name].judge(where, PROBES[name].limits(limits))
    return said.word, said.evidence[0] if said.evidence else ""


def container(name="claude-code", **state):
    return {"name": name, "state": state}


def ended(code=1, reason="Error", name="claude-code"):
    return container(name, terminated={"exitCode": code, "reason": reason, "finishedAt": at(minutes=9)})


def running(name="claude-code"):
    return container(name, running={"startedAt": at(hours=1)})


def pod(*statuses, name="agent", phase="Running", labels=None, claims=(), limit="256Mi", **more):
    meta = {"name": name, "namespace": "agent-platform", "creationTimestamp": more.pop("made", at(hours=1))}
    own = {"github-user": "5dlabs-rex", "task-id": "7", "job-name": "job", **(labels or {})}
    containers = [
        {
            "name": one["name"],
            "resources": {"limits": {"memory": limit}} if limit else {},
            "volumeMounts": [{"name": claim, "mountPath": "/workspace"} for claim in claims],
        }
        for one in statuses
    ]
    volumes = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
    return {
        "kind": "Pod",
        "metadata": {**meta, "labels": own},
        "spec": {"containers": containers, "volumes": volumes, "nodeName": more.pop("node", "node-1")},
        "status": {"phase": phase, "containerStatuses": list(statuses), **more},
    }


def node(name="node-1", **conditions):
    kinds = {"Ready": "True", **conditions}
    told = [{"type": kind, "status": word} for kind, word in kinds.items()]
    return {"kind": "Node", "metadata": {"name": name}, "status": {"conditions": told}}


def coderun(name="run", app="5DLabs-Rex", **status):
    meta = {"name": name, "namespace": "agent-platform", "uid": name, "creationTimestamp": at(hours=1)}
    return {"kind": "CodeRun", "metadata": meta, "spec": {"githubApp": app, "taskId": 7}, "status": status}


def job(run="run", name="job", conditions=(), **spec):
    owner = {"kind": "CodeRun", "name": run, "uid": run}
    meta = {"name": name, "namespace": "agent-platform", "ownerReferences": [owner]}
    told = [{"type": kind, "status": "True"} for kind in conditions]
    return {"kind": "Job", "metadata": meta, "spec": spec, "status": {"conditions": told}}


def deployment(name, available=1, wanted=1):
    meta = {"name": name, "namespace": "agent-platform", "generation": 1}
    status = {"observedGeneration": 1, "availableReplicas": available}
    return {"kind": "Deployment", "metadata": meta, "spec": {"replicas": wanted}, "status": status}
