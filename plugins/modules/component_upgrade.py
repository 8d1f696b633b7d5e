#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move a component of the platform to another version, and take that back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: component_upgrade
short_description: Move a component to another version, and take that back
version_added: 0.1.0
description:
  - Applies the definitions and rights of a version, moves the workloads of the component to it one after the other,
    and follows each until it runs and has been well for a while.
  - What is replaced is kept in a ConfigMap in O(operations_namespace) before the first change, and in the write that
    changes a workload also on it, as annotation C(ops.agent-platform/upgraded-from). A run that was killed is gone on
    with, or taken back.
  - A way that is not allowed is refused before anything is touched, as M(agent_platform.ops.component_upgrade_info)
    tells it.
  - Every write to a workload is bound to the version that was read.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.component
  - agent_platform.ops.component.use
  - agent_platform.ops.component_method
  - agent_platform.ops.acting
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: Writes are sent as dry runs of the API server.
  diff_mode:
    support: full
options:
  state:
    description:
      - V(upgraded) moves the component to O(version). With O(method=helm) it looks whether Helm has done so, and
        follows the workloads.
      - V(prepared), with O(method=helm) alone, does what stands before Helm's own work. It waits until nobody works on
        the release, keeps what is there, and applies the definitions; RV(release) tells what Helm is to do.
      - V(confirmed) ends the upgrade after it was seen to work; until then only the same upgrade or the way back is
        accepted.
      - V(rolled_back) takes the last upgrade back, the workloads first and then the definitions. With O(method=helm)
        nothing else is done as long as RV(release) tells to which revision Helm is to go back.
    type: str
    choices: [prepared, upgraded, confirmed, rolled_back]
    required: true
  version:
    description: The version that is wanted, such as V(v3.7.15); needed for V(prepared) and V(upgraded).
    type: str
    default: ''
  definitions:
    description:
      - Files and folders with the CustomResourceDefinitions, ClusterRoles and Roles of O(version).
      - Objects of other kinds in them are left out and told; workloads are moved by their image, settings are the
        site's own.
    type: list
    elements: path
    default: []
  images:
    description: Images by name of the container; by default the image that is there with O(version) as its tag.
    type: dict
    default: {}
  automatic:
    description:
      - For V(rolled_back), whether a failed upgrade is taken back. Definitions that objects already need stay as they
        are then.
      - Without it a way back on which data would be lost is refused.
    type: bool
    default: false
  operations_namespace:
    description: Namespace of the record of the upgrade.
    type: str
    default: agent-platform-ops
  wait:
    description: Seconds that each workload may take to run.
    type: int
    default: 300
  steady:
    description: Seconds that a workload must stay well to count as running.
    type: int
    default: 10
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Move Argo Workflows to v3.7.15
  agent_platform.ops.component_upgrade:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
    state: upgraded
    version: v3.7.15
    definitions: [argo-workflows-v3.7.15/crds]

- name: Take it back
  agent_platform.ops.component_upgrade:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
    state: rolled_back
"""

RETURN = r"""
line:
  description: What was done, in one line for people.
  returned: always
  type: str
  sample: 2 moved · 1 applied · 7 already applied
old:
  description: The version from which the upgrade came.
  returned: always
  type: str
new:
  description: The version that is there now; in check mode, that would be.
  returned: always
  type: str
release:
  description:
    - The Helm release with namespace, name, revision, status, and the time at which Helm updated it.
    - C(back_to) is a revision to which Helm is to go back before anything else, or 0; C(upgrade) tells whether it is to
      upgrade the release.
  returned: with O(method=helm), but for O(state=confirmed)
  type: dict
left_out:
  description: How many objects of other kinds stand in O(definitions), by kind.
  returned: always
  type: dict
workloads:
  description: Kind, namespace and name of the workloads of the component that are there.
  returned: always
  type: list
  elements: dict
total:
  description: Objects changed, or in check mode to be changed.
  returned: always
  type: int
rows:
  description: The objects that are meant, what went wrong first; action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: File with all rows, where there are more than 1,000.
  returned: always
  type: str
findings:
  description: Objects that did not become as they should.
  returned: always
  type: list
  elements: dict
diff:
  description: What changes of each workload.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes, seconds and peak memory.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, upgrade_act, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            **acting.SPEC,
            **SPEC,
            **upgrade_release.SPEC,
            "state": {
                "type": "str",
                "choices": ["prepared", "upgraded", "confirmed", "rolled_back"],
                "required": True,
            },
            "version": {"type": "str", "default": ""},
            "definitions": {"type": "list", "elements": "path", "default": []},
            "images": {"type": "dict", "default": {}},
            "automatic": {"type": "bool", "default": False},
            "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
            "wait": {"type": "int", "default": 300},
            "steady": {"type": "int", "default": 10},
        },
        required_if=[("state", state, ["version"]) for state in ("prepared", "upgraded")],
        supports_check_mode=True,
    )
    acting.run(module, lambda client: upgrade_act.act(client, module.params, module.check_mode), "component_upgrade")


if __name__ == "__main__":
    main()
