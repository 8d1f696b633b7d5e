# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role coderun_retention says of a pruning."""

from __future__ import annotations

DOCUMENTATION = r"""
name: coderun_retention_result
short_description: What role coderun_retention says of a pruning
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.coderun_retention#role) from what
    M(agent_platform.ops.coderun_prune) returned, also where it failed since the cluster knows no CodeRuns.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
  check:
    description: Whether the run only looks; else a plan without a deletion means that nothing was to be done.
    type: bool
    default: false
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    coderun_retention_result: "{{ pruned | agent_platform.ops.coderun_retention_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes, data, and the lines of the plan.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import (
    of_findings,
    of_prune,
    plan_of_prune,
)


def result(pruned: dict, check: bool = False) -> dict:
    if "rows" in pruned:
        return {**of_prune(pruned, check, CODERUN.noun), "plan": plan_of_prune(pruned)}
    where = subject("CustomResourceDefinition", "", CODERUN.full_name)
    one = finding(CODERUN.check, "unknown", where, str(pruned["msg"]), evidence=f"kubectl get crd {CODERUN.full_name}")
    return {**of_findings([one], CODERUN.kind), "plan": []}


class FilterModule:
    def filters(self) -> dict:
        return {"coderun_retention_result": result}
