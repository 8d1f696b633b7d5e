# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that lists the agents of a platform, needed always or with option agent alone."""

from __future__ import annotations


# Literal texts alone: ansible-test's yamllint reads no other ones.
class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  agents:
    description: The agents of the platform, as variable C(platform_agents) has them.
    required: true
    type: list
    elements: dict
    suboptions:
      name:
        description: What people call it, such as V(rex).
        type: str
        required: true
      github_app:
        description: Its GitHub App, as CodeRuns name it, such as V(5DLabs-Rex).
        type: str
        required: true
      spellings:
        description: Further names of it.
        type: list
        elements: str
        default: []
      workspace:
        description: Whether it works in the claim of its service, or in one of its own.
        type: str
        choices: [shared, isolated]
        default: isolated
      input:
        description: The protocol of its live input; V(none) where it takes no messages.
        type: str
        choices: [claude, none]
        default: claude
"""
    OPTIONAL = r"""
options:
  agents:
    description: The agents of the platform, as variable C(platform_agents) has them; needed wherever one is named.
    default: []
    type: list
    elements: dict
    suboptions:
      name:
        description: What people call it, such as V(rex).
        type: str
        required: true
      github_app:
        description: Its GitHub App, as CodeRuns name it, such as V(5DLabs-Rex).
        type: str
        required: true
      spellings:
        description: Further names of it.
        type: list
        elements: str
        default: []
      workspace:
        description: Whether it works in the claim of its service, or in one of its own.
        type: str
        choices: [shared, isolated]
        default: isolated
      input:
        description: The protocol of its live input; V(none) where it takes no messages.
        type: str
        choices: [claude, none]
        default: claude
"""
