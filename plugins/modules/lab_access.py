#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give runbooks their own rights and kubeconfigs on a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_access
short_description: Give runbooks their own rights and kubeconfigs on a practice cluster
version_added: 0.1.0
description:
  - Applies the RBAC manifests of runbooks and writes, beside the administrator's kubeconfig, one named
    C(kubeconfig-<ServiceAccount>) for each ServiceAccount in them, which only its owner can read.
  - A token is kept as long as it is of this very ServiceAccount and valid for another 30 days.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  kubeconfig:
    required: true
  manifests:
    description: Files with the RBAC objects of runbooks.
    type: list
    elements: path
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Give the weekly maintenance its rights
  agent_platform.ops.lab_access:
    kubeconfig: "{{ platform_kubeconfig }}"
    manifests: [playbooks/rbac/weekly_maintenance.yml]
"""

RETURN = r"""
kubeconfigs:
  description: Path of the kubeconfig by name of the ServiceAccount.
  type: dict
  returned: always
changes:
  description: API paths of the objects and paths of the files that changed.
  type: list
  elements: str
  returned: always
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.access import ensure
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.objects import apply, load_yaml


def run(module: AnsibleModule) -> dict[str, Any]:
    objects = []
    for path in module.params["manifests"]:
        try:
            objects += load_yaml(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise OpsError("invalid", f"manifest {path} cannot be read: {error.strerror}") from error
    client = connect(module)
    changes = apply(client, objects, seconds=30, dry_run=module.check_mode)
    accounts = [item for item in objects if item["kind"] == "ServiceAccount"]
    written = ensure(client, Path(module.params["kubeconfig"]), accounts, dry_run=module.check_mode)
    changes += written["changed"]
    return {"changed": bool(changes), "changes": changes, "kubeconfigs": written["kubeconfigs"]}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            "kubeconfig": {"type": "path", "required": True},
            "manifests": {"type": "list", "elements": "path", "required": True},
        },
        supports_check_mode=True,
    )
    try:
        result = run(module)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
