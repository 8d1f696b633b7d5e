#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make keys for the backups of a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_keys
short_description: Make keys for the backups of a practice cluster
version_added: 0.1.0
description:
  - Makes a key that signs backups and an identity that decrypts them, in folder C(keys) of the practice cluster, so
    that backups can be tried without any set-up. Beside each lies its public key with suffix C(.pub).
  - Keys that are there stay.
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
requirements:
  - cryptography (Python)
  - pyrage (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Make keys for backups
  agent_platform.ops.lab_keys:
    name: lab
    directory: ~/.local/state/agent_platform_ops/lab/lab
"""

RETURN = r"""
made:
  description: Paths of the private keys that were made.
  returned: success
  type: list
  elements: str
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.keys import ensure
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout


def main() -> None:
    module = AnsibleModule(
        argument_spec={"name": {"type": "str", "required": True}, "directory": {"type": "path", "required": True}},
        supports_check_mode=True,
    )
    try:
        layout = Layout(Path(module.params["directory"]), module.params["name"])
        made = ensure(layout, dry_run=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result())
    module.exit_json(changed=bool(made), made=made)


if __name__ == "__main__":
    main()
