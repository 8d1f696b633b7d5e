#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete files in the workspace of a running agent, by age and pattern."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workspace_files_clean
short_description: Delete files in the workspace of a running agent, by age and pattern
version_added: 0.1.0
description:
  - Lists the regular files of a workspace from inside the agent's pod, chooses those that are old enough and match a
    pattern, and deletes exactly those that still have the size, the times and the inode that were listed.
  - No link is followed. Nothing outside the workspace, in C(.git), or on another file system is listed, and the pipe by
    which the agent gets messages stays.
  - When more files would be deleted than O(max_changes), or the list is not whole, nothing is deleted.
  - The container needs GNU find, xargs and stat, which the images of the agents have.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.agents
  - agent_platform.ops.agent_pod
  - agent_platform.ops.acting.reason_required
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  container:
    description: The container in which the workspace is looked at; by default the one that does the work.
    type: str
    default: ''
  root:
    description: The workspace, or a folder in it.
    type: str
    default: /workspace
  patterns:
    description:
      - Which files may go. A pattern with a slash is matched against the path below O(root), one without against the
        name. A star also matches slashes.
    type: list
    elements: str
    required: true
  older_than:
    description: Only files that were modified longer ago than this, such as V(1d), in whole minutes.
    type: str
    default: 1d
  max_changes:
    description: When more files than this would be deleted, none is.
    type: int
    default: 1000
  timeout:
    description: How long each command in the pod has, such as V(60s).
    type: str
    default: 60s
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Free a workspace that is nearly full
  agent_platform.ops.workspace_files_clean:
    agents: "{{ platform_agents }}"
    agent: rex
    service: shop
    patterns: ['*/target/*', '*.log', '*/node_modules/.cache/*']
    older_than: 12h
    reason: 97 % full
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: when the files could be listed
  type: str
  sample: 412 deleted · 1 refused · 3.2 GiB · 5.8 GiB free now
total:
  description: Number of files that were, would be or may have been deleted.
  returned: when the files could be listed
  type: int
rows:
  description:
    - The first 1,000 files, with their outcome, size and time.
    - One that changed meanwhile is C(refused) and stays.
  returned: when the files could be listed
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: when the files could be listed
  type: str
freed:
  description: Bytes in the files that were or would be deleted.
  returned: when the files could be listed
  type: int
free:
  description: Bytes that are free afterwards; null in check mode and where nobody said it.
  returned: when the files could be listed
  type: int
pod:
  description: Namespace and name of the pod.
  returned: when the files could be listed
  type: dict
why:
  description: Reason and actor as given.
  returned: when the files could be listed
  type: dict
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: when the files could be listed
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: when the files could be listed
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import AGENTS_SPEC, table
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import POD_SPEC, Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, workspace_files
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SPEC = {
    "agents": AGENTS_SPEC,
    **POD_SPEC,
    "container": {"type": "str", "default": ""},
    "root": {"type": "str", "default": "/workspace"},
    "patterns": {"type": "list", "elements": "str", "required": True},
    "older_than": {"type": "str", "default": "1d"},
    "max_changes": {"type": "int", "default": 1000},
    "timeout": {"type": "str", "default": "60s"},
}


def act(module: AnsibleModule, client: Client) -> acting.Acted:
    options = module.params
    order = workspace_files.Order(
        wanted=Wanted.of(options),
        older_than=parse_duration(options["older_than"], "older_than"),
        seconds=max(1, parse_duration(options["timeout"], "timeout")),
        **{name: options[name] for name in ("root", "container", "patterns", "max_changes")},
    )
    return workspace_files.clean(
        client,
        Fence.from_option(client, options["lock"]),
        order,
        table(options["agents"]),
        why=acting.why_of(options, needed="files are deleted"),
        check=module.check_mode,
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.REASON_REQUIRED_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )
    acting.run(module, lambda client: act(module, client), "workspace_files_clean")


if __name__ == "__main__":
    main()
