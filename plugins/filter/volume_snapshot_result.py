# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role volume_snapshot says of its snapshots."""

from __future__ import annotations

DOCUMENTATION = r"""
name: volume_snapshot_result
short_description: What role volume_snapshot says of its snapshots
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.volume_snapshot#role) from what M(agent_platform.ops.volume_snapshot)
    returned, also where it failed since the cluster knows no VolumeSnapshots.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    volume_snapshot_result: "{{ taken | agent_platform.ops.volume_snapshot_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions, of_findings

CHECK = "volume_snapshot"
RESOURCE = "volumesnapshots.snapshot.storage.k8s.io"


def result(taken: dict) -> dict:
    if "rows" in taken:
        return of_actions(taken)
    about = subject("CustomResourceDefinition", "", RESOURCE)
    words = "the cluster knows no VolumeSnapshots, so no snapshot of a volume is taken"
    return of_findings([finding(CHECK, "unknown", about, words, evidence=f"kubectl get crd {RESOURCE}")], "snapshot")


class FilterModule:
    def filters(self) -> dict:
        return {"volume_snapshot_result": result}
