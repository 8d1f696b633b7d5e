#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy backups to another store, or encrypt them for other people."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_copy
short_description: Copy backups to another store, or encrypt them for other people
version_added: 0.1.0
description:
  - Copies backups to another store, such as one at another place, part by part. Each part is compared with the signed
    manifest on its way and read back afterwards; the manifest comes last, byte for byte, so it keeps its signature.
  - Nothing is ever overwritten. What is there already is not copied again, and a copy that was interrupted goes on when
    it is run again.
  - With O(recipients) backups are decrypted and encrypted anew for these, in the same store or another one. That makes
    a new backup of the same objects with the same moment in its id, which names the original. The original stays.
  - Of backups that are not believed none is copied; each is a critical finding.
  - Nothing that was decrypted touches a disk, and no cluster is asked.
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
    description: Name of the platform.
    type: str
    required: true
  to:
    description: URL of the store that the copies go to. With O(recipients) the same store by default.
    type: str
    default: ''
  to_options:
    description: Settings of its client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
  backup:
    description: Id of the backup, V(all), or V(newest) for the newest one that a restore would take.
    type: str
    default: newest
  recipients:
    description:
      - Encrypt the copies for these, each as C(age1...), C(ssh-ed25519 AAAA...) or C(ssh-rsa AAAA...).
      - Backups that are for exactly these already are copied as they are.
    type: list
    elements: str
    default: []
  identity:
    description:
      - Path of a file with an age identity or an OpenSSH private key without a passphrase, that nobody else may read.
      - Needed with O(recipients) for backups that are encrypted.
    type: path
  signing_key:
    description: Path of the private key that signs manifests, that nobody else may read. Needed with O(recipients).
    type: path
  concurrency:
    description: Parts that are copied at the same time.
    type: int
    default: 4
  rows_directory:
    description: Folder for the file with every row when there are more than 1,000, on the control node's file system.
    type: path
requirements:
  - cryptography
  - obstore
  - pyrage
seealso:
  - module: agent_platform.ops.backup_verify
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Keep a copy of every backup at another place
  agent_platform.ops.backup_copy:
    platform: production
    store: file:///srv/platform
    to: s3://offsite/platforms
    to_options: {region: eu-central-1}
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
    backup: all

- name: Let a new colleague read the newest backup
  agent_platform.ops.backup_copy:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
    recipients:
      - age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj
    identity: /run/keys/identity.age
    signing_key: /run/keys/signing_key
"""

RETURN = r"""
line:
  description: What was done, in one line for people.
  returned: always
  type: str
  sample: 2 copied · 41 already copied
total:
  description: Backups that were copied, or in check mode would be.
  returned: always
  type: int
rows:
  description: The first 1,000 backups, what nobody expects first, with action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: File with all rows, where there are more.
  returned: always
  type: str
findings:
  description: Backups that could not be copied or are not believed.
  returned: always
  type: list
  elements: dict
diff:
  description: Nothing; a backup is there or not.
  returned: always
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB; nothing is asked of a cluster.
  returned: always
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_copies import CHECK, act
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC, hide_keys

SPEC = {
    **STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "to": {"type": "str", "default": ""},
    "to_options": {"type": "dict", "default": {}},
    "backup": {"type": "str", "default": "newest"},
    "recipients": {"type": "list", "elements": "str", "default": []},
    "identity": {"type": "path"},
    "signing_key": {"type": "path"},
    "concurrency": {"type": "int", "default": 4},
    "rows_directory": acting.SPEC["rows_directory"],
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    hide_keys(module)
    acting.run_on_store(module, lambda: act(module.params, datetime.now(UTC), check=module.check_mode), CHECK)


if __name__ == "__main__":
    main()
