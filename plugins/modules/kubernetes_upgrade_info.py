#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether a control plane may move to another version."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kubernetes_upgrade_info
short_description: Tell whether a control plane may move to another version
version_added: 0.1.0
description:
  - Judges the way from one version to the other, and the kubelet of each node beside it. A minor version is never
    skipped, and nothing goes to an older version but by a snapshot of etcd.
  - Looks who uses API versions that are gone in the other version, in three places. The server's own metrics tell which
    deprecated APIs were asked for since it was started, fields of objects tell by which version they were written, and
    stored Helm releases hold manifests that are asked for again with the next C(helm upgrade).
  - What nobody may look at is an unknown finding. Nothing is written, and values of Helm releases are never shown.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  version:
    description: The version to move to, such as V(v1.35.4).
    type: str
    required: true
  removals:
    description:
      - API versions and since which version of Kubernetes they are gone, each with C(api), such as V(policy/v1beta1),
        C(kinds), C(removed), such as V('1.25'), and C(use), the API version to use instead.
    type: list
    elements: dict
    default: []
  deep:
    description: Look for those who use what goes; without it at versions alone.
    type: bool
    default: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: May it move?
  agent_platform.ops.kubernetes_upgrade_info:
    kubeconfig: ~/.kube/platform
    version: v1.35.4
    removals:
      - {api: storage.k8s.io/v1alpha1, kinds: [VolumeAttributesClass], removed: '1.35', use: storage.k8s.io/v1}
"""

RETURN = r"""
line:
  description: One line for people.
  returned: success
  type: str
  sample: v1.34.4 to v1.35.4 · 3 nodes to move · nothing in the way
version:
  description: Version of the API server.
  returned: success
  type: str
  sample: v1.34.4
reached:
  description: Whether that is the version to move to.
  returned: success
  type: bool
nodes:
  description: >-
    Name of each node, version of its kubelet, whether it is ready, whether it is to move, and the reason for which
    this collection keeps pods away from it, empty where it does not.
  returned: success
  type: list
  elements: dict
  sample: [{name: node-1, version: v1.34.4, ready: true, move: true, drained_for: ""}]
findings:
  description: Worst first, in the shape that all roles share. A critical one is a reason not to begin.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import kubernetes_upgrade, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "version": {"type": "str", "required": True},
            "removals": {"type": "list", "elements": "dict", "default": []},
            "deep": {"type": "bool", "default": True},
            **CONNECTION_SPEC,
        },
        supports_check_mode=True,
    )
    looking.run(module, kubernetes_upgrade.prepare)


if __name__ == "__main__":
    main()
