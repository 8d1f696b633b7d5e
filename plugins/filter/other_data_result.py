# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role other_data says of the roles of a site."""

from __future__ import annotations

DOCUMENTATION = r"""
name: other_data_result
short_description: What role other_data says of the roles of a site
version_added: 0.1.0
description:
  - Makes one result of a step from those that the roles of a site set. A role that said nothing is unknown, one that
    failed is critical.
options:
  _input:
    description: For each role its name as C(role), and either its C(result) or the C(error) that ended it.
    type: list
    elements: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    other_data_result: "{{ said | agent_platform.ops.other_data_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    complete,
    finding,
    subject,
    worst_first,
)

CHECK = "other_data"


def result(said: list) -> dict:
    rows, findings, summaries, total = [], [], [], 0
    for one in said:
        told = mapping(one.get("result"))
        summaries.append(_summary(one, told))
        findings += [complete(each) for each in sequence(told.get("findings"))] or _silent(one, told)
        changes = mapping(told.get("changes"))
        rows += sequence(changes.get("rows"))
        total += whole(changes.get("total")) or 0
    return {
        "summary": " · ".join(summaries) or "no role is named",
        "findings": worst_first(findings),
        "changes": {"total": total, "rows": rows[:1000], "rows_file": ""},
        "data": {one["role"]: mapping(mapping(one.get("result")).get("data")) for one in said},
    }


def _summary(one: dict, told: dict) -> str:
    return f"{one['role']}: {told.get('summary') or one.get('error') or 'said nothing'}"


def _silent(one: dict, told: dict) -> list[dict]:
    """What is found where the role found nothing itself."""
    about = subject("Role", "", one["role"])
    if "error" in one:
        return [finding(CHECK, "critical", about, f"role {one['role']} failed: {one['error']}")]
    if not told:
        return [finding(CHECK, "unknown", about, f"role {one['role']} did not say how it went")]
    return [finding(CHECK, "ok", about, str(told.get("summary") or "it found nothing"))]


class FilterModule:
    def filters(self) -> dict:
        return {"other_data_result": result}
