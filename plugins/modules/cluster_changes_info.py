#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what of a cluster was made or changed since a snapshot of its etcd."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_changes_info
short_description: Tell what of a cluster was made or changed since a snapshot of its etcd
version_added: 0.1.0
description:
  - The version of an object is the revision of etcd at which it was written last, so all that is newer than a snapshot
    is what would be lost when the cluster was set back to it.
  - Looks at the metadata of every kind that a backup holds. What was deleted since is not seen here;
    M(agent_platform.ops.restore_info) tells it. Nothing is written.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  revision:
    description: Revision of the snapshot, as M(agent_platform.ops.etcd_snapshot) tells it.
    type: int
    required: true
  since:
    description: When it was taken, RFC 3339. What was created later was made since, the rest changed.
    type: str
    required: true
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: What would be lost?
  agent_platform.ops.cluster_changes_info:
    kubeconfig: ~/.kube/platform
    revision: 1406
    since: "2026-11-21T08:00:00Z"
"""

RETURN = r"""
line:
  description: One line for people.
  returned: success
  type: str
  sample: 2 objects made and 5 changed since 2026-11-21T08:00:00Z
total:
  description: How many were made or changed.
  returned: success
  type: int
rows:
  description: The first 1,000, each with its subject and whether it was V(made) or V(changed).
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: success
  type: str
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import cluster_changes, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "revision": {"type": "int", "required": True},
            "since": {"type": "str", "required": True},
            "rows_directory": {"type": "path"},
            **CONNECTION_SPEC,
        },
        supports_check_mode=True,
    )
    looking.run(module, cluster_changes.prepare)


if __name__ == "__main__":
    main()
