#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell when objects changed, from the backups of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_history_info
short_description: Tell when objects changed, from the backups of a platform
version_added: 0.1.0
description:
  - Compares the indexes of the newest backups, each with the one before it, and tells which objects changed, appeared
    or vanished between which two backups. So somebody who finds an object damaged learns which backup still holds it
    well.
  - An object is what is its own, as in M(agent_platform.ops.restore_info). A kind that one of two backups does not hold
    is not compared.
  - Indexes alone are read, no cluster is asked, and nothing is written. Backups that are not believed, not complete or
    cannot be decrypted are told and left out.
extends_documentation_fragment:
  - agent_platform.ops.backup_objects
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
  names:
    description: Only objects of these names, each as C(NAME) or C(NAMESPACE/NAME).
    type: list
    elements: str
    default: []
  limit:
    description: Compare so many backups, the newest ones; 2 to 1,000.
    type: int
    default: 15
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Since when is this template another one?
  agent_platform.ops.backup_history_info:
    platform: production
    store: s3://backups/platforms
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbBKCHrSgEMQBM5VgdCqM9ZhC3hfyFLqSQ2Ew2qRFZk ops"]
    identity: /etc/agent-platform/backup.key
    kinds: [workflowtemplates]
    names: [argo/play-workflow-template]
"""

RETURN = r"""
line:
  description: One line for people.
  returned: success
  type: str
  sample: 3 changed · 1 vanished over 15 backups, 2026-11-07T02-00-00Z to 2026-11-21T02-00-00Z
backups:
  description: Ids of the backups that were compared, newest first.
  returned: success
  type: list
  elements: str
total:
  description: Number of changes.
  returned: success
  type: int
intervals:
  description: How many objects of a kind changed, appeared and vanished between two backups, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    after:
      description: Id of the older backup, in which they are as they were.
      type: str
    by:
      description: Id of the newer one, in which they are other ones.
      type: str
    resource:
      description: Their kind, as plural.group.
      type: str
    changed:
      description: How many are other ones.
      type: int
    appeared:
      description: How many were not there before.
      type: int
    vanished:
      description: How many are not there any more.
      type: int
rows:
  description: The first 1,000 changes, newest first, each with subject (kind is its plural.group), what, after and by.
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: success
  type: str
findings:
  description: Backups that could not be looked at, with the reason, as unknown.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB; nothing is asked of a cluster.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_history
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter

SPEC = {
    **STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "identity": {"type": "path"},
    "kinds": {"type": "list", "elements": "str", "default": []},
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "limit": {"type": "int", "default": 15},
    "rows_directory": {"type": "path"},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        meter = Meter()
        result = {**backup_history.look(module.params), "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
