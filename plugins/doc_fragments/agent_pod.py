# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that say which one pod of an agent is meant."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  namespace:
    description: Namespace of the pods of the agents.
    type: str
    default: agent-platform
  agent:
    description: The agent, in any spelling; one pod of it must be meant. Either this or O(pod).
    type: str
    default: ''
  service:
    description: Only its pod for this service.
    type: str
    default: ''
  task:
    description: Only its pod for the task of this number.
    type: str
    default: ''
  pod:
    description: The pod itself, by its name.
    type: str
    default: ''
"""
