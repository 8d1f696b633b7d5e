#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take snapshots of volumes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: volume_snapshot
short_description: Take snapshots of volumes
version_added: 0.1.0
description:
  - Creates a VolumeSnapshot of each claim, waits until it can be restored from, and then deletes old ones of the claim.
  - Only snapshots that this module made are deleted, each bound to one version, never one with label
    C(ops.agent-platform/keep), and never the newest ones that can be restored from.
  - The driver of the storage does the work, and keeps a snapshot beside the volume. Another place needs a copy.
  - A claim that is not bound is told and left. Of several O(names) one that cannot be done keeps all from being
    touched.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.acting
  - agent_platform.ops.acting.several
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  namespaces:
    description: Namespaces of the claims.
    type: list
    elements: str
    default: [agent-platform]
  selector:
    description: Only claims that match this label selector.
    type: str
    default: ''
  names:
    description: Only claims of these names.
    type: list
    elements: str
    default: []
  snapshot_class:
    description: VolumeSnapshotClass; the default one of the driver without it.
    type: str
    default: ''
  keep_newest:
    description: This many snapshots of each claim that can be restored from stay.
    type: int
    default: 7
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Take snapshots of all workspaces
  agent_platform.ops.volume_snapshot:
    selector: workspace-type
    keep_newest: 3
    wait: 300
"""

RETURN = r"""
line:
  description: One line for people.
  returned: always
  type: str
  sample: 3 taken · 1 deleted
total:
  description: How many were or would be taken or deleted.
  returned: always
  type: int
rows:
  description: The first 1,000 claims and snapshots with action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
findings:
  description: What did not end as it was wished, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, volume_snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": ["agent-platform"]},
    "selector": {"type": "str", "default": ""},
    "names": {"type": "list", "elements": "str", "default": []},
    "snapshot_class": {"type": "str", "default": ""},
    "keep_newest": {"type": "int", "default": 7},
}


def act(module: AnsibleModule, client: Client) -> acting.Acted:
    options = module.params
    order = volume_snapshot.Order(
        namespaces=tuple(options["namespaces"]),
        selector=options["selector"],
        names=tuple(options["names"]),
        snapshot_class=options["snapshot_class"],
        keep_newest=options["keep_newest"],
        max_changes=options["max_changes"],
        wait=options["wait"],
        moment=datetime.now(UTC),
        why=acting.why_of(options),
    )
    return volume_snapshot.carry_out(client, Fence.from_option(client, options["lock"]), order, check=module.check_mode)


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.SPEC, **acting.SEVERAL_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )
    acting.run(module, lambda client: act(module, client), volume_snapshot.CHECK)


if __name__ == "__main__":
    main()
