# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role bucket_copy says of its copies."""

from __future__ import annotations

DOCUMENTATION = r"""
name: bucket_copy_result
short_description: What role bucket_copy says of its copies
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.bucket_copy#role) from what M(agent_platform.ops.bucket_copy) returned
    for each pair of buckets; a pair that failed before anything was looked at is a critical finding.
options:
  _input:
    description: The results of the module.
    type: list
    elements: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    bucket_copy_result: "{{ copied.results | agent_platform.ops.bucket_copy_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions, of_findings

CHECK = "bucket_copy"
MISSING = "bucket_copy_pairs is empty, so no bucket is copied"


def result(copied: list) -> dict:
    done = [one for one in copied if "rows" in one]
    findings = [judged for one in done for judged in one["findings"]]
    findings += [_broken(one) for one in copied if "rows" not in one]
    if not done:
        return of_findings(findings or [finding(CHECK, "unknown", subject("Bucket", "", CHECK), MISSING)], "bucket")
    files = [one["rows_file"] for one in done if one["rows_file"]]
    return of_actions(
        {
            "line": " | ".join(one["line"] if "rows" in one else str(one.get("msg")) for one in copied),
            "rows": [row for one in done for row in one["rows"]],
            "rows_file": files[0] if files else "",
            "findings": worst_first(findings),
            "total": sum(one["total"] for one in done),
            "cost": {"seconds": sum(one["cost"]["seconds"] for one in done)},
        }
    )


def _broken(one: dict) -> dict:
    pair = one.get("item") or {}
    return finding(CHECK, "critical", subject("Bucket", "", str(pair.get("target", ""))), str(one.get("msg", "")))


class FilterModule:
    def filters(self) -> dict:
        return {"bucket_copy_result": result}
