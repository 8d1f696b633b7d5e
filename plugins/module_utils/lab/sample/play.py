# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows of the play template with nodes as Argo's controller writes them. Pure; private API."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import (
    ARGO,
    STATE_LABEL,
    Clock,
    Object,
    metadata,
    node,
    node_id,
)

PLAY = "play-workflow-template"
WORKFLOW_API = "argoproj.io/v1alpha1"

# Task and template, in order; roles/lab/files/sample/workflow_templates.yml has the same.
TASKS = (
    ("implementation-cycle", "agent-coderun"),
    ("quality-work", "agent-coderun"),
    ("update-to-waiting-qa", "update-stage"),
    ("wait-ready-for-qa", "suspend-for-event"),
    ("testing-work", "agent-coderun"),
    ("update-to-waiting-approval", "update-stage"),
    ("wait-pr-approved", "suspend-for-event"),
    ("wait-pr-merged", "suspend-for-event"),
    ("complete-task", "update-stage"),
)
_AGENTS = {"implementation-cycle": "5DLabs-Rex", "quality-work": "5DLabs-Cleo", "testing-work": "5DLabs-Tess"}
_STAGES = {
    "update-to-waiting-qa": "waiting-ready-for-qa",
    "update-to-waiting-approval": "waiting-pr-approved",
    "complete-task": "completed",
}
_STAGE_AT = {"wait-ready-for-qa": "waiting-ready-for-qa", "testing-work": "testing-in-progress", "": "completed"}
_STEPS = (("create-coderun-resource", "create-coderun"), ("wait-coderun-completion", "wait-coderun"))


def play(
    clock: Clock,
    task_id: int,
    *,
    started: timedelta,
    since: timedelta,
    at: str = "",
    phase: str = "Succeeded",
    state: str = "",
    labels: dict[str, str] | None = None,
    claims: bool = False,
    message: str = "",
) -> Object:
    """One play.

    :param started: how long ago it began
    :param since: how long ago it ended or, while it runs, how long ago task ``at`` began
    :param at: the task it stands or failed at; empty for one that went through
    :param claims: its workspace claim is still there
    """
    name = f"play-task-{task_id}-workflow"
    finished = phase not in ("Pending", "Running")
    status: Object = {
        "phase": phase,
        "startedAt": clock.ago(started),
        "finishedAt": clock.ago(since) if finished else None,
        "progress": f"{len(TASKS) if not at else _position(at)}/{len(TASKS)}",
        "nodes": play_nodes(clock, name, started, since, at, phase),
    }
    if message:
        status["message"] = message
    if claims:
        status["persistentVolumeClaims"] = [
            {"name": "workspace", "persistentVolumeClaim": {"claimName": f"{name}-workspace"}}
        ]
    return {
        "apiVersion": WORKFLOW_API,
        "kind": "Workflow",
        "metadata": metadata(name, labels=_labels(task_id, at, phase, finished, state) | (labels or {})),
        "spec": {"arguments": {"parameters": _parameters(task_id)}, "workflowTemplateRef": {"name": PLAY}},
        "status": status,
    }


def play_nodes(
    clock: Clock, workflow: str, started: timedelta, since: timedelta, at: str, phase: str
) -> dict[str, Object]:
    """status.nodes of a play: everything before ``at`` has succeeded, ``at`` itself has the workflow's phase."""
    last = _position(at) if at else len(TASKS) - 1
    running = phase == "Running"
    end = None if running else clock.ago(since)
    nodes = [node(workflow, workflow, "DAG", phase, (clock.ago(started), end), templateName="main")]
    # The tasks before the last one share the time between them; a hold began when the last of them ended.
    share = (started - since) / max(1, last if running else last + 1)
    parent = nodes[0]
    for index, (task, template) in enumerate(TASKS[: last + 1]):
        begin = clock.ago(started - share * index)
        over = clock.ago(started - share * (index + 1))
        is_last = index == last
        task_phase = phase if is_last and at else "Succeeded"
        times = (clock.ago(since), None) if is_last and running else (begin, over)
        made = _task(workflow, task, template, task_phase, times)
        parent["children"] = [made[0]["id"]]
        parent = made[-1]
        nodes += made
    if not running:
        nodes.append(
            node(
                workflow,
                f"{workflow}.onExit",
                "Pod",
                "Succeeded",
                (clock.ago(since), clock.ago(since)),
                display=f"{workflow}.onExit",
                templateName="cleanup-handler",
                boundaryID="",
            )
        )
    return {entry["id"]: entry for entry in nodes}


def _task(workflow: str, task: str, template: str, phase: str, times: tuple[str, str | None]) -> list[Object]:
    """The nodes of one task; the first is the task, the last the one that the next task hangs on."""
    name = f"{workflow}.{task}"
    if template == "suspend-for-event":
        return [node(workflow, name, "Suspend", phase, times, templateName=template)]
    if template == "update-stage":
        inputs = {"parameters": [{"name": "stage", "value": _STAGES[task]}]}
        return [node(workflow, name, "Pod", phase, times, templateName=template, inputs=inputs)]
    inputs = {"parameters": [{"name": "github-app", "value": _AGENTS[task]}]}
    made = [node(workflow, name, "Steps", phase, times, templateName=template, inputs=inputs)]
    for number, (step, step_template) in enumerate(_STEPS):
        step_phase = phase if number == len(_STEPS) - 1 else "Succeeded"
        inside: dict[str, Any] = {"boundaryID": node_id(workflow, name)}
        group = f"{name}[{number}]"
        made.append(node(workflow, group, "StepGroup", step_phase, times, display=f"[{number}]", **inside))
        pod = f"{group}.{step}"
        made.append(node(workflow, pod, "Pod", step_phase, times, display=step, templateName=step_template, **inside))
    for parent, child in pairwise(made):
        parent["children"] = [child["id"]]
    made[0]["outboundNodes"] = [made[-1]["id"]]
    return made


def _labels(task_id: int, at: str, phase: str, finished: bool, state: str) -> dict[str, str]:
    labels = {
        "workflow-type": "play-orchestration",
        "task-id": str(task_id),
        "repository": "5dlabs-cto",
        # No step of the template ever sets waiting-pr-merged: that is why plays hang there.
        "current-stage": _STAGE_AT.get(at, "waiting-pr-approved" if at.startswith("wait-") else "pending"),
        f"{ARGO}/workflow-template": PLAY,
        f"{ARGO}/phase": phase,
        f"{ARGO}/completed": "true" if finished else "false",
    }
    return labels | ({STATE_LABEL: state} if state else {})


def _parameters(task_id: int) -> list[Object]:
    values = {
        "implementation-agent": "5DLabs-Rex",
        "quality-agent": "5DLabs-Cleo",
        "testing-agent": "5DLabs-Tess",
        "task-id": str(task_id),
        "repository": "5dlabs/cto",
        "service": "cto",
    }
    return [{"name": name, "value": value} for name, value in values.items()]


def _position(task: str) -> int:
    return [name for name, _template in TASKS].index(task)
