#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a platform to rest, and let it go again."""

from __future__ import annotations

DOCUMENTATION = r"""
module: quiesce
short_description: Bring a platform to rest, and let it go again
version_added: 0.1.0
description:
  - Pauses the automatic sync of Argo CD Applications and the autoscalers of controllers, suspends CronWorkflows and
    CronJobs, and scales controllers to 0, in this order, so that nothing acts by itself while objects are restored or
    upgraded.
  - What was there before is kept on each object, in the same write, under label and annotation
    C(ops.agent-platform/held). A run that was killed leaves nothing behind that O(state=released) does not find.
  - Letting go takes everything that is held, in the opposite order, and goes on after a failure. What somebody else
    changed meanwhile stays as it is.
  - Waits until no pod of a held controller is left, and until those of one that was let go are ready.
extends_documentation_fragment:
  - agent_platform.ops.acting
  - agent_platform.ops.attributes
  - agent_platform.ops.connection
  - agent_platform.ops.lock
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  state:
    description: Whether the platform is to rest.
    type: str
    choices: [quiesced, released]
    required: true
  controllers:
    description: Deployments and StatefulSets to scale to 0; kind, namespace and name.
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
  namespaces:
    description:
      - Namespaces whose schedules are held, and the Applications that deploy into them; all of them by default.
    type: list
    elements: str
    default: []
  kinds:
    description:
      - Hold or let go these kinds alone; all by default.
      - Autoscalers are held when they scale one of O(controllers), which need not be held itself.
    type: list
    elements: str
    choices: [Application, HorizontalPodAutoscaler, CronWorkflow, CronJob, StatefulSet, Deployment]
    default: []
  max_changes:
    description: When more than this would be held, nothing is. Letting go has no limit.
    type: int
    default: 200
  wait:
    description: Seconds to wait for pods to go or to become ready.
    type: int
    default: 120
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Bring the platform to rest
  agent_platform.ops.quiesce:
    state: quiesced
    controllers:
      - {namespace: argo, name: argo-workflows-workflow-controller}
      - {namespace: agent-platform, name: controller}
    reason: restore of 2026-11-21T02-00-00Z

- name: Let it go
  agent_platform.ops.quiesce:
    state: released
"""

RETURN = r"""
line:
  description: What was done, in one line for people.
  returned: always
  type: str
  sample: 3 suspended · 2 scaled to 0
total:
  description: Objects changed, or in check mode to be changed.
  returned: always
  type: int
rows:
  description:
    - The first 1,000 objects that are meant, what went wrong first; action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: File with all rows, where there are more.
  returned: always
  type: str
findings:
  description: Objects that did not become as they should.
  returned: always
  type: list
  elements: dict
diff:
  description: What changes of each object.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes, seconds and peak memory.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.quiesce import QUIESCED, RELEASED, act
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

KINDS = ["Application", "HorizontalPodAutoscaler", "CronWorkflow", "CronJob", "StatefulSet", "Deployment"]


def main() -> None:
    controller = {
        "kind": {"type": "str", "choices": ["Deployment", "StatefulSet"], "default": "Deployment"},
        "namespace": {"type": "str", "required": True},
        "name": {"type": "str", "required": True},
    }
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            **acting.SPEC,
            "state": {"type": "str", "choices": [QUIESCED, RELEASED], "required": True},
            "controllers": {"type": "list", "elements": "dict", "options": controller, "default": []},
            "namespaces": {"type": "list", "elements": "str", "default": []},
            "kinds": {"type": "list", "elements": "str", "choices": KINDS, "default": []},
            "max_changes": {"type": "int", "default": 200},
            "wait": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    acting.run(module, lambda client: act(client, module.params, module.check_mode), "quiesce")


if __name__ == "__main__":
    main()
