# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis says: the way, the cause, and the runbook that treats it. Pure. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import Tree
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.walk import Path, fill, is_filled
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

_KINDS = {"workflow": "Workflow", "agent": "Agent", "coderun": "CodeRun"}
#: only then is a cause treated without another word of a person
_SURE = "high"


def result(tree: Tree, path: Path, scene: Scene) -> dict[str, Any]:
    """{tree, title, line, path, cause, facts, findings, unread}: everything but the cost."""
    cause = _cause(path)
    about = _subject(tree, path)
    told = finding(
        f"diagnose_{tree.name}",
        cause["status"],
        about,
        f"{cause['cause']} {cause['advice']}",
        value=f"confidence {path.confidence}",
        evidence=cause["command"],
        runbook=cause["runbook"],
    )
    return {
        "tree": tree.name,
        "title": tree.title,
        "subject": about,
        "line": _line(cause),
        "path": [
            {"question": one.question, "ask": one.ask, "answer": one.answer, "evidence": list(one.evidence)}
            for one in path.steps
        ],
        "cause": cause,
        "facts": dict(path.facts),
        "findings": [told],
        "unread": [{"part": name, "reason": reason} for name, reason in sorted(_unread(scene).items())],
    }


def _cause(path: Path) -> dict[str, Any]:
    """{id, cause, confidence, status, advice, command, runbook, fix}; fix is None where a person must."""
    cause, facts = path.cause, path.facts
    fix = fill(cause.fix, facts) if cause.fix is not None and path.confidence == _SURE else None
    texts = {field: fill(getattr(cause, field), facts) for field in ("cause", "advice", "command")}
    return {
        "id": cause.id,
        **texts,
        "confidence": path.confidence,
        "status": cause.status,
        "runbook": cause.runbook,
        "fix": fix if fix is not None and is_filled(fix) else None,
    }


def _subject(tree: Tree, path: Path) -> dict[str, str]:
    facts = path.facts
    name = facts.get(tree.subject) or facts.get("task") or ""
    return subject(_KINDS.get(tree.subject, "Platform"), facts.get("namespace", ""), name)


def _line(cause: dict[str, Any]) -> str:
    treated = f" · treated by {cause['runbook']}" if cause["runbook"] else ""
    return f"{cause['cause'].rstrip('.')} (confidence {cause['confidence']}){treated}"


def _unread(scene: Scene) -> dict[str, str]:
    """Reason by part, with the namespace where only a piece is missing."""
    pieces = {
        f"{one.part} in namespace {one.namespace}" if one.namespace else one.part: one.reason
        for one in scene.snapshot.unread
    }
    return {**pieces, **scene.unread}
