#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a snapshot of restic into a new folder."""

from __future__ import annotations

DOCUMENTATION = r"""
module: file_restore
short_description: Write a snapshot of restic into a new folder
version_added: 0.1.0
description:
  - Writes what M(agent_platform.ops.file_backup) kept into a folder that is not there yet, and reads every file again.
  - The folder appears when everything in it is as it was backed up. A run that was killed goes on where it was.
extends_documentation_fragment:
  - agent_platform.ops.restic
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  snapshot:
    description: Id of the snapshot, or V(latest) for the newest one of O(platform).
    type: str
    default: latest
  dest:
    description: The folder to make; the one above it is there. Files lie in it under their whole former paths.
    type: path
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Write the newest snapshot into a folder
  agent_platform.ops.file_restore:
    platform: production
    repository: s3:https://s3.example.org/platform-files
    password_file: /etc/agent-platform/restic-password
    dest: /srv/restored
"""

RETURN = r"""
line:
  description: One line for people.
  returned: success
  type: str
  sample: wrote snapshot latest into /srv/restored
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import file_backup

SPEC = {
    **file_backup.SPEC,
    "snapshot": {"type": "str", "default": "latest"},
    "dest": {"type": "path", "required": True},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        result = file_backup.restore(module.params, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
