#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a snapshot of the data of Prometheus in the store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: prometheus_snapshot
short_description: Keep a snapshot of the data of Prometheus in the store
version_added: 0.1.0
description:
  - Asks Prometheus for a snapshot, looks whether its blocks are whole and reach to its newest data, stores them, reads
    them back, signs their manifest last, and removes the snapshot from Prometheus.
  - A block that an earlier dataset has is not stored again.
  - Prometheus runs with C(--web.enable-admin-api), and its data folder is mounted where this runs. Where it is not,
    M(agent_platform.ops.volume_snapshot) keeps the claim.
  - A Prometheus that is started over the folder that M(agent_platform.ops.dataset_restore) writes has the data again.
extends_documentation_fragment:
  - agent_platform.ops.backup_store
  - agent_platform.ops.dataset
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  url:
    description: URL of Prometheus.
    type: str
    required: true
  data_folder:
    description: Its data folder, as C(--storage.tsdb.path) says it.
    type: path
    required: true
  timeout:
    description: Seconds for each answer of Prometheus; a snapshot of much data takes a while.
    type: float
    default: 300.0
  validate_certs:
    description: Whether the certificate of Prometheus must be valid.
    type: bool
    default: true
  ca_path:
    description: File with the certificate authority of Prometheus.
    type: path
requirements:
  - urllib3 (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Keep the data of Prometheus
  agent_platform.ops.prometheus_snapshot:
    platform: production
    store: s3://platform-backups
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH..."]
    signing_key: /etc/agent-platform/signing
    recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]
    url: http://prometheus.monitoring:9090
    data_folder: /prometheus
"""

RETURN = r"""
dataset:
  description:
    - What was kept, with its id, the place of its manifest, bytes and new_bytes in the store.
    - C(facts) holds blocks, samples, oldest and newest. In check mode id and place are empty.
  returned: success
  type: dict
  sample: {id: 2026-11-21T08-00-00Z, provider: prometheus_snapshot, facts: {blocks: 12, samples: 81204}}
line:
  description: One line for people.
  returned: success
  type: str
  sample: 12 blocks with 81,204 samples since 2026-11-20T08:00:00Z in 2026-11-21T08-00-00Z · verified
findings:
  description: That it was kept and verified, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_take, prometheus_snapshot

OPTIONS = {
    "url": {"type": "str", "required": True},
    "data_folder": {"type": "path", "required": True},
    "timeout": {"type": "float", "default": 300.0},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**dataset_take.SPEC, **OPTIONS}, supports_check_mode=True)
    dataset_take.run(
        module,
        prometheus_snapshot.PROVIDER,
        lambda order, store: prometheus_snapshot.take(order, store, module.params, check=module.check_mode),
        secret=False,
    )


if __name__ == "__main__":
    main()
