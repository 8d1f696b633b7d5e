#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submit, suspend, resume, stop, terminate, retry and delete workflows."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workflow
short_description: Submit, suspend, resume, stop, terminate, retry and delete workflows
version_added: 0.1.0
description:
  - Does to workflows what the command line of Argo does, straight on the API server, and looks in the objects
    whether it took effect. A server that accepts a request after which nothing happens is a failure of kind
    C(unverified).
  - Every write is bound to the version that the decision was made from. What has changed meanwhile, as by its
    controller, is read and decided again, and never overwritten. Lists of parameters are merged by name.
  - The annotations C(ops.agent-platform/<verb>-reason), C(-time) and C(-actor) tell who did it and why. What
    already is as it was wished is left alone and keeps those of the first time.
  - With O(names), one workflow that refuses keeps all from being touched. With O(selector), those to which the wish
    cannot apply are counted and left.
  - Compressed nodes are read and written back compressed. Off-loaded nodes cannot be told, so that whoever must
    change them is refused.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.acting
  - agent_platform.ops.acting.several
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: Writes are sent as dry runs of the API server, so that its rights and admission policies are asked too.
  diff_mode:
    support: full
options:
  state:
    description:
      - V(submitted) creates one, and waits until a controller has picked it up.
      - V(suspended) sets C(spec.suspend). What runs goes on to its end, and nothing new starts.
      - V(resumed) ends one hold, which is a suspend node or C(spec.suspend), or all of them with O(all_holds).
      - V(stopped) ends it and lets its exit handlers run; V(terminated) ends it without them. Neither can be resumed.
      - V(retried) runs again what failed, in the same workflow, by the rules of C(argo retry). A hold that failed
        because its workflow was stopped is opened again. A workflow whose nodes do not fit together is refused.
      - V(absent) deletes it. One that is protected, owns something protected or has not ended stays.
    type: str
    required: true
    choices: [submitted, suspended, resumed, stopped, terminated, retried, absent]
  namespace:
    description: Namespace of the workflows of O(names), of the one to submit, or the one to look in with O(selector).
    type: str
    default: ''
  namespaces:
    description: Namespaces to look in with O(selector); all of them by default.
    type: list
    elements: str
    default: []
  names:
    description: The workflows that are meant.
    type: list
    elements: str
    default: []
  selector:
    description: Label selector of the workflows that are meant.
    type: str
    default: ''
  reason:
    description:
      - Why; any text of at most 1,000 characters.
      - Required for V(stopped), V(terminated) and V(absent).
    type: str
    default: ''
  wait:
    description: Seconds for the effect, such as for the controller to go on or to end the workflow.
    type: int
    default: 30
  template:
    description: WorkflowTemplate in O(namespace) that is submitted.
    type: str
    default: ''
  cluster_template:
    description: ClusterWorkflowTemplate that is submitted.
    type: str
    default: ''
  workflow:
    description: A whole manifest that is submitted.
    type: dict
    default: {}
  resubmit:
    description:
      - A workflow in O(namespace) that has ended and is submitted again as a new one, with its spec, labels and
        annotations.
      - C(spec.shutdown) and C(spec.suspend) are not taken over.
    type: str
    default: ''
  name:
    description:
      - Name of the workflow that is submitted.
      - A second submission of the same name and content changes nothing; with another content it is refused.
    type: str
    default: ''
  generate_name:
    description: Beginning of the name where O(name) is not given; what is submitted and a dash by default.
    type: str
    default: ''
  parameters:
    description:
      - Values of parameters by name, for V(submitted) and V(retried). The others keep theirs.
      - A parameter that the workflow does not know is refused.
    type: dict
    default: {}
  labels:
    description: Further labels of the workflow that is submitted.
    type: dict
    default: {}
  node:
    description:
      - For V(resumed) the name, display name or id of the one hold to end, or V(spec.suspend).
      - For V(retried) with O(restart_successful) the node that is run again although it succeeded.
    type: str
    default: ''
  all_holds:
    description: End every open hold. Without it and O(node) a workflow with more than one open hold is refused.
    type: bool
    default: false
  note:
    description:
      - What a hold that is ended carries as its message; the actor and the reason by default.
      - For V(stopped) and V(terminated) it becomes the annotation C(ops.agent-platform/<verb>-message).
    type: str
    default: ''
  outputs:
    description: Values by name for outputs of a hold that somebody must supply.
    type: dict
    default: {}
  release:
    description:
      - For V(stopped) and V(terminated), take C(spec.suspend) away in the same request.
      - The controller ends nothing that it holds by C(spec.suspend), so without this such a workflow is refused.
    type: bool
    default: false
  restart_successful:
    description: For V(retried), run O(node) again, and all that came after it.
    type: bool
    default: false
  live:
    description: For V(absent), delete workflows that have not ended too.
    type: bool
    default: false
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Go on after the approval that no event told of
  agent_platform.ops.workflow:
    state: resumed
    namespace: argo
    names: [play-task-1101]
    node: wait-pr-approved
    reason: Approved in pull request 17, whose event was lost

- name: Stop every play of a repository
  agent_platform.ops.workflow:
    state: stopped
    namespace: argo
    selector: repository=5dlabs-cto
    max_changes: 50
    reason: The repository is moved

- name: Run again what failed, with another model
  agent_platform.ops.workflow:
    state: retried
    namespace: argo
    names: [play-task-1101]
    parameters:
      model: opus

- name: Submit a play once, however often this runs
  agent_platform.ops.workflow:
    state: submitted
    namespace: argo
    template: play-workflow-template
    name: play-task-1102
    parameters:
      task-id: "1102"
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 2 suspended · 1 already suspended
total:
  description: How many workflows were changed, or would be.
  returned: always
  type: int
rows:
  description: The first 1,000 workflows that were meant, what went wrong first.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: What was to be done, such as suspend.
      type: str
    outcome:
      description: One of failed, unverified, refused, not_reached, planned, changed, unchanged.
      type: str
    subject:
      description: Kind, namespace, name and uid.
      type: dict
    detail:
      description: What exactly, such as the name of the hold, and what still holds it.
      type: str
    reason:
      description: Why this outcome.
      type: str
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
not_selected:
  description: How many workflows match O(selector) but cannot be changed so, as ended ones cannot be stopped.
  returned: always
  type: int
workflow:
  description: Namespace, name and uid of the workflow that was submitted; in check mode the uid is empty.
  returned: for V(submitted)
  type: dict
  sample: {namespace: argo, name: play-task-1102, uid: 3b8c}
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
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, workflow_control
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

TEXTS = (
    "namespace", "selector", "template", "cluster_template", "resubmit", "name", "generate_name", "node", "note",
)  # fmt: skip
LISTS = ("namespaces", "names")
DICTS = ("workflow", "parameters", "labels", "outputs")
SWITCHES = ("all_holds", "release", "restart_successful", "live")
STATES = ["submitted", "suspended", "resumed", "stopped", "terminated", "retried", "absent"]
OPTIONS = {
    "state": {"type": "str", "required": True, "choices": STATES},
    **{name: {"type": "str", "default": ""} for name in TEXTS},
    **{name: {"type": "list", "elements": "str", "default": []} for name in LISTS},
    **{name: {"type": "dict", "default": {}} for name in DICTS},
    **{name: {"type": "bool", "default": False} for name in SWITCHES},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**OPTIONS, **acting.SPEC, **acting.SEVERAL_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )
    acting.run(module, lambda client: workflow_control.act(client, module.params, module.check_mode), "workflow")


if __name__ == "__main__":
    main()
