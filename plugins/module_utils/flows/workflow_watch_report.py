# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What module workflow_watch_info returns of a workflow that was followed. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import ending, followed
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ending import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import IN_RESULT, present
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_watch import Outcome
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta

_EVENTS = 200
_FINDINGS = 200


def report(outcome: Outcome, limits: Limits, rows_directory: str | None) -> dict[str, Any]:
    """Everything but the cost.

    :raises OpsError: invalid, when the file with all lines cannot be written
    """
    scene = outcome.scene
    file = f"workflow_watch_info-{scene.now:%Y-%m-%dT%H-%M-%SZ}"
    timeline, timeline_file = present(outcome.lines, rows_directory, file)
    pods = [followed.pod_row(pod, scene.now, scene.gone.get(str(meta(pod).get("uid")), "")) for pod in scene.pods]
    return {
        "end": outcome.end,
        "line": outcome.line,
        "workflow": ending.summary(scene),
        "timeline": timeline,
        "timeline_file": timeline_file,
        "nodes": None if scene.nodes is None else scene.nodes[:IN_RESULT],
        "pods": pods[:IN_RESULT],
        "coderuns": [followed.coderun_row(item) for item in scene.coderuns][:IN_RESULT],
        "events": scene.events[-_EVENTS:],
        "findings": ending.findings(outcome.end, scene, limits, outcome.unread, outcome.line)[:_FINDINGS],
    }
