# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows and CodeRuns that ended, small enough for tests of performance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def ago(**span: float) -> str:
    return (NOW - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def stage(name: str, start: str, end: str | None, *, agent: str = "", kind: str = "Pod", **more: Any) -> dict[str, Any]:
    inputs = {"parameters": [{"name": "github-app", "value": agent}]} if agent else {}
    return {
        "displayName": name,
        "name": f"x.{name}",
        "type": kind,
        "phase": "Succeeded",
        "boundaryID": "root",
        "startedAt": start,
        "finishedAt": end,
        "inputs": inputs,
        **more,
    }


def workflow(name: str, hours: float, *stages: dict[str, Any], ended: float = 24, **more: Any) -> dict[str, Any]:
    """One that took so many hours and ended so many hours ago."""
    phase = more.pop("phase", "Succeeded")
    root = {"name": name, "displayName": name, "type": "DAG", "phase": phase}
    nodes = {"root": root, **{f"node-{number}": one for number, one in enumerate(stages)}}
    return {
        "metadata": {"name": name, "namespace": "argo", "uid": f"uid-{name}", "resourceVersion": "1"},
        "spec": {"workflowTemplateRef": {"name": more.pop("template", "play")}},
        "status": {
            "phase": phase,
            "startedAt": ago(hours=ended + hours),
            "finishedAt": ago(hours=ended),
            "nodes": nodes,
            **more,
        },
    }


def coderun(name: str, hours: float, *, agent: str = "5DLabs-Rex", phase: str = "Succeeded", ended: float = 24) -> dict:
    labels = {"workflow-stage": "implementation"}
    return {
        "metadata": {
            "name": name,
            "namespace": "argo",
            "creationTimestamp": ago(hours=ended + hours),
            "labels": labels,
        },
        "spec": {"githubApp": agent, "service": "shop"},
        "status": {"phase": phase, "lastUpdate": ago(hours=ended)},
    }
