#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move the control plane of a practice cluster to another version, or back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_control_plane
short_description: Move the control plane of a practice cluster to another version, or back
version_added: 0.1.0
description:
  - Lets API server, controller manager and scheduler of a practice cluster run from other programs, one after the
    other, with the data of the cluster.
  - With O(snapshot) the data of a snapshot of etcd is put in place of the data of the cluster first. What was written
    since is lost.
  - Killed at any moment, it ends the same way when it is run again with the same options.
extends_documentation_fragment:
  - agent_platform.ops.lock
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
    description: Its folder.
    type: path
    required: true
  binaries:
    description:
      - Paths of its programs by name, as M(agent_platform.ops.lab_tools) returns them.
      - Without them nothing is moved, and the module only tells how the control plane is.
    type: dict
    default: {}
  kubernetes_version:
    description: Version of O(binaries).
    type: str
    default: ""
  snapshot:
    description: File with a snapshot of etcd in clear.
    type: path
requirements:
  - Linux or macOS
seealso:
  - module: agent_platform.ops.lab_cluster
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Move it to another version
  agent_platform.ops.lab_control_plane:
    name: lab
    directory: ~/.local/state/agent_platform_ops/lab/lab
    binaries: "{{ tools.binaries }}"
    kubernetes_version: "{{ tools.versions.kubernetes }}"
"""

RETURN = r"""
version:
  description: Version of the API server's program, also while it does not run.
  returned: always
  type: str
  sample: v1.35.4
answers:
  description: Whether its API server is ready.
  returned: always
  type: bool
moved:
  description: Names of the components that were moved (in check mode, would be).
  returned: always
  type: list
  elements: str
  sample: [kube-apiserver, kube-controller-manager, kube-scheduler]
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import LOCK_SPEC, Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import control_plane
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout, require_name


def run(options: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    require_name(options["name"])
    cluster = Cluster(Layout(Path(options["directory"]).resolve(), options["name"]))
    cluster.require_ready()
    if not options["binaries"]:
        return {"changed": False, "moved": [], **_seen(cluster)}
    wanted = Programs(options["binaries"], options["kubernetes_version"])
    back = options["snapshot"]
    moved = list(control_plane.COMPONENTS) if back else control_plane.outdated(cluster, wanted)
    if moved and not check_mode:
        fence = Fence.from_option(None, options["lock"])
        with cluster.alone():
            if back:
                control_plane.restore(cluster, wanted, wanted.paths["etcdutl"], Path(back), fence.check)
            else:
                moved = control_plane.move(cluster, wanted, fence.check)
    return {"changed": bool(moved), "moved": moved, **_seen(cluster)}


def _seen(cluster: Cluster) -> dict[str, Any]:
    return {"version": control_plane.version(cluster), "answers": cluster.answers()}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "directory": {"type": "path", "required": True},
            "binaries": {"type": "dict", "default": {}},
            "kubernetes_version": {"type": "str", "default": ""},
            "snapshot": {"type": "path"},
            "lock": LOCK_SPEC,
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
