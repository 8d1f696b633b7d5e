#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move fields of specifications to the names that they have since a release, and take that back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: specification_migration
short_description: Move fields of specifications to the names that they have now
version_added: 0.1.0
description:
  - Finds objects with fields that have another name since a release of a component, by its data, and gives them
    that name. Of Argo Workflows these are C(schedule) of CronWorkflows, and C(mutex) and C(semaphore) of
    synchronizations in CronWorkflows, WorkflowTemplates and ClusterWorkflowTemplates. Workflows are never touched.
  - A name is used only where the version to go back to knows it too. That is the one from which the last upgrade
    came, or the one that runs where no upgrade is recorded.
  - What was there is kept on the object, as annotation C(ops.agent-platform/migrated-from), field by field.
  - What Argo CD, Helm or kubectl keeps from elsewhere is refused and told, since its next sync would set the old
    field beside the new one; so is an object that has both. The module does not fail by that.
  - Each write is bound to the uid and version that were read, and the object is looked at afterwards.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.component
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
      - V(migrated) gives the fields the names of today.
      - V(reverted) gives them the names back that they had, where they were migrated since the last upgrade. A field
        that somebody changed since is refused.
    type: str
    choices: [migrated, reverted]
    default: migrated
  max_changes:
    description: When more than this would be changed, nothing is.
    type: int
    default: 200
  operations_namespace:
    description: Namespace of the record of the last upgrade.
    type: str
    default: agent-platform-ops
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Which specifications have fields of older names?
  agent_platform.ops.specification_migration:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
  check_mode: true
  diff: true

- name: Take back what was migrated since the last upgrade
  agent_platform.ops.specification_migration:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
    state: reverted
"""

RETURN = r"""
line:
  description: What was done, in one line for people.
  returned: always
  type: str
  sample: 4 migrated · 1 refused
since:
  description: The version to which the way back leads.
  returned: always
  type: str
  sample: v3.6.13
total:
  description: Objects changed, or in check mode to be changed.
  returned: always
  type: int
rows:
  description: The objects that have such fields, what went wrong first; action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: File with all rows, where there are more than 1,000.
  returned: always
  type: str
findings:
  description: Objects that did not become as they should, or are kept elsewhere.
  returned: always
  type: list
  elements: dict
diff:
  description: The fields that move, of each object.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes, seconds and peak memory.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, specification_migration
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import COMPONENT_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            **acting.SPEC,
            **COMPONENT_SPEC,
            "state": {"type": "str", "choices": ["migrated", "reverted"], "default": "migrated"},
            "max_changes": {"type": "int", "default": 200},
            "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
        },
        supports_check_mode=True,
    )
    acting.run(
        module,
        lambda client: specification_migration.act(client, module.params, module.check_mode),
        "specification_migration",
    )


if __name__ == "__main__":
    main()
