# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that look at what is used and what it costs."""

from __future__ import annotations


# Literal texts alone: ansible-test's yamllint reads no other ones.
class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  namespaces:
    description: Namespaces whose pods and claims count; an empty list is the whole cluster.
    type: list
    elements: str
    default: []
  prometheus_url:
    description:
      - Base URL of Prometheus with the metrics of containers and volumes of the kubelets.
      - Without one, what is used just now is told by C(metrics.k8s.io), which is weak evidence.
    type: str
    default: ''
  prometheus_timeout:
    description: Seconds for each answer of Prometheus.
    type: float
    default: 30.0
  validate_certs:
    description: Whether the certificate of Prometheus is looked at.
    type: bool
    default: true
  window:
    description: How far to look back.
    type: str
    default: 7d
  percentile:
    description: Of the samples of each container; so many percent of the time it used no more.
    type: float
    default: 95.0
  target:
    description: How many percent of what is asked for should be used.
    type: float
    default: 80.0
  samples:
    description: How many samples of a container, five minutes apart, are enough to say something.
    type: int
    default: 288
  prices:
    description:
      - Prices a month; V(cpu_month) of a core, V(memory_gib_month) and V(storage_gib_month) of a GiB, and V(currency).
      - Without prices only quantities are told.
    type: dict
    default: {}
"""
