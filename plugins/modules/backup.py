#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a backup of the objects of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup
short_description: Take a backup of the objects of a platform
version_added: 0.1.0
description:
  - Reads every kind of objects once, each at one resourceVersion, and stores one part for each, compressed and
    encrypted. A part that is there already is used again, so a backup of what has not changed writes next to nothing.
  - The manifest comes last and is signed. Until it is there, there is no backup; whatever interrupts the module leaves
    the earlier ones as they are.
  - The manifest says what was asked for and is not in the backup, and why. A kind that could not be read makes it
    incomplete, which is a critical finding and no failure.
  - Secrets are only kept when O(recipients) are named. Objects that are made anew by what is in the backup are left out
    and counted, such as pods of a Deployment, tokens of ServiceAccounts and Secrets of an ExternalSecret.
  - Nothing is written to the cluster, and nothing of an object stands unencrypted on a disk while there are recipients.
extends_documentation_fragment:
  - agent_platform.ops.backup_store
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: Everything is read and decided, and nothing is stored.
  diff_mode:
    support: none
options:
  platform:
    description: Name of the platform; its backups lie in a folder of this name in the store.
    required: true
  signing_key:
    description:
      - Path of the Ed25519 private key that signs the manifest, as C(ssh-keygen -t ed25519 -N '') makes it. Others than
        its owner must not be able to read it.
      - Its public key must be one of O(trusted_keys), since nobody would believe the backup otherwise.
    type: path
    required: true
  recipients:
    description:
      - Public keys of those who can decrypt the backup, as C(age1...), C(ssh-ed25519 ...) or C(ssh-rsa ...).
      - Without any, nothing is encrypted and Secrets are left out.
    type: list
    elements: str
    default: []
  kinds:
    description: Kinds that are backed up besides those that the collection knows.
    type: list
    elements: dict
    default: []
    suboptions:
      resource:
        description: Plural and group, such as V(jobs.batch); a core resource has no group.
        type: str
        required: true
      status:
        description: Whether the status is state that no controller makes anew, so that it belongs to the object.
        type: bool
        default: false
  classes:
    description: What the backup is kept as; one without a class was taken besides.
    type: list
    elements: str
    choices: [daily, weekly, monthly, yearly]
    default: []
  when_due:
    description:
      - Take one only when the day, ISO week, month or year that runs has no good backup yet, as one of those classes.
      - Nothing is changed when nothing is due, so that a run may be repeated. Goes without O(classes).
    type: bool
    default: false
  timezone:
    description: Time zone in which days, weeks, months and years begin.
    type: str
    default: UTC
  before:
    description:
      - Id of the backup that is about to be restored, when it is taken before a restore.
      - Such a backup holds what is to be mended, so V(newest) never means it; it can be restored by its id.
    type: str
    default: ''
  reason:
    description: Why it is taken; it stands in the manifest.
    type: str
    default: ''
  actor:
    description: Who asks for it; by default the user who runs the module.
    type: str
    default: ''
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Take a backup that two people can decrypt
  agent_platform.ops.backup:
    platform: production
    kubeconfig: /etc/platform/kubeconfig
    store: s3://agent-platform-operations
    signing_key: /etc/platform/backup-signing-key
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
    recipients:
      - age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN
    kinds:
      - resource: servicemonitors.monitoring.coreos.com
"""

RETURN = r"""
backup:
  description: What was stored. In check mode its id, path and place are empty, and nothing has a size in the store.
  returned: success
  type: dict
  contains:
    id:
      description: The moment of its start, which names it.
      type: str
      sample: 2026-11-21T08-00-00Z
    path:
      description: Key of its manifest in the store.
      type: str
    place:
      description: The same as a path or URL for people.
      type: str
    started:
      description: When reading began.
      type: str
    finished:
      description: When all parts were stored.
      type: str
    cluster_uid:
      description: Uid of namespace kube-system.
      type: str
    complete:
      description: Whether everything that was asked for and is served is in it.
      type: bool
    classes:
      description: What it is kept as.
      type: list
      elements: str
    reason:
      description: Why it was taken.
      type: str
    before:
      description: Id of the backup that was about to be restored; empty for one that was not taken before a restore.
      type: str
    actor:
      description: Who asked for it.
      type: str
    recipients:
      description: Public keys of those who can decrypt it.
      type: list
      elements: str
    objects:
      description: How many objects are in it.
      type: int
    bytes:
      description: Bytes of its parts in the store.
      type: int
    new_bytes:
      description: How many of them had to be written.
      type: int
    parts:
      description: For each kind its resource, objects, bytes, plain_bytes before compression, and left_out by reason.
      type: list
      elements: dict
    skipped:
      description: Kinds that are not in it, why, and with lost whether they are served and could not be read.
      type: list
      elements: dict
    left_out:
      description: How many objects were not kept, by reason.
      type: dict
      sample: {owned: 120, service_account_token: 2}
    made_anew:
      description: Names of objects that were left out because others make them anew, by reason.
      type: dict
      sample: {external_secret: [argo/github]}
line:
  description: One line for people.
  returned: success
  type: str
  sample: 2,016 objects of 31 kinds in 2026-11-21T08-00-00Z · 1.2 MiB, 3.4 KiB new · 134 left out
findings:
  description: What is missing, and what is in it, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, backup_order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect

VERSION = "0.1.0"  # of the collection, for the manifest
SPEC = {**CONNECTION_SPEC, **backup_order.SPEC, "platform": {"type": "str", "required": True}}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    backup_options.hide_keys(module)
    try:
        order = backup_order.order_of(module.params, VERSION)
        client = connect(module, read_only=True)
        meter = Meter(client.cost)
        taken = backup_order.carry_out(client, module.params, order, check=module.check_mode)
        result = {**taken, "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
