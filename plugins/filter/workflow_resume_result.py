# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role workflow_resume says of a resumption."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_resume_result
short_description: What role workflow_resume says of a resumption
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.workflow_resume#role) from what M(agent_platform.ops.workflow)
    returned.
  - Tells of every hold that is ended by hand which event would have ended it; a review that did not take place is a
    warning.
options:
  _input:
    description: The result of the module, also when it failed after it had begun.
    type: dict
    required: true
  target:
    description: The workflow as it was before, as role P(agent_platform.ops.workflow_target#role) found it.
    type: dict
    required: true
  node:
    description: The hold that was named.
    type: str
    default: ''
  all_holds:
    description: Whether every hold was meant.
    type: bool
    default: false
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workflow_resume_result: >-
      {{ resumed | agent_platform.ops.workflow_resume_result(workflow_target_found, node='wait-pr-approved') }}
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.filter import workflow_control_result
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when, review_of
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import SPEC_SUSPEND
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

CHECK = "resumed_by_hand"
COLUMNS = ["Hold", "Open for", "It would have ended when", "Now"]


def result(acted: dict, target: dict, node: str = "", all_holds: bool = False) -> dict:
    made = workflow_control_result.result(acted, target)
    outcomes = [row["outcome"] for row in acted["rows"] if row["outcome"] in ("changed", "planned", "unverified")]
    holds = target.get("holds") or []
    meant = _meant(holds, node, all_holds) if outcomes else []
    ended = "would be ended" if "planned" in outcomes else "ended by hand"
    rows = [
        [
            hold["name"],
            "" if hold["age"] is None else format_age(hold["age"]),
            resumed_when(hold["name"]),
            ended if hold in meant else "open",
        ]
        for hold in holds
    ]
    table = {"title": "Holds", "columns": COLUMNS, "rows": rows, "more": 0}
    return {
        **made,
        "findings": worst_first([*made["findings"], *_findings(meant, target)]),
        "data": {**made["data"], "tables": [table] if rows else []},
    }


def _meant(holds: list[dict], node: str, all_holds: bool) -> list[dict]:
    if all_holds:
        return holds
    return [hold for hold in holds if node in (hold["name"], hold["node"]) or node.endswith(f".{hold['name']}")]


def _findings(holds: list[dict], target: dict) -> Iterator[dict]:
    about = subject("Workflow", target["namespace"], target["name"])
    evidence = f"kubectl -n {target['namespace']} get workflow {target['name']}"
    for hold in holds:
        event, review = resumed_when(hold["name"]), review_of(hold["name"])
        if review:
            words = f"{hold['name']} is ended by hand, so nobody has waited for {review}: make sure that it took place"
            yield finding(CHECK, "warning", about, words, evidence=evidence)
        elif event and hold["name"] != SPEC_SUSPEND:
            yield finding(CHECK, "ok", about, f"{hold['name']} is ended by hand; it would have gone on when {event}")


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_resume_result": result}
