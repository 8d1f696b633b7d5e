#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply the objects of a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_objects
short_description: Apply the objects of a practice cluster
version_added: 0.1.0
description:
  - Applies objects server-side, in an order in which each finds what it needs (namespaces and CRDs first, stages before
    simulated nodes), and waits until CRDs are established, nodes ready and Deployments available.
  - It knows the kinds that a practice cluster is made of; for anything else there is M(kubernetes.core.k8s).
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  definitions:
    description: Objects as they are.
    type: list
    elements: dict
    default: []
  kustomizations:
    description: Folders of kustomizations whose objects are applied too.
    type: list
    elements: path
    default: []
  kubectl:
    description: Path of kubectl, which renders the kustomizations.
    type: path
  timeout:
    description: Seconds that each group of objects may take to work.
    type: int
    default: 60
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Apply the simulated nodes and their stages
  agent_platform.ops.lab_objects:
    kubeconfig: "{{ platform_kubeconfig }}"
    kubectl: "{{ tools.binaries.kubectl }}"
    kustomizations: ["{{ tools.manifests.kwok }}/kustomize/stage/fast"]
    definitions: "{{ lookup('ansible.builtin.template', 'nodes.yml.j2') | from_yaml_all }}"
"""

RETURN = r"""
objects:
  description: Number of objects looked at.
  type: int
  returned: always
changes:
  description: API paths of the objects that changed.
  type: list
  elements: str
  returned: always
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.objects import apply, kustomize


def run(module: AnsibleModule) -> dict[str, Any]:
    options = module.params
    # The module itself says which writes are dry runs; the transport refuses every other one in check mode.
    client = connect(module)
    objects = list(options["definitions"])
    for folder in options["kustomizations"]:
        objects += kustomize(options["kubectl"], Path(folder))
    changes = apply(client, objects, options["timeout"], dry_run=module.check_mode)
    return {"changed": bool(changes), "objects": len(objects), "changes": changes}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            "definitions": {"type": "list", "elements": "dict", "default": []},
            "kustomizations": {"type": "list", "elements": "path", "default": []},
            "kubectl": {"type": "path"},
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    if module.params["kustomizations"] and not module.params["kubectl"]:
        module.fail_json(msg="kustomizations need kubectl")
    try:
        result = run(module)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
