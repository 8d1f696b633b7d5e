# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What retention needs to know of a workflow, small enough to hold 50,000 of them. Private API."""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import labels as known
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time


class Summary(NamedTuple):
    """One workflow. A named tuple because it costs no more than its fields and is built in one call.

    finished_at: seconds since 1970, None where missing or unreadable; finish_problem says which.
    template: what it was made from, the group of which the newest are kept.
    has_claims: the controller still lists PersistentVolumeClaims that it made for this workflow.
    owned_by: uids of the owners.
    problem: why the object cannot be judged at all.
    """

    namespace: str
    name: str
    uid: str
    resource_version: str
    phase: str
    finished_at: float | None
    finish_problem: str | None
    template: str
    pinned: bool
    archiving_pending: bool
    deleting: bool
    finalizers: tuple[str, ...]
    has_claims: bool
    owned_by: tuple[str, ...]
    problem: str | None


def summarize(workflow: object) -> Summary:
    """The summary of a workflow object; never raises on its shape, then problem is set."""
    try:
        return _summarize(workflow)
    except (AttributeError, KeyError, TypeError):
        return _unreadable(workflow)


def _summarize(workflow: dict) -> Summary:
    metadata, status = workflow["metadata"], workflow.get("status") or {}
    labels = metadata.get("labels") or {}
    finalizers, owners = metadata.get("finalizers"), metadata.get("ownerReferences")
    raw = status.get("finishedAt")
    finished = parse_time(raw)
    name = _text(metadata["name"])
    return Summary(
        namespace=intern(metadata.get("namespace") or ""),
        name=name,
        uid=_text(metadata["uid"]),
        resource_version=_text(metadata["resourceVersion"]),
        phase=intern(status.get("phase") or ""),
        finished_at=finished.timestamp() if finished else None,
        finish_problem=None if finished else "finish time cannot be read" if raw else "no finish time",
        template=_template(workflow.get("spec") or {}, metadata, labels, name),
        pinned=known.is_pinned(labels),
        archiving_pending=labels.get(known.ARCHIVING) == "Pending",
        deleting=bool(metadata.get("deletionTimestamp")),
        finalizers=tuple(intern(item) for item in finalizers) if finalizers else (),
        has_claims=bool(status.get("persistentVolumeClaims")),
        owned_by=tuple(intern(owner["uid"]) for owner in owners) if owners else (),
        problem=None,
    )


def _template(spec: dict, metadata: dict, labels: dict, name: str) -> str:
    reference = spec.get("workflowTemplateRef")
    if reference and reference.get("name"):
        return intern(reference["name"])
    for label in known.TEMPLATES:
        if labels.get(label):
            return intern(labels[label])
    prefix = metadata.get("generateName")
    return intern(prefix.rstrip("-")) if prefix else name


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text expected")
    return value


def _unreadable(workflow: object) -> Summary:
    """A summary of what can be named, so that the row says which object could not be judged."""
    metadata = workflow.get("metadata") if isinstance(workflow, dict) else None
    metadata = metadata if isinstance(metadata, dict) else {}

    def text(field: str) -> str:
        value = metadata.get(field)
        return value if isinstance(value, str) else ""

    owners = metadata.get("ownerReferences")
    uids = [owner.get("uid") for owner in owners if isinstance(owner, dict)] if isinstance(owners, list) else []
    return Summary(
        namespace=text("namespace"),
        name=text("name"),
        uid=text("uid"),
        resource_version=text("resourceVersion"),
        phase="",
        finished_at=None,
        finish_problem="no finish time",
        template="",
        pinned=False,
        archiving_pending=False,
        deleting=False,
        finalizers=(),
        has_claims=False,
        owned_by=tuple(uid for uid in uids if isinstance(uid, str)),
        problem="the object does not have the shape of a workflow",
    )
