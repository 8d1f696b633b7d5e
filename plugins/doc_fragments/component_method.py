# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a component is moved: by its images, or with the Helm release that keeps it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  method:
    description:
      - With V(manifests) the images of the workloads are changed. A workload that belongs to a Helm release is refused.
      - With V(helm) Helm upgrades O(release), and a workload that does not belong to it is refused. Helm is run by role
        P(agent_platform.ops.component_upgrade#role); modules look what it has done.
    type: str
    choices: [manifests, helm]
    default: manifests
  release:
    description: The Helm release; needed with O(method=helm), and for nothing else.
    type: dict
    suboptions:
      name:
        description: Name of the release.
        type: str
        required: true
      namespace:
        description: Namespace in which Helm keeps the release; that of the component by default.
        type: str
        default: ''
      chart_version:
        description: Version of the chart that the release is to have; any by default.
        type: str
        default: ''
      values_files:
        description:
          - Files with values that the release is to have besides those that it has. Of several files the later one
            stands.
        type: list
        elements: path
        default: []
      timeout:
        description:
          - Seconds that Helm is given for each operation, such as a hook.
          - A pending revision that is older by ten seconds is taken for left behind, a younger one is waited for.
        type: int
        default: 300
"""
