# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a workflow controller carries out a workflow of steps and a hold. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import results

CHECK = "workflow_validation"


def result(seen: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the step, with one finding.

    :param seen: submitted, held and ended (what the modules returned, {} for what was not reached), failure (a
        sentence, or empty), check (whether the server was only asked)
    """
    workflow = mapping(mapping(seen.get("submitted")).get("workflow"))
    status, message = _judge(seen)
    about = subject("Workflow", text(workflow.get("namespace")), text(workflow.get("name")) or "validation-*")
    return results.of_findings([finding(CHECK, status, about, message)], "workflow") | {"summary": message}


def _judge(seen: Mapping[str, Any]) -> tuple[str, str]:
    """(status, sentence)."""
    if seen.get("failure"):
        return "critical", f"the workflow was not carried out: {text(seen['failure'])}"
    if seen.get("check"):
        return "ok", "the API server would take a workflow; none was carried out"
    held, ended = mapping(seen.get("held")), mapping(seen.get("ended"))
    if held.get("end") != "held":
        return "critical", f"the workflow did not come to its hold: {text(held.get('line')) or 'nobody looked'}"
    state = mapping(ended.get("workflow")).get("state")
    if ended.get("end") != "ended" or state != "succeeded":
        return "critical", f"the workflow did not succeed after its hold: {text(ended.get('line')) or 'nobody looked'}"
    return "ok", "a workflow of two steps was carried out, held between them, resumed, and succeeded"
