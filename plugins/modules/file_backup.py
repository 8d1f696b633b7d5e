#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back up folders with restic."""

from __future__ import annotations

DOCUMENTATION = r"""
module: file_backup
short_description: Back up folders with restic
version_added: 0.1.0
description:
  - Backs folders up file by file into a repository of restic, which encrypts and deduplicates, and checks the
    repository afterwards.
  - A file that cannot be read is a critical finding; what could be read is kept all the same.
  - Old snapshots are not removed; C(restic forget) does it by rules of its own.
extends_documentation_fragment:
  - agent_platform.ops.restic
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  folders:
    description: Absolute paths of the folders.
    type: list
    elements: str
    required: true
  exclude:
    description: Patterns of files that are left out, as restic takes them.
    type: list
    elements: str
    default: []
  init:
    description: Make the repository where there is none.
    type: bool
    default: true
  read_data_subset:
    description:
      - How much of the stored data the check afterwards reads again, such as V(5%), V(1G) or V(100%).
      - By default it looks at the structure of the repository alone.
    type: str
    default: ''
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Back up a workspace that is mounted here
  agent_platform.ops.file_backup:
    platform: production
    repository: s3:https://s3.example.org/platform-files
    password_file: /etc/agent-platform/restic-password
    folders: [/workspaces/shop]
    read_data_subset: 5%
"""

RETURN = r"""
dataset:
  description: The snapshot, with its id, which is empty in check mode, and in C(facts) files, bytes, added and whole.
  returned: success
  type: dict
  sample: {id: 4bba301e, provider: file_backup, facts: {files: 1204, bytes: 9000000, added: 1200, whole: true}}
line:
  description: One line for people.
  returned: success
  type: str
  sample: 1,204 files, 3 new, 2 changed · 1.2 KiB added · checked
findings:
  description: What is not in the backup, else that everything is, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import file_backup

SPEC = {
    **file_backup.SPEC,
    "folders": {"type": "list", "elements": "str", "required": True},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "init": {"type": "bool", "default": True},
    "read_data_subset": {"type": "str", "default": ""},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        result = file_backup.keep(module.params, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
