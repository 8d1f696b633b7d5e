#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, mend or remove the control plane of a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_cluster
short_description: Create, mend or remove the control plane of a practice cluster
version_added: 0.1.0
description:
  - A practice cluster is a real control plane (etcd, API server, controller manager, scheduler) of ordinary processes
    on this machine, with simulated nodes. It needs neither root nor a container engine, and listens on 127.0.0.1 alone.
  - Everything it has lies in one folder. Several stand side by side, each with its own name, folder and ports.
  - What an interrupted set-up or a killed process left behind is recognised. A set-up that never ended is begun anew;
    a cluster that was ready once is started again and keeps its data.
  - The API server writes an audit log of every write and of every read of people and runbooks, see RV(audit_log).
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  state:
    description: Whether the cluster is to run, or to be gone with its processes and its folder.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Its name, also the name of the context in its kubeconfig.
    type: str
    required: true
  directory:
    description:
      - Its folder. A folder that holds anything else is refused.
    type: path
    required: true
  binaries:
    description: Paths of its programs by name, as M(agent_platform.ops.lab_tools) returns them.
    type: dict
  kubernetes_version:
    description: Version of the control plane.
    type: str
  api_port:
    description: Port of the API server; V(0) chooses a free one, which the cluster keeps.
    type: int
    default: 0
requirements:
  - Linux or macOS
seealso:
  - module: agent_platform.ops.lab_tools
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Run the control plane
  agent_platform.ops.lab_cluster:
    name: lab
    directory: ~/.local/state/agent_platform_ops/lab/lab
    binaries: "{{ tools.binaries }}"
    kubernetes_version: "{{ tools.versions.kubernetes }}"

- name: Remove it with everything it has
  agent_platform.ops.lab_cluster:
    state: absent
    name: lab
    directory: ~/.local/state/agent_platform_ops/lab/lab
"""

RETURN = r"""
action:
  description: What was done, one of V(nothing), V(create), V(recreate), V(restart) and V(remove).
  type: str
  returned: always
reason:
  description: Why it was done.
  type: str
  returned: always
ended:
  description: Names of the processes that were ended.
  type: list
  elements: str
  returned: O(state=absent)
kubeconfig:
  description: The administrator's kubeconfig.
  type: str
  returned: O(state=present)
audit_log:
  description: The API server's audit log, one JSON object a line.
  type: str
  returned: O(state=present)
ports:
  description: Ports by use.
  type: dict
  returned: O(state=present)
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs, decide
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout, require_name, require_path
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.processes import running


def present(cluster: Cluster, options: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    wanted = Programs(options["binaries"], options["kubernetes_version"])
    requested = {"api": options["api_port"]} if options["api_port"] else {}
    seen = cluster.look(wanted, requested)
    action, reason = decide(seen)
    if check_mode or action == "nothing":
        return _result(cluster, action, reason)
    with cluster.alone():
        # Another set-up may have ended between the look and the lock.
        seen = cluster.look(wanted, requested)
        action, reason = decide(seen)
        if action in ("create", "recreate"):
            cluster.create(wanted, requested)
        elif action == "restart":
            cluster.restart(wanted, seen.outdated)
    return _result(cluster, action, reason)


def absent(cluster: Cluster, check_mode: bool) -> dict[str, Any]:
    # Processes live on when a person has removed the folder by hand.
    if not cluster.layout.directory.is_dir() and not running(cluster.folders):
        return {"changed": False, "action": "nothing", "reason": "it does not exist", "ended": []}
    ended: list[str] = []
    if not check_mode:
        with cluster.alone():
            ended = cluster.remove()
    return {"changed": True, "action": "remove", "reason": "it is to be gone", "ended": ended}


def _result(cluster: Cluster, action: str, reason: str) -> dict[str, Any]:
    return {
        "changed": action != "nothing",
        "action": action,
        "reason": reason,
        "kubeconfig": str(cluster.layout.kubeconfig),
        "audit_log": str(cluster.layout.audit_log),
        "ports": cluster.state.get("ports", {}),
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "directory": {"type": "path", "required": True},
            "binaries": {"type": "dict"},
            "kubernetes_version": {"type": "str"},
            "api_port": {"type": "int", "default": 0},
        },
        required_if=[("state", "present", ("binaries", "kubernetes_version"))],
        supports_check_mode=True,
    )
    try:
        require_name(module.params["name"])
        directory = Path(module.params["directory"]).resolve()
        require_path("lab_directory", str(directory))
        for path in (module.params["binaries"] or {}).values():
            require_path("lab_cache", path)
        cluster = Cluster(Layout(directory, module.params["name"]))
        if module.params["state"] == "present":
            result = present(cluster, module.params, module.check_mode)
        else:
            result = absent(cluster, module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
