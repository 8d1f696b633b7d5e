#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell which objects of a platform newer definitions would refuse or cut."""

from __future__ import annotations

DOCUMENTATION = r"""
module: crd_compatibility_info
short_description: Tell which objects newer definitions would refuse or cut
version_added: 0.1.0
description:
  - Loads CustomResourceDefinitions into an empty scratch API server, reads each object of their kinds from the
    platform, and asks the scratch server in a dry run whether it would take it. Objects that are refused, and fields
    that do not come back, are told.
  - Nothing is written to the platform. The definitions are written to the scratch server, which is refused when it is
    the platform's own or holds any namespace that is not its own.
  - Objects are read in pages, so memory does not grow with their number.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: The scratch server receives the definitions in check mode too.
  diff_mode:
    support: none
options:
  definitions:
    description: Files and folders with the newer CustomResourceDefinitions; objects of other kinds are left out.
    type: list
    elements: path
    required: true
  scratch_kubeconfig:
    description: Kubeconfig of the scratch API server, as entry point C(control_plane) of role lab starts one.
    type: path
    required: true
  wait:
    description: Seconds until the scratch server serves each definition.
    type: int
    default: 30
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Would the definitions of v3.7.15 take all that is there?
  agent_platform.ops.crd_compatibility_info:
    definitions: [argo-workflows-v3.7.15/crds]
    scratch_kubeconfig: .state/lab/scratch/kubeconfig
"""

RETURN = r"""
line:
  description: One line for people.
  returned: success
  type: str
  sample: 1,204 objects fit
objects:
  description: How many objects were looked at.
  returned: success
  type: int
refused:
  description: How many of them would be refused.
  returned: success
  type: int
pruned:
  description: How many of them would lose fields.
  returned: success
  type: int
findings:
  description: What a person should look at, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests to the platform, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import crd_compatibility, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            "definitions": {"type": "list", "elements": "path", "required": True},
            "scratch_kubeconfig": {"type": "path", "required": True},
            "wait": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )

    def scratch() -> Client:
        return Client(Transport(lambda: load(module.params["scratch_kubeconfig"])), module.params["concurrency"])

    looking.run(module, lambda options: crd_compatibility.prepare(options, scratch))


if __name__ == "__main__":
    main()
