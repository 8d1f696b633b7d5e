#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the configuration around a platform as documents."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configuration_export
short_description: Keep the configuration around a platform as documents
version_added: 0.1.0
description:
  - Writes network policies, Ingresses, configurations of admission webhooks and what is given as O(facts) into JSON
    documents, and keeps them signed in the store. The same settings give the same bytes.
  - Values of O(facts) that are secrets by their name or form are replaced before anything is kept. Settings of GitHub
    Apps and webhooks are facts, since only GitHub knows them.
  - A kind that cannot be read is a critical finding, and the others are kept.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.backup_store
  - agent_platform.ops.dataset
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  facts:
    description:
      - What is to be kept besides, such as the settings of GitHub Apps and of webhooks.
      - Leave secrets out already here, since Ansible shows the arguments of modules with C(-vvv).
    type: dict
    default: {}
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Keep the configuration
  agent_platform.ops.configuration_export:
    platform: production
    store: s3://platform-backups
    trusted_keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH..."]
    signing_key: /etc/agent-platform/signing
    facts:
      github_apps:
        - {name: 5DLabs-Rex, app_id: 1101, permissions: {contents: write, pull_requests: write}}
      webhooks:
        - {organisation: example, url: "https://webhooks.example.org/github", events: [push, pull_request]}
"""

RETURN = r"""
dataset:
  description:
    - What was kept, with its id, the place of its manifest, bytes and new_bytes in the store.
    - C(facts) holds the names of the documents and of the facts, and the numbers of objects.
  returned: success
  type: dict
  sample: {id: 2026-11-21T08-00-00Z, provider: configuration_export, facts: {objects: {ingresses: 2}}}
line:
  description: One line for people.
  returned: success
  type: str
  sample: 5 documents with 12 objects in 2026-11-21T08-00-00Z · 1.2 KiB stored, 1.2 KiB new · verified
findings:
  description: What could not be read, and that the rest was kept, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import configuration_export, dataset_take
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect

SPEC = {**CONNECTION_SPEC, **dataset_take.SPEC, "facts": {"type": "dict", "default": {}}}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    dataset_take.run(
        module,
        configuration_export.PROVIDER,
        lambda order, store: configuration_export.take(
            connect(module, read_only=True), order, store, module.params["facts"], check=module.check_mode
        ),
        secret=False,
    )


if __name__ == "__main__":
    main()
