#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether a component of the platform may be moved to another version, and what that does."""

from __future__ import annotations

DOCUMENTATION = r"""
module: component_upgrade_info
short_description: Tell whether a component may be moved to another version
version_added: 0.1.0
description:
  - Reads which version a component such as Argo Workflows runs, and judges the way to another one. A skipped minor
    version, another major version without data, a release of which nothing is known, and a way back on which data
    would be lost are not allowed.
  - Looks whether the platform uses what the releases on the way change, in the settings of the component, in its
    workloads, in the objects of the cluster, and in rules and dashboards.
  - Writes nothing.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.component
  - agent_platform.ops.component.use
  - agent_platform.ops.component_method
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  version:
    description:
      - The version that is wanted, such as V(v3.7.15).
      - Without it the way back is judged, to the version from which the last upgrade came.
    type: str
    default: ''
  operations_namespace:
    description: Namespace of the record of the last upgrade.
    type: str
    default: agent-platform-ops
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: May Argo Workflows be moved to v3.7.15?
  agent_platform.ops.component_upgrade_info:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
    version: v3.7.15
    watching: [monitoring/rules, monitoring/dashboards]
"""

RETURN = r"""
line:
  description: The judgement in one line.
  returned: success
  type: str
  sample: Argo Workflows v3.6.13 → v3.7.15 may be made
old:
  description: The version that runs, or from which the upgrade under way came.
  returned: success
  type: str
new:
  description: The version that is wanted; empty when there is nothing to take back.
  returned: success
  type: str
way:
  description: V(same), V(patch), V(minor), V(skip), V(major) or V(back).
  returned: success
  type: str
allowed:
  description: Whether the move may be made.
  returned: success
  type: bool
refusal:
  description: Why it may not be made, with what to do instead; empty when it may.
  returned: success
  type: str
phase:
  description: V(under way) or V(done) for the last upgrade, empty where none is recorded.
  returned: success
  type: str
workloads:
  description: Kind, name and version of what is moved.
  returned: success
  type: list
  elements: dict
findings:
  description: What the move does to the platform, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, upgrade_info, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            **SPEC,
            **upgrade_release.SPEC,
            "version": {"type": "str", "default": ""},
            "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
        },
        supports_check_mode=True,
    )
    looking.run(module, upgrade_info.prepare)


if __name__ == "__main__":
    main()
