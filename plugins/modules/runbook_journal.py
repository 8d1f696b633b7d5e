#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runbook_journal
short_description: Keep the journal of a run and decide how it goes on
version_added: 0.1.0
description:
  - The life cycle of a runbook, used by role P(agent_platform.ops.runbook#role) alone. Each call appends what has
    happened to the journal of the run and returns what follows from it - whether a gate refuses the run, which steps
    are carried out, whether the next one may begin.
  - It is an action plugin that runs on the control node, without a module process.
options:
  state:
    description: What has happened.
    type: str
    required: true
    choices: [opened, looked, ready, step_finished, steps_done, rolled_back, verified, broken, closed]
  journal:
    description: Path of the journal, as V(opened) returned it.
    type: str
  runbook:
    description: The runbook as its playbook declares it, for V(opened).
    type: dict
  settings:
    description: How this run was asked for, for V(opened).
    type: dict
  number:
    description: Number of the step.
    type: int
  outcome:
    description: The result of the module or the failure that the state is about.
    type: dict
attributes:
  check_mode:
    description: Journals describe runs, so they are written in check mode too.
    support: full
  diff_mode:
    description: Returns in diff mode what has changed, or would change.
    support: none
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Open the run
  agent_platform.ops.runbook_journal:
    state: opened
    runbook: "{{ runbook }}"
    settings: {}
  register: run
"""

RETURN = r"""
journal:
  description: Path of the journal.
  returned: when O(state=opened)
  type: str
go:
  description: Whether the run goes on; after V(ready) and V(step_finished) whether the next step has begun.
  returned: when O(state) is V(opened), V(looked), V(ready) or V(step_finished)
  type: bool
steps:
  description: The steps to carry out.
  returned: when O(state=ready)
  type: list
  elements: dict
left_over:
  description: Journals of runs that were killed.
  returned: when O(state=ready)
  type: list
  elements: str
rollbacks:
  description: The entry points to call, in order.
  returned: when O(state=steps_done)
  type: list
  elements: dict
"""
