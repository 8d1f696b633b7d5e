# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an agent is not restarted with a clean workspace."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workspace_restart_refusal
short_description: Why an agent is not restarted with a clean workspace
version_added: 0.1.0
description:
  - Judges by what M(agent_platform.ops.workspace_info) told of one workspace, looked into, whether its agent may be
    restarted with a clean one.
options:
  _input:
    description: The result of the module for one name.
    type: dict
    required: true
  shared:
    description: A shared workspace may go.
    type: bool
    default: false
  discard_unpushed:
    description: Work that is not pushed may go.
    type: bool
    default: false
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Make sure that a restart is safe
  ansible.builtin.assert:
    that: (seen | agent_platform.ops.workspace_restart_refusal) == ''
"""

RETURN = r"""
_value:
  description: Whole sentences; empty where the restart is safe.
  type: str
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_report


class FilterModule:
    def filters(self) -> dict:
        return {"workspace_restart_refusal": refusal}


def refusal(seen: dict, shared: bool = False, discard_unpushed: bool = False) -> str:
    return workspace_report.restart_refusal(seen, shared, discard_unpushed)
