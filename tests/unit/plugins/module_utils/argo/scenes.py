# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one workflow at NOW, for tests of what is told of it."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import followed
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.timeline import Scene
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import NOW, at


def scene(
    workflow: dict, *, pods: tuple = (), coderuns: tuple = (), events: tuple = (), gone: dict | None = None
) -> Scene:
    nodes = followed.node_rows(workflow)
    return Scene(
        now=NOW,
        workflow=workflow,
        judgement=judge(workflow, NOW),
        nodes=None if isinstance(nodes, CannotTell) else nodes,
        pods=list(pods),
        coderuns=list(coderuns),
        events=[followed.event_row(one) for one in events],
        gone=gone or {},
    )


def pod(name: str = "agent", phase: str = "Running", *statuses: dict, node: str = "node-1", **status: object) -> dict:
    meta = {"namespace": "argo", "name": name, "uid": f"uid-{name}", "labels": {"github-user": "5dlabs-rex"}}
    said = {"phase": phase, "containerStatuses": list(statuses), **status}
    return {"kind": "Pod", "metadata": meta, "spec": {"nodeName": node} if node else {}, "status": said}


def running(name: str, age: float = 600, restarts: int = 0, **last: object) -> dict:
    before = {"lastState": {"terminated": last}} if last else {}
    return {"name": name, "restartCount": restarts, "state": {"running": {"startedAt": at(age)}}, **before}


def ended(name: str, code: int, age: float = 400, reason: str = "Error") -> dict:
    return {"name": name, "state": {"terminated": {"exitCode": code, "reason": reason, "finishedAt": at(age)}}}


def waiting(name: str, reason: str, message: str = "") -> dict:
    return {"name": name, "state": {"waiting": {"reason": reason, "message": message}}}


def coderun(phase: str, **status: object) -> dict:
    meta = {"namespace": "agents", "name": "run", "uid": "uid-run", "creationTimestamp": at(900)}
    return {"kind": "CodeRun", "metadata": meta, "spec": {}, "status": {"phase": phase, **status}}


def event(reason: str, message: str, kind: str = "Warning", about: str = "Pod", name: str = "agent") -> dict:
    meta = {"namespace": "argo", "name": f"{name}.1", "uid": f"uid-{reason}"}
    known = {"kind": about, "namespace": "argo", "name": name}
    return {"metadata": meta, "involvedObject": known, "type": kind, "reason": reason, "message": message,
            "lastTimestamp": at(60)}  # fmt: skip
