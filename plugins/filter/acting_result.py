# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says of objects that its module acted on."""

from __future__ import annotations

DOCUMENTATION = r"""
name: acting_result
short_description: What a role says of objects that its module acted on
version_added: 0.1.0
description:
  - Makes the result of a step from what a module returned that acts on named objects, such as
    M(agent_platform.ops.agent_input) or M(agent_platform.ops.workspace_clean).
options:
  _input:
    description:
      - The result of the module, also when it failed after it had begun.
      - Of modules that acted one after another a list of their results.
    type: raw
    required: true
  data:
    description: What the report is to hold besides.
    type: dict
    default: {}
  nothing:
    description: The summary where there was nothing to act on; the line of the module by default.
    type: str
    default: ''
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    agent_input_result: "{{ sent | agent_platform.ops.acting_result({'message': sent.message}) }}"

- name: Say what was looked for where there was nothing
  ansible.builtin.set_fact:
    coderun_cancel_result: "{{ acted | agent_platform.ops.acting_result(nothing='no unfinished CodeRuns') }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data; C(data.about) names the object where there was one alone.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions, of_several


def result(acted: dict | list, data: dict | None = None, nothing: str = "") -> dict:
    if isinstance(acted, list):
        return of_several(acted)
    made = of_actions({**acted, "data": data or {}})
    if nothing and not acted["rows"]:
        made["summary"] = nothing
    if len(acted["rows"]) == 1:
        subject = acted["rows"][0]["subject"]
        name = "/".join(filter(None, (subject["namespace"], subject["name"])))
        made["summary"] = f"{made['summary']} · {name}"
        made["data"]["about"] = f"{subject['kind']} {name}"
    return made


class FilterModule:
    def filters(self) -> dict:
        return {"acting_result": result}
