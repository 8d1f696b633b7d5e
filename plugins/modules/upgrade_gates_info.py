#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether an upgrade may be made at this moment."""

from __future__ import annotations

DOCUMENTATION = r"""
module: upgrade_gates_info
short_description: Tell whether an upgrade may be made at this moment
version_added: 0.1.0
description:
  - Looks whether the moment lies in a maintenance window, and in the records of the platform whether a restore was
    rehearsed with success lately. What does not hold is a critical finding.
extends_documentation_fragment:
  - agent_platform.ops.looking
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
  store:
    description: URL of the store.
    type: str
    required: true
  store_options:
    description: Settings of the store's client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
  windows:
    description:
      - Maintenance windows in local time, each with C(days), such as V([sat, sun]), every day by default, and C(start)
        and C(end), such as V('22:00') and V('04:00'). One that ends before it starts ends on the next day.
      - Without any, every moment is one.
    type: list
    elements: dict
    default: []
  timezone:
    description: Where the windows are local.
    type: str
    default: UTC
  rehearsed_within:
    description: How long ago a restore may have been rehearsed, such as V(35d); empty asks for none.
    type: str
    default: ""
requirements:
  - obstore (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: May an upgrade be made now?
  agent_platform.ops.upgrade_gates_info:
    platform: production
    store: s3://backups/platforms
    windows: [{days: [sat, sun], start: '22:00', end: '04:00'}]
    timezone: Europe/Berlin
    rehearsed_within: 35d
"""

RETURN = r"""
findings:
  description: One for the moment and one for the rehearsal, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_gates
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.looking import SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **SPEC,
            "platform": {"type": "str", "required": True},
            "store": {"type": "str", "required": True},
            "store_options": {"type": "dict", "default": {}},
            "windows": {"type": "list", "elements": "dict", "default": []},
            "timezone": {"type": "str", "default": "UTC"},
            "rehearsed_within": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    try:
        result = upgrade_gates.look(module.params)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
