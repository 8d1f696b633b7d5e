#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runbook_load
short_description: Read what a playbook declares about its runbook
version_added: 0.1.0
description:
  - Finds the playbook of a runbook, beside the playbook that runs or else in the collection, and sets the variable
    C(_runbook_loaded) to what it declares, so that role P(agent_platform.ops.runbook#role) can carry it out.
  - Used by role P(agent_platform.ops.diagnose#role) to treat a cause. It needs ansible-core 2.19 or newer.
  - It is an action plugin that runs on the control node, without a module process.
options:
  name:
    description: Name of the runbook, which is the name of its playbook without the ending.
    type: str
    required: true
attributes:
  check_mode:
    description: It only reads.
    support: full
  diff_mode:
    description: Returns in diff mode what has changed, or would change.
    support: none
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Read a runbook
  agent_platform.ops.runbook_load:
    name: resume_workflow

- name: Carry it out
  ansible.builtin.include_role:
    name: agent_platform.ops.runbook
  vars:
    runbook: "{{ _runbook_loaded }}"
"""

RETURN = r"""
path:
  description: The playbook that was read.
  returned: success
  type: str
"""
