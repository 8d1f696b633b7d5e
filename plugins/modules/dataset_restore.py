#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files of a dataset into a new folder."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataset_restore
short_description: Write the files of a dataset into a new folder
version_added: 0.1.0
description:
  - Finds a dataset that M(agent_platform.ops.etcd_snapshot), M(agent_platform.ops.prometheus_snapshot) or
    M(agent_platform.ops.configuration_export) kept, and writes its files into a folder that is not there yet.
  - The signature of its manifest and the SHA-256 of each stored part are looked at before anything is written. The
    folder appears when all of its files are on the disk; they are 0600 and hold in clear what was encrypted.
  - A folder that is there already is refused, whatever is in it.
extends_documentation_fragment:
  - agent_platform.ops.backup_store
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  platform:
    description: Name of the platform; it names the folder in the store.
    type: str
    required: true
  provider:
    description: What the dataset is of, such as V(etcd_snapshot), V(prometheus_snapshot) or V(configuration_export).
    type: str
    required: true
  dataset:
    description: Id of the dataset, or V(newest).
    type: str
    default: newest
  identity:
    description:
      - File with an age identity or an OpenSSH key of one of the recipients, which nobody else may read.
      - Not needed for what is not encrypted.
    type: path
  dest:
    description: The folder to make; the one above it is there.
    type: path
    required: true
requirements:
  - obstore (Python)
  - cryptography (Python)
  - pyrage (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Write the newest snapshot of etcd to a folder
  agent_platform.ops.dataset_restore:
    platform: production
    store: s3://platform-backups
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH..."]
    provider: etcd_snapshot
    identity: /etc/agent-platform/identity
    dest: /var/lib/etcd-snapshot
"""

RETURN = r"""
dataset:
  description: Which one it was, with its facts, and the number of its files.
  returned: success
  type: dict
  sample: {id: 2026-11-21T08-00-00Z, provider: etcd_snapshot, files: 1, facts: {revision: 1406}}
line:
  description: One line for people.
  returned: success
  type: str
  sample: 1 file of 2026-11-21T08-00-00Z in /var/lib/etcd-snapshot
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, dataset_restore

SPEC = {
    **backup_options.STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "provider": {"type": "str", "required": True},
    "dataset": {"type": "str", "default": "newest"},
    "identity": {"type": "path"},
    "dest": {"type": "path", "required": True},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    backup_options.hide_keys(module)
    try:
        result = dataset_restore.restore(module.params, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
