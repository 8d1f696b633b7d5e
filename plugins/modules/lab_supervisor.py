#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the supervisor of a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_supervisor
short_description: Run the supervisor of a practice cluster
version_added: 0.1.0
description:
  - The pods of a practice cluster are simulated. Its supervisor is a small process that watches the Deployment of the
    Argo workflow-controller and runs the real controller as it says. 0 replicas stop it, 1 starts it, another image tag
    runs that version's program from the cache; a missing one is told in an event on the Deployment.
  - It also keeps metrics-server and Prometheus running, restarts what dies, and ends what it runs when it ends itself.
  - A running supervisor whose program or settings differ from the wanted ones is replaced.
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  name:
    description: Name of the practice cluster.
    type: str
    required: true
  directory:
    description: Folder of the practice cluster.
    type: path
    required: true
  sources:
    description: Folder of the supervisor's program.
    type: path
    required: true
  tools:
    description: What M(agent_platform.ops.lab_tools) returned; without metrics-server in it, none is run.
    type: dict
    required: true
  namespace:
    description: Namespace of the controller's Deployment.
    type: str
    default: argo
  deployment:
    description: Name of the controller's Deployment.
    type: str
    default: argo-workflows-workflow-controller
  any_version:
    description: Let the Deployment want another version of the controller than that of O(tools), as a restored one may.
    type: bool
    default: false
  timeout:
    description: Seconds that its processes may take to run in the versions of O(tools).
    type: int
    default: 30
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Run the supervisor
  agent_platform.ops.lab_supervisor:
    name: lab
    directory: ~/.local/state/agent_platform_ops/lab/lab
    sources: "{{ role_path }}/files/supervisor"
    tools: "{{ tools }}"
"""

RETURN = r"""
reason:
  description: Why it was started; empty when it ran already.
  type: str
  returned: always
processes:
  description: What it runs, by name, with state, pid, version, restarts and message.
  type: dict
  returned: always
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout, require_name
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.supervision import Supervision, Wanted


def run(options: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    require_name(options["name"])
    layout = Layout(Path(options["directory"]).resolve(), options["name"])
    tools = options["tools"]
    wanted = Wanted(
        sources=Path(options["sources"]),
        tools=Path(tools["root"]),
        platform=tools["platform"],
        metrics_server=tools["binaries"].get("metrics-server", ""),
        metrics_version=tools["versions"].get("metrics_server", ""),
        prometheus=tools["binaries"]["prometheus"],
        prometheus_version=tools["versions"]["prometheus"],
        controller_version="" if options["any_version"] else tools["versions"]["argo_workflows"],
        deployment={"namespace": options["namespace"], "name": options["deployment"]},
    )
    supervision = Supervision(layout, wanted)
    fault = supervision.fault()
    if check_mode:
        return {"changed": fault is not None, "reason": fault or "", "processes": {}}
    if fault:
        supervision.start()
    return {"changed": fault is not None, "reason": fault or "", "processes": supervision.wait(options["timeout"])}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "directory": {"type": "path", "required": True},
            "sources": {"type": "path", "required": True},
            "tools": {"type": "dict", "required": True},
            "namespace": {"type": "str", "default": "argo"},
            "deployment": {"type": "str", "default": "argo-workflows-workflow-controller"},
            "any_version": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    try:
        result = run(module.params, module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
