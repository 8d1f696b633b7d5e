# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that all modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path of a kubeconfig.
      - Without it E(KUBECONFIG), then C(~/.kube/config), then the ServiceAccount of the pod is used.
    type: path
  context:
    description: Context of the kubeconfig; its current one by default.
    type: str
  cluster_uid:
    description: Uid of namespace C(kube-system). Any other cluster is refused before anything is touched.
    type: str
  platform:
    description: Name of the platform in messages.
    type: str
  request_timeout:
    description: Seconds for one whole answer of the API server.
    type: int
    default: 30
  concurrency:
    description: Requests under way at the same time.
    type: int
    default: 8
requirements:
  - kubernetes (Python)
"""
