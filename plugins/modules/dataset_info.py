#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the datasets of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataset_info
short_description: List the datasets of a platform
version_added: 0.1.0
description:
  - Lists what M(agent_platform.ops.etcd_snapshot), M(agent_platform.ops.prometheus_snapshot),
    M(agent_platform.ops.configuration_export) and others kept in a store, kind by kind and newest first, and says of
    each dataset whether it is believed and whether its parts are there.
  - A kind that is to be kept and has none, and a newest one that is too old, is a finding.
  - Manifests are read and parts are listed; the parts themselves are not read. No cluster is asked.
extends_documentation_fragment:
  - agent_platform.ops.backup_store
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  platform:
    description: Name of the platform.
    type: str
    required: true
  kinds:
    description:
      - Kinds that are to be kept, such as V(etcd_snapshot), each with the age at which its newest dataset is too old,
        such as V(26h).
      - Other kinds in the store are too old after 26 hours.
    type: dict
    default: {}
requirements:
  - cryptography (Python)
  - obstore (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: List the datasets
  agent_platform.ops.dataset_info:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGOH9QVtYCE9Ud7bDOMvMV6FJ2EiVnRqTrZsnEL5H2D]
    kinds: {etcd_snapshot: 26h, configuration_export: 8d}
"""

RETURN = r"""
kinds:
  description:
    - For each kind that is in the store or is to be kept the number of its datasets, its own limit in seconds, and id
      and age in seconds of the newest one that can be used.
  returned: success
  type: list
  elements: dict
  sample: [{kind: etcd_snapshot, datasets: 31, limit: 93600, newest: 2026-11-21T08-00-00Z, age: 3600}]
datasets:
  description: The datasets by kind, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The moment of its start, which names it.
      type: str
    kind:
      description: Who kept it.
      type: str
    age:
      description: Seconds since its start; null where nobody can tell.
      type: int
    believed:
      description: Whether its manifest stands where it says and is signed by somebody who is trusted.
      type: bool
    whole:
      description: Whether it is believed and all of its parts are in the store.
      type: bool
    problem:
      description: Why it cannot be used.
      type: str
    bytes:
      description: Size of its parts in the store.
      type: int
    facts:
      description: What who kept it knows of it, such as a revision.
      type: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: 62 datasets of 2 kinds
findings:
  description: What cannot be used, is missing or is too old, and the newest of each kind.
  returned: success
  type: list
  elements: dict
measures:
  description: The age of the newest dataset of each kind, in hours.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB; nothing is asked of a cluster.
  returned: success
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter

SPEC = {
    **STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "kinds": {"type": "dict", "default": {}},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        meter = Meter()
        result = {**dataset_info.look(module.params, datetime.now(UTC)), "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
