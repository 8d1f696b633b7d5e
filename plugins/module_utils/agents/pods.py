# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one pod of an agent says of itself, checked for shape. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import COMPANIONS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

#: label selector of the pods of all agents; pods carry no label github-app and none that is called agent
SELECTOR = "github-user"
ENDED = frozenset({"Succeeded", "Failed"})
_SIDECARS = ("sidecar", "input-bridge")


@dataclass(frozen=True, slots=True)
class AgentPod:
    """One pod; text that is missing or of another type is empty, a time None.

    github_user: the label that tells the agent. job: of the Job that made it.
    coderun: only where the pod says it itself; else the Job or the CodeRun's status.jobName tells.
    main: the container that does the agent's work, empty where that cannot be told. sidecar: the one that takes live
    input, empty without one. claims: names of PersistentVolumeClaims that it mounts.
    problem: why its main container cannot be told, empty otherwise.
    """

    namespace: str
    name: str
    uid: str
    phase: str
    ready: bool
    node: str = ""
    github_user: str = ""
    service: str = ""
    task: str = ""
    job: str = ""
    coderun: str = ""
    main: str = ""
    sidecar: str = ""
    claims: tuple[str, ...] = ()
    created_at: datetime | None = None
    deleting: bool = False
    problem: str = ""
    resource_version: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_ended(self) -> bool:
        """Whether it will never run again."""
        return self.phase in ENDED


def read(pod: object) -> AgentPod:
    """The pod of an object; never raises on its shape."""
    whole = mapping(pod)
    meta, spec, status = (mapping(whole.get(part)) for part in ("metadata", "spec", "status"))
    names = list(_names(spec.get("containers")))
    main, problem = _main(names, label(whole, "cli-container"))
    return AgentPod(
        namespace=text(meta.get("namespace")),
        name=text(meta.get("name")),
        uid=text(meta.get("uid")),
        phase=text(status.get("phase")),
        ready=conditions(whole).get("Ready", {}).get("status") == "True",
        node=text(spec.get("nodeName")),
        github_user=label(whole, "github-user"),
        service=label(whole, "service"),
        task=label(whole, "task-id"),
        job=label(whole, "batch.kubernetes.io/job-name", "job-name"),
        coderun=_owner(meta, "CodeRun"),
        main=main,
        # A sidecar that Kubernetes itself knows as one stands among the init containers.
        sidecar=next((name for name in (*names, *_names(spec.get("initContainers"))) if name in _SIDECARS), ""),
        claims=tuple(dict.fromkeys(_claims(spec))),
        created_at=parse_time(meta.get("creationTimestamp")),
        deleting=bool(meta.get("deletionTimestamp")),
        problem=problem,
        resource_version=text(meta.get("resourceVersion")),
        labels={key: value for key, value in mapping(meta.get("labels")).items() if isinstance(value, str)},
    )


def _main(names: list[str], told: str) -> tuple[str, str]:
    """(the main container, why it cannot be told)."""
    if told in names:
        return told, ""
    workers = [name for name in names if name not in COMPANIONS]
    if len(workers) == 1:
        return workers[0], ""
    if not workers:
        return "", "no container of it does an agent's work"
    return "", f"{', '.join(workers[:5])} may each be the container that does the work"


def _names(containers: object) -> Iterator[str]:
    return (name for one in sequence(containers) if (name := text(mapping(one).get("name"))))


def _claims(spec: dict) -> Iterator[str]:
    for volume in sequence(spec.get("volumes")):
        name = text(mapping(mapping(volume).get("persistentVolumeClaim")).get("claimName"))
        if name:
            yield name


def _owner(meta: dict, kind: str) -> str:
    owners = (mapping(one) for one in sequence(meta.get("ownerReferences")))
    return next((text(one.get("name")) for one in owners if one.get("kind") == kind), "")
