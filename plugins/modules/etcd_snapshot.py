#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a snapshot of etcd in the store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: etcd_snapshot
short_description: Keep a snapshot of etcd in the store
version_added: 0.1.0
description:
  - Takes a snapshot of one member with C(etcdctl), looks with C(etcdutl) and by its digest whether it is whole and not
    older than the database was before, encrypts it, reads it back from the store, and signs its manifest last.
  - A snapshot holds every Secret in clear. It lies in a folder 0700 below O(scratch) while it is encrypted, and what a
    killed run left there is removed by the next one. Without O(recipients) nothing is taken.
  - Managed control planes give nobody access to their etcd; there the backup of objects is what there is.
  - M(agent_platform.ops.dataset_restore) writes it to a folder again, and C(etcdutl snapshot restore) makes that a data
    folder of etcd.
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
  endpoint:
    description: URL of one member, such as V(https://127.0.0.1:2379).
    type: str
    required: true
  ca_path:
    description: File with the certificate authority of etcd.
    type: path
  client_cert:
    description: File with the certificate by which etcd knows this client.
    type: path
  client_key:
    description: File with its key.
    type: path
  etcdctl:
    description: Path of C(etcdctl), or its name in E(PATH).
    type: str
    default: etcdctl
  etcdutl:
    description: Path of C(etcdutl), or its name in E(PATH).
    type: str
    default: etcdutl
  scratch:
    description:
      - Folder in which the snapshot lies until it is encrypted; the one for temporary files by default.
      - A file system in memory, such as V(/dev/shm), keeps it from ever reaching a disk.
    type: path
  timeout:
    description: Seconds for each call of the two programs.
    type: int
    default: 600
requirements:
  - etcdctl and etcdutl of the version of etcd
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Keep a snapshot of etcd
  agent_platform.ops.etcd_snapshot:
    platform: production
    store: s3://platform-backups
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH..."]
    signing_key: /etc/agent-platform/signing
    recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]
    endpoint: https://127.0.0.1:2379
    ca_path: /etc/kubernetes/pki/etcd/ca.crt
    client_cert: /etc/kubernetes/pki/etcd/healthcheck-client.crt
    client_key: /etc/kubernetes/pki/etcd/healthcheck-client.key
"""

RETURN = r"""
dataset:
  description:
    - What was kept, with its id, the place of its manifest, bytes and new_bytes in the store.
    - C(facts) holds hash, revision, keys, size, version and cluster. In check mode id and place are empty.
  returned: success
  type: dict
  sample: {id: 2026-11-21T08-00-00Z, provider: etcd_snapshot, place: s3://platform-backups/backups, encrypted: true}
line:
  description: One line for people.
  returned: success
  type: str
  sample: revision 1,406 with 706 keys in 2026-11-21T08-00-00Z · 612 KiB stored, 612 KiB new · verified
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
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_take, etcd_snapshot

OPTIONS = {
    "endpoint": {"type": "str", "required": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path"},
    "etcdctl": {"type": "str", "default": "etcdctl"},
    "etcdutl": {"type": "str", "default": "etcdutl"},
    "scratch": {"type": "path"},
    "timeout": {"type": "int", "default": 600},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**dataset_take.SPEC, **OPTIONS}, supports_check_mode=True)
    dataset_take.run(
        module,
        etcd_snapshot.PROVIDER,
        lambda order, store: etcd_snapshot.take(order, store, module.params, check=module.check_mode),
        secret=True,
    )


if __name__ == "__main__":
    main()
