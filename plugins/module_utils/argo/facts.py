# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A workflow object checked for shape, as the other pure modules read it. Private API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

FINISHED = frozenset({"Succeeded", "Failed", "Error"})
#: every value of status.phase that Argo Workflows writes; "" is one that no controller has picked up
PHASES = FINISHED | {"", "Pending", "Running"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What one workflow says of itself; times are None where missing or unreadable."""

    metadata: dict
    labels: dict
    spec: dict
    status: dict
    phase: str
    created: datetime | None
    started: datetime | None
    finished: datetime | None


def read(workflow: object) -> Facts | CannotTell:
    """The facts of an object; CannotTell where it does not have the shape of a workflow."""
    if not isinstance(workflow, dict):
        return CannotTell("the object is not a workflow")
    metadata, spec, status = (workflow.get(part) or {} for part in ("metadata", "spec", "status"))
    for name, part in (("metadata", metadata), ("spec", spec), ("status", status)):
        if not isinstance(part, dict):
            return CannotTell(f"{name} is not an object")
    labels, phase = metadata.get("labels") or {}, status.get("phase") or ""
    if not isinstance(labels, dict):
        return CannotTell("metadata.labels is not an object")
    if not isinstance(phase, str):
        return CannotTell("status.phase is not text")
    return Facts(
        metadata=metadata,
        labels=labels,
        spec=spec,
        status=status,
        phase=phase,
        created=parse_time(metadata.get("creationTimestamp")),
        started=parse_time(status.get("startedAt")),
        finished=parse_time(status.get("finishedAt")),
    )
