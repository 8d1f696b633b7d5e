#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a component of the platform which version it is."""

from __future__ import annotations

DOCUMENTATION = r"""
module: component_version_info
short_description: Ask a component which version it is
version_added: 0.1.0
description:
  - The image of a workload tells which version is to run. This module asks the program itself, by the metric by which
    it says its version, on its own page of metrics or through Prometheus.
  - A component that says another version is critical. Where nobody can look, and where a program was built without
    its version, that is unknown.
  - Of what Prometheus knows only that counts which it has read since the module began.
  - Writes nothing.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.component
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  version:
    description: The version that it is to be; by default the one that the image of its first workload tells.
    type: str
    default: ''
  metrics_url:
    description: Its page of metrics. It is asked before O(prometheus_url).
    type: str
    default: ''
  prometheus_url:
    description: A Prometheus that watches it.
    type: str
    default: ''
  labels:
    description: Labels that the series in Prometheus must have, where it watches several such components.
    type: dict
    default: {}
  timeout:
    description: Seconds for each answer.
    type: float
    default: 5
  validate_certs:
    description: Whether certificates must be valid.
    type: bool
    default: true
  wait:
    description: Seconds for it to say what is wanted; a program that was just started has yet to be heard.
    type: int
    default: 0
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Is the controller what its image says?
  agent_platform.ops.component_version_info:
    component: "{{ lookup('ansible.builtin.file', 'components/argo_workflows.yml') | from_yaml }}"
    prometheus_url: http://prometheus.monitoring:9090
"""

RETURN = r"""
line:
  description: The judgement in one line.
  returned: success
  type: str
  sample: it says itself that it is v3.7.15
wanted:
  description: The version that it is to be.
  returned: success
  type: str
said:
  description: Every version that its programs say.
  returned: success
  type: list
  elements: str
findings:
  description: The judgement, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import component_version, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import COMPONENT_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **CONNECTION_SPEC,
            **COMPONENT_SPEC,
            "version": {"type": "str", "default": ""},
            "metrics_url": {"type": "str", "default": ""},
            "prometheus_url": {"type": "str", "default": ""},
            "labels": {"type": "dict", "default": {}},
            "timeout": {"type": "float", "default": 5.0},
            "validate_certs": {"type": "bool", "default": True},
            "wait": {"type": "int", "default": 0},
        },
        supports_check_mode=True,
    )
    looking.run(module, component_version.prepare)


if __name__ == "__main__":
    main()
