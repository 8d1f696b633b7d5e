# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role runbook_review says of the runbooks."""

from __future__ import annotations

DOCUMENTATION = r"""
name: runbook_review_result
short_description: What role runbook_review says of the runbooks
version_added: 0.1.0
description:
  - Judges what M(agent_platform.ops.runbook_info) returned, and makes the result of role
    P(agent_platform.ops.runbook_review#role).
  - What could not be read is V(unknown), never healthy.
options:
  _input:
    description: The result of the module, also when it failed.
    type: dict
    required: true
  warn_before:
    description: Time before a review is due from which it is a warning, such as V(14d).
    type: str
    default: 14d
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    runbook_review_result: "{{ runbooks | agent_platform.ops.runbook_review_result(warn_before='30d') }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.review import step_result
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration


def result(answer: dict, warn_before: str = "14d") -> dict:
    try:
        return step_result(answer, parse_duration(warn_before, "warn_before") // 86400)
    except OpsError as error:
        raise AnsibleFilterError(error.as_result()["msg"]) from error


class FilterModule:
    def filters(self) -> dict:
        return {"runbook_review_result": result}
