# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflow objects for tests, written as ages before NOW."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def at(age: float | None) -> str | None:
    """RFC 3339 of age seconds before NOW; negative is in the future."""
    return None if age is None else (NOW - timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%SZ")


def workflow(
    name: str = "play-1",
    phase: str | None = None,
    *,
    created: float | None = None,
    started: float | None = None,
    finished: float | None = None,
    labels: dict | None = None,
    metadata: dict | None = None,
    spec: dict | None = None,
    status: dict | None = None,
    nodes: dict | None = None,
) -> dict:
    """A workflow as the API server lists it; what is None is left out, as Go leaves it out."""

    def present(**fields: object) -> dict:
        return {name: value for name, value in fields.items() if value is not None}

    meta = {"namespace": "argo", "name": name, "uid": f"uid-{name}", "resourceVersion": "1"}
    meta |= present(creationTimestamp=at(created), labels=labels) | (metadata or {})
    said = present(phase=phase, startedAt=at(started), finishedAt=at(finished), nodes=nodes) | (status or {})
    return {"metadata": meta, "spec": spec or {}} | ({"status": said} if said else {})


def finished(name: str, age: float, phase: str = "Succeeded", **others: object) -> dict:
    """A workflow that finished age seconds before NOW."""
    return workflow(name, phase, created=age + HOUR, started=age + HOUR, finished=age, **others)


def node(kind: str, phase: str, name: str, started: float | None = None, done: float | None = None) -> dict:
    return {"type": kind, "phase": phase, "displayName": name, "startedAt": at(started), "finishedAt": at(done)}


def hold(name: str, age: float | None, phase: str = "Running") -> dict:
    return node("Suspend", phase, name, age)
