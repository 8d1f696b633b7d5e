#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make, cancel, retry and delete CodeRuns."""

from __future__ import annotations

DOCUMENTATION = r"""
module: coderun
short_description: Make, cancel, retry and delete CodeRuns
version_added: 0.1.0
description:
  - Brings CodeRuns to a state and looks whether they got there. The CodeRun controller has no word for a cancellation
    or a retry from outside, so the module writes what makes the controller do it.
  - The controller looks at the status first. A CodeRun that ended is left alone, and any other one gets a Job when it
    has none. A Job that is only deleted comes back.
  - Each write names the version of the object that it was decided from. What others change meanwhile is read again and
    decided again, never overwritten. A second run changes nothing and keeps the first reason and time.
  - Fails when any CodeRun did not become as it was wished; what was done is in the result all the same.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.acting
  - agent_platform.ops.acting.several
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: The first write of each is sent as a dry run, so that the server says what it would say.
  diff_mode:
    support: full
options:
  state:
    description:
      - V(cancelled) ends it as C(Failed), with reason, time and actor, and then removes its Job; its pods end, and no
        new Job is made. The CodeRun and its workspace stay. One that ended already is left as it is.
      - V(retried) raises the context version, continues the session, removes the old Job and gives the CodeRun back to
        its controller as C(Pending). It ends when the controller has made the new Job. One that an agent works on is
        refused, one that succeeded too, unless it is an implementation without a pull request. What an earlier attempt
        left in C(remediationStatus) and C(qaStatus) is cleared, because the controller would fail the new one for it.
      - V(absent) deletes it, once its controller can let it go. The finalizer is never removed.
      - V(present) makes the CodeRun of O(spec), or only waits for one that is there. One that is there with another
        spec is refused, since its Job was made from that.
    type: str
    choices: [present, cancelled, retried, absent]
    default: present
  namespace:
    description: Namespace of the CodeRuns; by default they are looked for in all of them. Needed with O(state=present).
    type: str
    default: ''
  names:
    description:
      - Names of the CodeRuns. One of O(names), O(selector), O(workflow) and O(task) says which are meant.
      - One that is not there is an error but with O(state=absent).
    type: list
    elements: str
    default: []
  selector:
    description:
      - Label selector of the CodeRuns.
      - As with O(workflow) and O(task), those for which the state has no meaning are left out, that is the finished
        ones with O(state=cancelled), and all but the failed ones with O(state=retried).
    type: str
    default: ''
  workflow:
    description:
      - Name of the workflow that they belong to, by label C(workflow-name), by owner, or as the controller guesses it.
    type: str
    default: ''
  task:
    description: Number of their task.
    type: str
    default: ''
  spec:
    description:
      - The spec of the CodeRun to make. It is checked against the schema of the cluster before anything is sent.
    type: dict
  labels:
    description: Labels of the CodeRun to make.
    type: dict
    default: {}
  wait_for:
    description: Phases of which one must be reached within O(wait), with O(state=present) and O(state=retried).
    type: list
    elements: str
    choices: [Pending, Running, Succeeded, Failed]
    default: []
  reason:
    description: Why; needed but with O(state=present), at most 1,000 characters. It stays on the CodeRun.
    type: str
    default: ''
  shared_cleanup:
    description:
      - Delete a CodeRun although another one of the same agent and service is not finished.
      - The controller cleans up by agent and service, so that the other one may lose its Job.
    type: bool
    default: false
  without_controller:
    description: Ask for deletions although the controller is not available; they wait until it is back.
    type: bool
    default: false
  controller_namespace:
    description: Namespace of the Deployment of the CodeRun controller.
    type: str
    default: agent-platform
  controller_name:
    description: Name of that Deployment; while it is not available, nothing is deleted.
    type: str
    default: controller
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Stop every agent that works for a workflow
  agent_platform.ops.coderun:
    state: cancelled
    workflow: play-task-1101-workflow
    reason: The task was withdrawn

- name: Try a failed one again
  agent_platform.ops.coderun:
    state: retried
    namespace: agent-platform
    names: [coderun-t1108-rex]
    reason: The registry is back

- name: Make one and wait until it has ended
  agent_platform.ops.coderun:
    namespace: agent-platform
    names: [coderun-t1200-rex]
    labels: {task-id: "1200", github-app: 5DLabs-Rex}
    spec:
      taskId: 1200
      service: cto
      repositoryUrl: https://github.com/5dlabs/cto
      docsRepositoryUrl: https://github.com/5dlabs/cto
      workingDirectory: cto
      model: claude-sonnet-4
      githubApp: 5DLabs-Rex
    wait_for: [Succeeded, Failed]
    wait: 7200
"""

RETURN = r"""
line:
  description: What was done as one line for people.
  returned: always
  type: str
  sample: 2 cancelled · 1 already ended
total:
  description: How many were changed, would be, or may have been.
  returned: always
  type: int
rows:
  description: The first 1,000 CodeRuns, what went wrong first.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: One of create, cancel, retry, delete.
      type: str
    outcome:
      description: One of planned, changed, unchanged, refused, failed, unverified, not_reached.
      type: str
    subject:
      description: Kind, namespace, name and uid.
      type: dict
    detail:
      description: What it was before.
      type: str
    reason:
      description: Why this outcome.
      type: str
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
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, coderun_control
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "state": {"type": "str", "choices": ["present", "cancelled", "retried", "absent"], "default": "present"},
    "namespace": {"type": "str", "default": ""},
    "names": {"type": "list", "elements": "str", "default": []},
    "selector": {"type": "str", "default": ""},
    "workflow": {"type": "str", "default": ""},
    "task": {"type": "str", "default": ""},
    "spec": {"type": "dict"},
    "labels": {"type": "dict", "default": {}},
    "wait_for": {
        "type": "list",
        "elements": "str",
        "choices": ["Pending", "Running", "Succeeded", "Failed"],
        "default": [],
    },
    "shared_cleanup": {"type": "bool", "default": False},
    "without_controller": {"type": "bool", "default": False},
    "controller_namespace": {"type": "str", "default": "agent-platform"},
    "controller_name": {"type": "str", "default": "controller"},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.SPEC, **acting.SEVERAL_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )
    acting.run(module, lambda client: coderun_control.act(client, module.params, module.check_mode), "coderun_control")


if __name__ == "__main__":
    main()
