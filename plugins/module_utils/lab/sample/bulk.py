# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished workflows in any number: those that a platform collects from day to day. Pure; private API."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.play import WORKFLOW_API, play
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import (
    ARGO,
    Clock,
    Object,
    metadata,
    node,
    suffix,
)

# Prefix of the name, label type, the stage it is for.
_HELPERS = (
    ("stage-resume", "stage-resume", "waiting-pr-approved"),
    ("play-pr-created", "webhook-resume", "waiting-pr-created"),
    ("play-ready-for-qa", "webhook-resume", "waiting-ready-for-qa"),
    ("play-pr-merged", "task-completion", "waiting-pr-merged"),
)
_FAILURES = {
    "Failed": "child 'find-workflow' failed",
    "Error": "failed to create pod: the server was unable to return a response in the time allotted",
}
_PROJECT, _AUDIT = "play-project-workflow-template", "workspace-audit"
_FIRST_TASK = 2000


def history(clock: Clock, count: int, seed: int) -> Iterator[Object]:
    """``count`` finished workflows of several templates, ages and ends, as they lie about on a platform in use.

    The same seed gives the same names, and a larger count the same first ones.
    """
    for index in range(count):
        chance = random.Random(f"{seed}-history-{index}")
        ended = _age(chance)
        lasted = timedelta(minutes=chance.randint(4, 900))
        phase = chance.choices(("Succeeded", "Failed", "Error"), (84, 12, 4))[0]
        sort = chance.random()
        if sort < 0.4:
            at = "" if phase == "Succeeded" else chance.choice(("implementation-cycle", "quality-work", "testing-work"))
            yield play(clock, _FIRST_TASK + index, started=ended + lasted, since=ended, at=at, phase=phase)
        elif sort < 0.55:
            owner = {"spec": {"workflowTemplateRef": {"name": _PROJECT}}}
            yield _helper(clock, f"play-project-{index}", ended, phase, _PROJECT_KIND) | owner
        elif sort < 0.65:
            labels = {f"{ARGO}/cron-workflow": _AUDIT}
            yield _helper(clock, f"{_AUDIT}-{1760000000 + index * 3600}", ended, phase, _AUDIT_KIND, labels)
        else:
            yield plain(clock, index, seed, ended=ended, phase=phase)


_PROJECT_KIND = ("play-project", "play-project", "completed")
_AUDIT_KIND = (_AUDIT, "audit", "completed")


def plain(
    clock: Clock, index: int, seed: int, *, ended: timedelta | None = None, phase: str = "Succeeded", lot: str = ""
) -> Object:
    """One finished helper workflow of four nodes, some 3 KB as the API server gives it."""
    chance = random.Random(f"{seed}-plain-{lot}-{index}")
    kind = chance.choice(_HELPERS)
    name = f"{kind[0]}-{lot}{index}-{suffix(chance)}"
    return _helper(clock, name, _age(chance) if ended is None else ended, phase, kind)


def _age(chance: random.Random) -> timedelta:
    """Most are days old, some minutes, a few two months."""
    return timedelta(minutes=10 + min(chance.expovariate(1 / 17_000), 86_000))


def _helper(
    clock: Clock,
    name: str,
    ended: timedelta,
    phase: str,
    kind: tuple[str, str, str],
    labels: dict[str, str] | None = None,
) -> Object:
    prefix, sort, stage = kind
    begin, middle, end = (clock.ago(ended + timedelta(seconds=seconds)) for seconds in (24, 11, 0))
    ok = phase == "Succeeded"
    status: Object = {
        "phase": phase,
        "startedAt": begin,
        "finishedAt": end,
        "progress": "2/2" if ok else "1/2",
        "nodes": _nodes(name, phase, (begin, middle, end)),
        **({} if ok else {"message": _FAILURES[phase]}),
    }
    common = {"type": sort, "target-stage": stage, f"{ARGO}/completed": "true", f"{ARGO}/phase": phase}
    return {
        "apiVersion": WORKFLOW_API,
        "kind": "Workflow",
        "metadata": metadata(name, labels=common | (labels or {}), generateName=f"{prefix}-"),
        "spec": _SPEC,
        "status": status,
    }


def _nodes(name: str, phase: str, times: tuple[str, str, str]) -> dict[str, Object]:
    begin, middle, end = times
    nodes = [
        node(name, name, "Steps", phase, (begin, end), templateName="main"),
        node(name, f"{name}[0]", "StepGroup", phase, (begin, end), display="[0]"),
        node(
            name,
            f"{name}[0].find-workflow",
            "Pod",
            "Succeeded",
            (begin, middle),
            display="find-workflow",
            templateName="find",
            hostNodeName="node-1",
            outputs={"exitCode": "0"},
        ),
        node(
            name,
            f"{name}[0].resume-workflow",
            "Pod",
            phase,
            (middle, end),
            display="resume-workflow",
            templateName="resume",
            hostNodeName="node-2",
            outputs={"exitCode": "0" if phase == "Succeeded" else "1"},
        ),
    ]
    nodes[0]["children"] = [nodes[1]["id"]]
    nodes[0]["outboundNodes"] = [nodes[2]["id"], nodes[3]["id"]]
    nodes[1]["children"] = [nodes[2]["id"], nodes[3]["id"]]
    return {entry["id"]: entry for entry in nodes}


_SPEC: Object = {
    "entrypoint": "main",
    "serviceAccountName": "argo-workflow",
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "find-workflow", "template": "find"}, {"name": "resume-workflow", "template": "resume"}]
            ],
        },
        {"name": "find", "container": {"image": "docker.io/library/busybox:1.36", "command": ["sh", "-c", "true"]}},
        {"name": "resume", "container": {"image": "docker.io/library/busybox:1.36", "command": ["sh", "-c", "true"]}},
    ],
}
