#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore objects of a backup."""

from __future__ import annotations

DOCUMENTATION = r"""
module: restore
short_description: Restore objects of a backup
version_added: 0.1.0
description:
  - Writes the objects of a backup that are not in the cluster, definitions and namespaces first, admission policies and
    webhooks last, owners before what they own, and looks whether they are there as they are in the backup.
  - What is there is left as it is unless O(existing) says otherwise. What a cluster gives out, such as addresses,
    volumes and uids, is given out anew; references to owners get the uids of the owners that are there.
  - A finished workflow arrives with its status, so that it does not run again; a CodeRun gets its status at once, and
    its controller should be off until then.
  - Every object that is written carries annotation C(ops.agent-platform/restored-from). A restore that was interrupted
    goes on when it is run again; a second one after it changes nothing.
  - The state of the emergency stop is not restored unless it is named.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.backup_store
  - agent_platform.ops.backup_objects
  - agent_platform.ops.restoring
  - agent_platform.ops.acting
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  plan_digest:
    description: Refuse when the plan is another one than that of M(agent_platform.ops.restore_info) with this digest.
    type: str
    default: ''
  dry_run_first:
    description:
      - Ask the API server of every write whether it would take it, before the first one, whatever their number.
      - Takes about as long as the writes themselves. What is in a namespace or of a kind that is not there yet cannot
        be asked about. In check mode it is always done.
    type: bool
    default: true
  skip_refused:
    description: Restore the others when the server refuses some; by default none is written then.
    type: bool
    default: false
  max_changes:
    description: When more objects than this would be written, none is.
    type: int
    default: 20000
  wait:
    description: Seconds to wait until restored definitions are served.
    type: int
    default: 30
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Bring back what was deleted in namespace argo
  agent_platform.ops.restore:
    platform: production
    store: s3://backups/platforms
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbBKCHrSgEMQBM5VgdCqM9ZhC3hfyFLqSQ2Ew2qRFZk ops"]
    identity: /etc/agent-platform/backup.key
    namespaces: [argo]

- name: Look at older workflows in a namespace of their own
  agent_platform.ops.restore:
    platform: production
    store: s3://backups/platforms
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbBKCHrSgEMQBM5VgdCqM9ZhC3hfyFLqSQ2Ew2qRFZk ops"]
    identity: /etc/agent-platform/backup.key
    backup: 2026-11-01T02-00-00Z
    kinds: [namespaces, workflows]
    into: {argo: argo-november}
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 12 restored · 1,985 the same already · 3 left
total:
  description: Number of objects that were, would be or may have been written.
  returned: always
  type: int
backup:
  description: The backup, as M(agent_platform.ops.restore_info) returns it.
  returned: always
  type: dict
plan:
  description: The plan that was carried out, as M(agent_platform.ops.restore_info) returns it.
  returned: always
  type: dict
kinds:
  description: How many objects of each kind were in each state before.
  returned: always
  type: list
  elements: dict
rows:
  description: The first 1,000 objects that were to be written, with their outcome and the reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
left:
  description: The first 100 objects that are not the same and are left, with their state and the reason.
  returned: always
  type: list
  elements: dict
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, restore_run
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

OWN_SPEC = {
    "plan_digest": {"type": "str", "default": ""},
    "dry_run_first": {"type": "bool", "default": True},
    "skip_refused": {"type": "bool", "default": False},
    "max_changes": {"type": "int", "default": 20000},
    "wait": {"type": "int", "default": 30},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**restore_run.SPEC, **OWN_SPEC, **acting.SPEC, **STORE_SPEC, **CONNECTION_SPEC},
        supports_check_mode=True,
    )
    acting.run(module, lambda client: restore_run.act(client, module.params, check=module.check_mode), "restore")


if __name__ == "__main__":
    main()
