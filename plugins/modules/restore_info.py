#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a backup with a cluster, and tell what a restore would do."""

from __future__ import annotations

DOCUMENTATION = r"""
module: restore_info
short_description: Tell what a restore would do
version_added: 0.1.0
description:
  - Compares the objects of a backup that are meant with those of the cluster, by what is their own, and tells for each
    whether it is absent, the same, another one, newer, or cannot be told, and what a restore with the same options
    would do about it.
  - Each kind is read once. Nothing is written, neither to the cluster nor to the store.
  - A backup that is not signed by a trusted key, and a part that is not what its manifest says, are refused.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.backup_store
  - agent_platform.ops.backup_objects
  - agent_platform.ops.restoring
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  export:
    description:
      - Write the one object that is meant to this file, as JSON for C(kubectl create), readable by its owner alone.
      - Nothing is compared with the cluster then. It is refused when the file is there.
    type: path
  export_secrets:
    description: Allow a Secret to be written to O(export), in clear.
    type: bool
    default: false
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: What is missing in namespace argo?
  agent_platform.ops.restore_info:
    platform: production
    store: s3://backups/platforms
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbBKCHrSgEMQBM5VgdCqM9ZhC3hfyFLqSQ2Ew2qRFZk ops"]
    identity: /etc/agent-platform/backup.key
    namespaces: [argo]

- name: One WorkflowTemplate to a file
  agent_platform.ops.restore_info:
    platform: production
    store: s3://backups/platforms
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBbBKCHrSgEMQBM5VgdCqM9ZhC3hfyFLqSQ2Ew2qRFZk ops"]
    identity: /etc/agent-platform/backup.key
    kinds: [workflowtemplates]
    names: [argo/play-workflow-template]
    export: play-workflow-template.json
"""

RETURN = r"""
line:
  description: One line for people.
  returned: always
  type: str
  sample: 1,985 same · 12 absent · 3 newer
backup:
  description: The backup, with id, platform, started, finished, server, cluster_uid, objects, complete.
  returned: always
  type: dict
plan:
  description: Digest of what a restore would write, how many objects that are, and how many are in each state.
  returned: when nothing is exported
  type: dict
kinds:
  description: How many objects of each kind are in each state.
  returned: when nothing is exported
  type: list
  elements: dict
rows:
  description: The first 1,000 objects that are not the same, with state, action, reason and notes.
  returned: when nothing is exported
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: when nothing is exported
  type: str
exported:
  description: The file that was written.
  returned: when an object is exported
  type: str
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: when nothing is exported
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, restore_look
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_run import SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

OWN_SPEC = {
    "export": {"type": "path"},
    "export_secrets": {"type": "bool", "default": False},
    "rows_directory": {"type": "path"},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **OWN_SPEC, **STORE_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )
    looking.run(
        module,
        lambda options: lambda client: restore_look.look(client, options, diff=module._diff, check=module.check_mode),
    )


if __name__ == "__main__":
    main()
