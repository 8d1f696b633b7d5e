# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why Helm did not do what it was to do."""

from __future__ import annotations

DOCUMENTATION = r"""
name: helm_failure
short_description: Why Helm did not do what it was to do
version_added: 0.1.0
description:
  - Makes one line from the result of a module that ran Helm, without what looks like a secret and without values of
    the release.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Tell why the release was not upgraded
  ansible.builtin.debug:
    msg: "{{ ran | agent_platform.ops.helm_failure }}"
"""

RETURN = r"""
_value:
  description: Helm's own words.
  type: str
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_failure


class FilterModule:
    def filters(self) -> dict:
        return {"helm_failure": helm_failure.words}
