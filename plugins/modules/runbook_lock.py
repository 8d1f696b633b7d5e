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
  - Takes the Lease that keeps two runbooks from acting on one platform at the same time. A keeper process takes it and
    renews it while the playbook lives.
  - A holder that does not renew for 15 seconds, observed here, counts as dead and is taken over. A living holder is
    named, with the time since when it holds the lock.
  - With O(kind=store) the lock lies in the store and not in the cluster, for work during which there may be no API
    server or the cluster is set back. Its holder counts as dead after 20 seconds.
  - Either way a run is refused while another one holds the lock of the other kind, as far as that can be asked for.
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
  kind:
    description: Where the lock lies.
    type: str
    choices: [cluster, store]
    default: cluster
  store:
    description:
      - URL of the store, such as C(s3://bucket/prefix) or C(file:///srv/platform).
      - Credentials come from the environment.
      - Needed for O(kind=store), as is O(platform), which names the lock. With O(kind=cluster) and without a store
        nobody looks for a lock in there.
    type: str
    default: ''
  store_options:
    description: Settings of the store's client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
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

- name: Take it where there may be no API server
  agent_platform.ops.runbook_lock:
    kind: store
    store: s3://agent-platform-operations
    platform: production
    runbook: full_system_restore

- name: Give it back
  agent_platform.ops.runbook_lock:
    state: released
    runbook: weekly_maintenance
    lock: "{{ lock.lock }}"
"""

RETURN = r"""
lock:
  description:
    - The lock that is held now, with C(namespace) or with C(store) and C(store_options); empty in check mode and after
      release.
  returned: always
  type: dict
  sample: {namespace: agent-platform-ops, name: runbook, holder: "weekly_maintenance by ops@host", transitions: 7}
released:
  description: Whether the lock was still ours when it was released.
  returned: when O(state=released)
  type: bool
"""

import socket
from collections.abc import Callable

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import keeper, locking, store_locking
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import RENEWAL_LIMIT
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.process import controlling_playbook, user


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
    who = f"{user()}@{socket.gethostname()}"
    holder = module.params["holder"] or f"{module.params['runbook']} by {who}, process {playbook.pid}"
    take = take_in_store if module.params["kind"] == "store" else take_in_cluster
    return {"lock": keeper.hold(lambda sleep: take(module, holder, sleep), playbook)}


def take_in_cluster(module: AnsibleModule, holder: str, wait: keeper.Sleep) -> keeper.Taken:
    options = module.params
    where = options["namespace"], options["name"]
    taken = locking.take(lambda: connect(module), lambda: connect(module, within=RENEWAL_LIMIT), where, holder, wait)
    if options["store"]:
        look_for_other(taken, wait, lambda sleep: store_locking.require_none(options, sleep))
    return taken


def take_in_store(module: AnsibleModule, holder: str, wait: keeper.Sleep) -> keeper.Taken:
    options = module.params
    if not options["store"]:
        raise OpsError("invalid", "store is empty; kind=store needs the URL of the store that the lock lies in")
    taken = store_locking.take(options, holder, wait)
    where = options["namespace"], options["name"]
    look_for_other(taken, wait, lambda sleep: locking.require_none(lambda: connect(module), where, sleep))
    return taken


def look_for_other(taken: keeper.Taken, wait: keeper.Sleep, require_none: Callable[[keeper.Sleep], None]) -> None:
    """Give the lock back when the one of the other kind is held.

    Each run takes its own first and looks for the other then, so that of two runs at once at least one is refused.
    """

    def sleep(seconds: float) -> None:
        wait(seconds)
        taken.renew()

    try:
        require_none(sleep)
    except OpsError:
        taken.release()
        raise


def give_back(module: AnsibleModule) -> dict:
    given = module.params["lock"]
    released = bool(given) and not module.check_mode and locking.release(lambda: connect(module), given)
    return {"lock": {}, "released": released}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["held", "released"], "default": "held"},
            "kind": {"type": "str", "choices": ["cluster", "store"], "default": "cluster"},
            "store": {"type": "str", "default": ""},
            "store_options": {"type": "dict", "default": {}},
            "runbook": {"type": "str", "required": True},
            "namespace": {"type": "str", "default": "agent-platform-ops"},
            "name": {"type": "str", "default": "runbook"},
            "holder": {"type": "str"},
            "lock": locking.LOCK_SPEC,
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
