#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify that backups can be restored."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_verify
short_description: Verify that backups can be restored
version_added: 0.1.0
description:
  - Reads every part of a backup and compares its size and SHA-256 with the signed manifest, several parts at once.
  - With O(identity) it proves that this identity can decrypt the backup. With O(deep) every object is decrypted and
    compared with the index of the backup, and the objects are counted.
  - What is wrong is named, each part and object of its own, and becomes a critical finding. A manifest that is not
    signed by one of O(trusted_keys), or does not stand where it says, is never believed.
  - A store that does not answer gives an V(unknown) finding, and so does one that may not be read.
  - Nothing that was decrypted touches a disk or stands in the result, but for the names of objects that are not as they
    should be.
  - No cluster is asked, so it works when the platform is lost.
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
  backup:
    description:
      - Id of the backup, V(all), or V(newest) for the newest one that a restore would take.
      - With V(newest), later ones that cannot be used are named as well.
    type: str
    default: newest
  deep:
    description:
      - Decrypt every object and compare it with the index.
      - A backup that is encrypted needs O(identity).
    type: bool
    default: false
  identity:
    description:
      - Path of a file with an age identity or an OpenSSH private key without a passphrase, that nobody else may read.
      - Without O(deep) the index of the backup is decrypted, which proves that the identity fits.
    type: path
  signing_key:
    description:
      - Path of the private key that signs manifests, that nobody else may read.
      - With it a signed note about how the verification ended is kept beside the backup, for the health check of the
        newest backup. Without it nothing is noted.
    type: path
  concurrency:
    description: Parts that are read at the same time.
    type: int
    default: 4
requirements:
  - cryptography
  - obstore
  - pyrage
seealso:
  - module: agent_platform.ops.backup
  - module: agent_platform.ops.backup_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Verify the newest backup
  agent_platform.ops.backup_verify:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
  register: verified
  failed_when: verified.failed | default(false) or verified.findings | rejectattr('status', 'eq', 'ok') | length > 0

- name: Prove that one backup can be decrypted, and that each object in it is the one that was backed up
  agent_platform.ops.backup_verify:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
    backup: 2026-11-21T08-00-00Z
    identity: ~/.config/agent-platform/restore.key
    deep: true
"""

RETURN = r"""
backups:
  description: What became of each backup, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The moment of its start, which names it.
      type: str
    place:
      description: Where its manifest is, as a path or URL.
      type: str
    believed:
      description: Whether its manifest stands where it says and is signed by somebody who is trusted.
      type: bool
    doubt:
      description: Why it is not believed.
      type: str
    complete:
      description: Whether everything that was asked for is in it.
      type: bool
    verified:
      description: Whether its parts were read.
      type: bool
    deep:
      description: Whether its objects were compared with its index.
      type: bool
    ok:
      description: Whether everything that was looked at is as it should be.
      type: bool
    noted:
      description: Whether a signed note says how it ended.
      type: bool
    problems:
      description: What is not as it should be; resource, path of the part in the store, and words.
      type: list
      elements: dict
    objects:
      description: Number of objects in it.
      type: int
    parts:
      description: Number of its parts, with the index.
      type: int
    bytes:
      description: Size of its parts in the store.
      type: int
    recipients:
      description: Public keys for which it is encrypted; nobody's when empty.
      type: list
      elements: str
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: "2026-11-21T08-00-00Z: 45 parts of 3.1 MiB are as they were written, and 2,016 objects as the index says"
measures:
  description: Numbers for the trends of reports, of the newest backup; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB; nothing is asked of a cluster.
  returned: success
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_verify
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC, hide_keys
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter

SPEC = {
    **STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "backup": {"type": "str", "default": "newest"},
    "deep": {"type": "bool", "default": False},
    "identity": {"type": "path"},
    "signing_key": {"type": "path"},
    "concurrency": {"type": "int", "default": 4},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    hide_keys(module)
    try:
        meter = Meter()
        result = backup_verify.look(module.params, datetime.now(UTC), check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result, cost=meter.read())


if __name__ == "__main__":
    main()
