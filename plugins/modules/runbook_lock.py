#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold or release the lock of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runbook_lock
short_description: Hold or release the lock of a platform
version_added: 0.1.0
description:
  - Takes the Lease that keeps two runbooks from acting on one platform at the same time, and starts a keeper process
    that renews it while the playbook lives.
  - A holder that does not renew for 15 seconds, observed here, counts as dead and is taken over. A living holder is
    named, with the time since when it holds the lock.
  - The lock is bookkeeping of ours, not a part of the platform, so this module never reports a change.
  - In check mode no lock is taken.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  state:
    description: Whether the lock is to be held or released.
    type: str
    choices: [held, released]
    default: held
  runbook:
    description: Name of the runbook, which a second run is told.
    type: str
    required: true
  namespace:
    description: Namespace of the Lease.
    type: str
    default: agent-platform-ops
  name:
    description: Name of the Lease.
    type: str
    default: runbook
  holder:
    description: Who takes the lock; made from user, host and process when it is not given.
    type: str
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Take the lock of the platform
  agent_platform.ops.runbook_lock:
    runbook: weekly_maintenance
  register: lock

- name: Give it back
  agent_platform.ops.runbook_lock:
    state: released
    runbook: weekly_maintenance
    lock: "{{ lock.lock }}"
"""

RETURN = r"""
lock:
  description: The lock that is held now; empty in check mode and after release.
  returned: always
  type: dict
  sample: {namespace: agent-platform-ops, name: runbook, holder: "weekly_maintenance by ops@host", transitions: 7}
released:
  description: Whether the lock was still ours when it was released.
  returned: when O(state=released)
  type: bool
"""

import getpass
import socket

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import keeper
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import LOCK_SPEC, Lock, acquire, release
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.process import controlling_playbook


def hold(module: AnsibleModule) -> dict:
    playbook = controlling_playbook()
    if playbook is None:
        raise OpsError(
            "refused",
            "no ansible process stands above this module, so nobody could tell when the lock is no longer needed",
            hint="Platforms are hosts with ansible_connection=local.",
        )
    if module.check_mode:
        return {"lock": {}}
    user = f"{getpass.getuser()}@{socket.gethostname()}"
    holder = module.params["holder"] or f"{module.params['runbook']} by {user}, process {playbook.pid}"
    lock = acquire(connect(module), module.params["namespace"], module.params["name"], holder)
    keeper.start(lambda: connect(module), lock, playbook)
    return {"lock": lock.as_dict()}


def give_back(module: AnsibleModule) -> dict:
    given = module.params["lock"]
    released = bool(given) and not module.check_mode and release(connect(module), Lock(**given))
    return {"lock": {}, "released": released}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["held", "released"], "default": "held"},
            "runbook": {"type": "str", "required": True},
            "namespace": {"type": "str", "default": "agent-platform-ops"},
            "name": {"type": "str", "default": "runbook"},
            "holder": {"type": "str"},
            "lock": LOCK_SPEC,
            **CONNECTION_SPEC,
        },
        supports_check_mode=True,
    )
    try:
        result = hold(module) if module.params["state"] == "held" else give_back(module)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
