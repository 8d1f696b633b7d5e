#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a restored workflow-controller in a practice cluster from reaching anything else."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_restored
short_description: Keep a restored workflow-controller in a practice cluster from reaching anything else
version_added: 0.1.0
description:
  - The settings of a workflow-controller name databases, in which it keeps ended workflows and the nodes of big ones. A
    controller that runs on a restored copy would work in the databases of the platform itself, and delete what its copy
    does not know.
  - Takes those out of the restored settings, gives the controller a port of its own for its metrics, and puts the
    settings where the controller of a practice cluster looks for them. Everything else stays as it was restored.
  - A cluster that is not on this machine is refused.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  namespace:
    description: Namespace of the controller's Deployment.
    type: str
    default: argo
  deployment:
    description: Name of the controller's Deployment, which names the settings.
    type: str
    default: argo-workflows-workflow-controller
  metrics_port:
    description: Port for its metrics.
    type: int
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Keep the restored controller to its own cluster
  agent_platform.ops.lab_restored:
    kubeconfig: ~/.local/state/agent_platform_ops/lab/drill/kubeconfig
    metrics_port: 19090
"""

RETURN = r"""
settings:
  description: Name of the restored ConfigMap.
  type: str
  returned: always
left_out:
  description: Settings that were left out, such as V(persistence).
  type: list
  elements: str
  returned: always
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.restored import isolate


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            "namespace": {"type": "str", "default": "argo"},
            "deployment": {"type": "str", "default": "argo-workflows-workflow-controller"},
            "metrics_port": {"type": "int", "required": True},
        },
        supports_check_mode=True,
    )
    options = module.params
    try:
        place = (options["namespace"], options["deployment"], options["metrics_port"])
        result = isolate(connect(module), *place, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(options["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
