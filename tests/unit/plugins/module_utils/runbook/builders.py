# SPDX-License-Identifier: GPL-3.0-or-later
"""Runbooks, journals and findings as the tests need them."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

START = 1_795_248_000.0  # 2026-11-21T08:00:00Z


def step(name: str = "Prune", role: str = "agent_platform.ops.workflow_retention", **more: Any) -> dict:
    return {"name": name, "role": role, "expected": "It is gone", "if_not": "Look again", **more}


def runbook(*steps: dict, **more: Any) -> dict:
    return {
        "name": "weekly_maintenance",
        "title": "Carry out the weekly maintenance",
        "type": "maintenance",
        "risk": "low",
        "owner": "platform-operations",
        "estimate": "10m",
        "writes": True,
        "lock": "cluster",
        "preflight": [],
        "verify": [],
        "steps": list(steps) or [step(), step("Look", "agent_platform.ops.certificate_expiry")],
        **more,
    }


def opened(book: dict | None = None, **more: Any) -> dict:
    return {
        "event": "opened",
        "time": START,
        "started": "2026-11-21T08:00:00Z",
        "platform": "lab",
        "runbook": book or runbook(),
        "version": "0.1.0",
        "check": False,
        "who": "ops@host",
        "owner": {"here": "", "pid": 0, "start": ""},
        "locks": True,
        "as_of": "2026-11-21T08:00:00Z",
        "took_up": None,
        **more,
    }


def event(kind: str, seconds: float = 1.0, **fields: Any) -> dict:
    return {"event": kind, "time": START + seconds, **fields}


def finished(number: int, status: str = "ok", seconds: float = 2.0, **fields: Any) -> dict:
    nothing = {"total": 0, "rows": [], "rows_file": ""}
    row = {"summary": "all well", "changes": nothing, "findings": [], "data": {}, "error": None, **fields}
    return event("step_finished", seconds, number=number, status=status, **row)


def found(status: str = "ok", check: str = "certificates", name: str = "webhooks-tls", **more: Any) -> dict:
    return finding(check, status, subject("Certificate", "argo", name), f"{name} is {status}", **more)


def error(message: str = "it broke", kind: str = "failed") -> dict:
    return {"kind": kind, "message": message, "request": None, "status": None}
