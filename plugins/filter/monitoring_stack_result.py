# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role monitoring_stack says of the answers of its services."""

from __future__ import annotations

DOCUMENTATION = r"""
name: monitoring_stack_result
short_description: What role monitoring_stack says of the answers of its services
version_added: 0.1.0
description:
  - Judges what Prometheus and Grafana answered to M(ansible.builtin.uri), and makes the result of role
    P(agent_platform.ops.monitoring_stack#role).
  - Only an answer that was understood is V(ok).
options:
  _input:
    description: The results of the module, a list with the service as C(item.key).
    type: list
    elements: dict
    required: true
  urls:
    description: Base URL by service, empty where it is not configured.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    monitoring_stack_result: "{{ answers.results | agent_platform.ops.monitoring_stack_result(urls) }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.monitoring import judge_all
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_findings


def result(answers: list[dict], urls: dict[str, str]) -> dict:
    return of_findings(judge_all(urls, answers), "service")


class FilterModule:
    def filters(self) -> dict:
        return {"monitoring_stack_result": result}
