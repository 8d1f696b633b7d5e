#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the note of an upgrade in the store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: upgrade_note
short_description: Keep the note of an upgrade in the store
version_added: 0.1.0
description:
  - Tells how far the last upgrade of a platform has come, and changes that note under the lock of the run.
  - It lies in the store of the platform, since what is upgraded may be away or be set back meanwhile. A run that was
    killed is taken up by it.
  - It is never counted as a change.
extends_documentation_fragment:
  - agent_platform.ops.lock
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
  what:
    description: What is upgraded.
    type: str
    default: kubernetes
  fields:
    description:
      - Fields to set, among them C(phase), one of V(secured), V(moving), V(done), V(rolling_back) and V(rolled_back).
      - Without them the note is only read.
    type: dict
    default: {}
  anew:
    description: Forget the fields of the last upgrade.
    type: bool
    default: false
requirements:
  - obstore (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Note that components move
  agent_platform.ops.upgrade_note:
    platform: production
    store: s3://backups/platforms
    fields: {phase: moving}
    lock: "{{ runbook_lock }}"
"""

RETURN = r"""
note:
  description: The note; empty when there was no upgrade.
  returned: always
  type: dict
  sample: {schema: 1, phase: done, from: v1.34.4, to: v1.35.4, snapshot: 2026-11-21T08-00-00Z}
place:
  description: Where it lies; empty where there is no store yet.
  returned: always
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_note
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import LOCK_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "platform": {"type": "str", "required": True},
            "store": {"type": "str", "required": True},
            "store_options": {"type": "dict", "default": {}},
            "what": {"type": "str", "default": "kubernetes"},
            "fields": {"type": "dict", "default": {}},
            "anew": {"type": "bool", "default": False},
            "lock": LOCK_SPEC,
        },
        supports_check_mode=True,
    )
    try:
        result = upgrade_note.handle(module.params, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
