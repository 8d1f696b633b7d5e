#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the backups of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_info
short_description: List the backups of a platform
version_added: 0.1.0
description:
  - Lists the backups of a platform in a store, newest first, and says of each whether its manifest is believed and
    whether it is complete.
  - Only manifests are read. M(agent_platform.ops.backup_verify) looks whether their parts are what they say.
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
  limit:
    description: List at most so many, the newest ones; V(0) for all.
    type: int
    default: 100
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: List the backups
  agent_platform.ops.backup_info:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
  register: listed

- name: Name the newest one that can be used
  ansible.builtin.debug:
    msg: "{{ listed.newest.id }}"
"""

RETURN = r"""
backups:
  description:
    - The backups, newest first, with the fields that M(agent_platform.ops.backup) returns.
    - Of one that is not believed only id, started, path, place, age and problem say anything.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The moment of its start, which names it.
      type: str
    age:
      description: Seconds since its start; null where nobody can tell.
      type: int
    believed:
      description: Whether its manifest stands where it says and is signed by somebody who is trusted.
      type: bool
    problem:
      description: Why it is not believed.
      type: str
    complete:
      description: Whether everything that was asked for is in it.
      type: bool
    place:
      description: Where its manifest is, as a path or URL.
      type: str
newest:
  description: The newest one that is believed, complete and not from the future; null where there is none.
  returned: success
  type: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: 31 backups · the newest that can be used is 2026-11-21T08-00-00Z, 7 h old
findings:
  description: Those that cannot be used with the reason, and the newest that can.
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
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter

SPEC = {
    **STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "limit": {"type": "int", "default": 100},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        meter = Meter()
        result = {**backup_info.look(module.params, datetime.now(UTC)), "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
