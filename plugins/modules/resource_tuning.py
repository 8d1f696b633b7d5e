#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set what containers ask for and how many run, and take it back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_tuning
short_description: Set what containers ask for and how many run, and take it back
version_added: 0.1.0
description:
  - Sets requests, limits and replicas of Deployments and StatefulSets, as M(agent_platform.ops.resource_tuning_info)
    recommends them, and looks whether they are rolled out.
  - What was there before is kept on the workload, in the same write, under label and annotation
    C(ops.agent-platform/tuned). O(state=reverted) brings it back; what somebody else wrote meanwhile stays.
  - Replicas that a HorizontalPodAutoscaler decides are refused. So is what the automatic sync of an Argo CD Application
    would undo, unless O(pause_sync) is set; then the sync goes on when the change is taken back.
  - Each write is bound to the version that was decided on. One refusal keeps all from being changed.
  - When O(state=reverted), a failure does not keep the others from being taken back.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.acting.reason_required
  - agent_platform.ops.acting.several
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  state:
    description: Whether the changes are made or taken back.
    type: str
    choices: [applied, reverted]
    default: applied
  changes:
    description:
      - What is to be changed. When O(state=reverted), only kind, namespace and name count.
      - When O(state=reverted), an empty list is everything that was changed.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: Its kind.
        type: str
        choices: [Deployment, StatefulSet]
        default: Deployment
      namespace:
        description: Its namespace.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
      containers:
        description: What some of its containers are to ask for; what is not named stays.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: Name of the container.
            type: str
            required: true
          requests:
            description: "Requests of C(cpu) and C(memory), such as V({cpu: 130m})."
            type: dict
            default: {}
          limits:
            description: Limits of C(cpu) and C(memory).
            type: dict
            default: {}
      replicas:
        description: How many are to run.
        type: int
  pause_sync:
    description: Pause the automatic sync of Argo CD Applications that would undo the changes.
    type: bool
    default: false
seealso:
  - module: agent_platform.ops.resource_tuning_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Give the server of Argo what it needs
  agent_platform.ops.resource_tuning:
    changes:
      - namespace: argo
        name: argo-workflows-server
        containers:
          - name: argo-server
            requests: {cpu: 130m, memory: 272Mi}
    reason: It used 104 m CPU and 210 MiB at the 95th percentile of a week

- name: Take everything back
  agent_platform.ops.resource_tuning:
    state: reverted
    reason: Reviews take longer since then
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 2 sized anew · 1 already sized anew
total:
  description: Number of workloads that were, would be or may have been changed.
  returned: always
  type: int
rows:
  description: The first 1,000 workloads with their outcome and the reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, resource_tuning
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

CONTAINER_SPEC = {
    "name": {"type": "str", "required": True},
    "requests": {"type": "dict", "default": {}},
    "limits": {"type": "dict", "default": {}},
}
CHANGE_SPEC = {
    "kind": {"type": "str", "choices": ["Deployment", "StatefulSet"], "default": "Deployment"},
    "namespace": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "containers": {"type": "list", "elements": "dict", "default": [], "options": CONTAINER_SPEC},
    "replicas": {"type": "int"},
}
SPEC = {
    "state": {"type": "str", "choices": ["applied", "reverted"], "default": "applied"},
    "changes": {"type": "list", "elements": "dict", "default": [], "options": CHANGE_SPEC},
    "pause_sync": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.REASON_REQUIRED_SPEC, **acting.SEVERAL_SPEC, **CONNECTION_SPEC},
        supports_check_mode=True,
    )
    acting.run(module, lambda client: resource_tuning.act(client, module.params, module.check_mode), "resource_tuning")


if __name__ == "__main__":
    main()
