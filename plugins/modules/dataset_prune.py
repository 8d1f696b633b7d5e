#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete datasets past their retention."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataset_prune
short_description: Delete datasets past their retention
version_added: 0.1.0
description:
  - Keeps, of each kind of other data, the newest dataset of each of the last days, ISO weeks, months and years that
    have one, counted in periods and not by age, so that the last ones stay when no more are kept.
  - Only datasets count that are signed by somebody who is trusted and whose parts are all there. Those that are not
    believed and those from the future are told, and neither count nor go.
  - The newest good one of a kind always stays. Before anything goes, it is read whole and compared with its manifest.
  - Manifests go first. A part goes when no manifest has referred to it for 24 hours, so that a dataset under way never
    loses one.
  - When of one kind more would be deleted than O(max_deletions), nothing of any kind is deleted and the module fails.
extends_documentation_fragment:
  - agent_platform.ops.acting
  - agent_platform.ops.attributes
  - agent_platform.ops.backup_store
  - agent_platform.ops.retention
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  platform:
    description: Name of the platform; it names the folder of its data in the store.
    type: str
    required: true
requirements:
  - cryptography (Python)
  - obstore (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look at what would go
  agent_platform.ops.dataset_prune:
    platform: production
    store: s3://agent-platform-operations
    trusted_keys: ["ssh-ed25519 AAAA... backup@production"]
    timezone: Europe/Berlin
  check_mode: true
"""

RETURN = r"""
line:
  description: What was done, in one line for people.
  returned: always
  type: str
  sample: 2 deleted · 41 kept
total:
  description: Datasets deleted, or in check mode to be deleted.
  returned: always
  type: int
rows:
  description: The first 1,000 datasets, what nobody expects first, with action, outcome, subject, detail and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: File with all rows, where there are more.
  returned: always
  type: str
findings:
  description: Datasets that could not be deleted, are not believed, or come from the future.
  returned: always
  type: list
  elements: dict
diff:
  description: Nothing; a dataset is there or not.
  returned: always
  type: list
  elements: dict
plan:
  description: The digest of each kind's plan, and the number of datasets by the rule that decided.
  returned: when the store could be read
  type: dict
  sample: {digests: {etcd_snapshot: 1f0c9a55d2b34e71}, counts: {daily: 30, weekly: 9, expired: 2}}
parts:
  description: Parts that went, their bytes, and parts that wait for their day.
  returned: when the store could be read
  type: dict
  sample: {deleted: 12, bytes: 48123, waiting: 3}
cost:
  description: Seconds and peak memory.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_prune import RETENTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_prune import CHECK, act


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **STORE_SPEC,
            **RETENTION_SPEC,
            "reason": acting.SPEC["reason"],
            "actor": acting.SPEC["actor"],
            "rows_directory": acting.SPEC["rows_directory"],
            "platform": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    acting.run_on_store(module, lambda: act(module.params, module.check_mode), CHECK)


if __name__ == "__main__":
    main()
