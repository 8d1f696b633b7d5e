#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look whether restored work that had ended runs again."""

from __future__ import annotations

DOCUMENTATION = r"""
module: restored_work_info
short_description: Look whether restored work that had ended runs again
version_added: 0.1.0
description:
  - A restore brings workflows and CodeRuns that had ended back with their status, so that no controller takes them up.
    This looks whether that held, as after their controllers have been running for a while.
  - A workflow runs again when it began after the restore, or has a pod from after it; a CodeRun, when it has a Job from
    after it.
  - Only what a restore wrote is looked at, which it marks with annotation C(ops.agent-platform/restored-from).
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look whether anything runs again
  agent_platform.ops.restored_work_info:
    kubeconfig: /etc/agent-platform/kubeconfig
  register: restored
  failed_when: restored.again > 0
"""

RETURN = r"""
ended:
  description: How many restored workflows and CodeRuns had ended.
  type: int
  returned: success
again:
  description: How many of them run, or ran, again.
  type: int
  returned: success
rows:
  description: The first 1,000 of each kind that do, with C(subject) and C(why).
  type: list
  elements: dict
  returned: success
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  type: dict
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, restored_work
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC


def main() -> None:
    module = AnsibleModule(argument_spec=CONNECTION_SPEC, supports_check_mode=True)
    looking.run(module, lambda _options: restored_work.look)


if __name__ == "__main__":
    main()
