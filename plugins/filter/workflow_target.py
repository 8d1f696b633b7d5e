# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which workflow of several is meant."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_target
short_description: Which workflow of several is meant
version_added: 0.1.0
description:
  - Chooses from what M(agent_platform.ops.workflow_info) returned the one workflow that role
    P(agent_platform.ops.workflow_target#role) was asked for, or says in a sentence why it cannot.
options:
  _input:
    description: The workflows of the module's result.
    type: list
    elements: dict
    required: true
  name:
    description: Name of the workflow; else it is the one of O(task).
    type: str
    default: ''
  task:
    description: Number of the task.
    type: str
    default: ''
  namespaces:
    description: Where they were looked for.
    type: list
    elements: str
    default: []
  among:
    description: Which of a task's workflows may be meant.
    type: str
    choices: [unfinished, failed]
    default: unfinished
  role:
    description: The role whose options the sentence names.
    type: str
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Choose the one that is meant
  ansible.builtin.set_fact:
    choice: "{{ seen.workflows | agent_platform.ops.workflow_target(task='1101', role='workflow_resume') }}"
"""

RETURN = r"""
_value:
  description: The workflow as C(found), or C(problem), why none was chosen.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import listing

SHOWN = 5


def target(
    workflows: list[dict],
    name: str = "",
    task: object = "",
    namespaces: list[str] | None = None,
    among: str = "unfinished",
    role: str = "workflow_target",
) -> dict:
    """{found, problem}; one of them is empty."""
    where = listing(list(namespaces or ())) or "any namespace"
    words = f"of name {name} in {where}" if name else f"of task {task} in {where}"
    if not workflows:
        return _none(
            f"there is no workflow {words}; kubectl get workflows -A shows them all, and "
            f"-e {role}_namespace=<namespace> says where else to look"
        )
    meant = workflows if name else [one for one in workflows if _may_be_meant(one, among)]
    if not meant:
        return _none(f"no workflow {words} is {among}: {_list(workflows)}; name the one that is meant with its name")
    unfinished = [one for one in workflows if _may_be_meant(one, "unfinished")]
    if not name and among == "failed" and unfinished:
        return _none(f"a workflow of task {task} is still open: {_list(unfinished)}; look how it ends first")
    if len(meant) > 1:
        option = f"{role}_namespace=<namespace>" if name else f"{role}_workflow=<name>"
        return _none(f"{len(meant)} workflows {words} may be meant: {_list(meant)}; say which one with -e {option}")
    return {"found": meant[0], "problem": ""}


def _may_be_meant(workflow: dict, among: str) -> bool:
    phase = workflow["phase"]
    return phase in ("Failed", "Error") if among == "failed" else phase not in FINISHED


def _none(problem: str) -> dict:
    return {"found": {}, "problem": problem}


def _list(workflows: list[dict]) -> str:
    """The first few, each with its phase."""
    shown = [f"{one['namespace']}/{one['name']} ({one['phase'] or 'no phase'})" for one in workflows[:SHOWN]]
    more = len(workflows) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_target": target}
