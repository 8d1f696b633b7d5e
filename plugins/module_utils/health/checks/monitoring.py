# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the monitoring stack answers. Pure. Private API.

Only an answer that was understood is ok: a service that is not configured, does not answer, or answers something
else is unknown; one that says that it is not healthy is critical.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View, each, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

NAME = "monitoring_stack"
HEALTH_PATHS = {"prometheus": "/-/healthy", "grafana": "/api/health"}


def judge(service: str, url: str, answer: dict) -> dict:
    """The finding of one service.

    :param service: prometheus or grafana
    :param answer: {status, content, msg}: 0 and why, when no whole answer came
    """
    about, seen = subject("Service", name=service), {"evidence": f"curl {url.rstrip('/')}{HEALTH_PATHS[service]}"}
    if not url:
        option = f"platform_{service}_url"
        return finding(NAME, "unknown", about, f"{service}: not configured ({option} is empty)")
    status, content = _number(answer.get("status")), answer.get("content")
    if status < 100:
        reason = " ".join(str(answer.get("msg") or "no answer").split())[:200]
        return finding(NAME, "unknown", about, f"{service}: {reason}", **seen)
    verdict = {"prometheus": _prometheus, "grafana": _grafana}[service](content if isinstance(content, str) else "")
    if status == 200 and verdict == "ok":
        return finding(NAME, "ok", about, f"{service}: healthy", value=status, threshold=200, **seen)
    if status == 503 or verdict == "ill":
        message = f"{service}: says that it is not healthy (HTTP {status})"
        return finding(NAME, "critical", about, message, value=status, threshold=200, **seen)
    message = f"{service}: answered HTTP {status} with something that is not its health"
    return finding(NAME, "unknown", about, message, value=status, threshold=200, **seen)


def _prometheus(content: str) -> str:
    line = content.strip()
    return "ok" if line.startswith("Prometheus") and line.rstrip(".").endswith("is Healthy") else ""


def _grafana(content: str) -> str:
    try:
        database = json.loads(content)["database"]
    except (ValueError, KeyError, TypeError):
        return ""
    return "ok" if database == "ok" else "ill"


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _judge_view(view: View) -> Iterator[dict]:
    def one(item: dict) -> list[dict]:
        return [judge(item["service"], text(item.get("url")), mapping(item.get("answer")))]

    return each(NAME, "Service", view.items("services"), one)


CHECK = Check(
    name=NAME,
    title="Prometheus and Grafana answer and say that they are healthy",
    why="Without them nobody is alerted, and a quiet alarm looks like a healthy platform.",
    reads=("services",),
    judge=_judge_view,
)
