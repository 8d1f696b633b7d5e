#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete workspaces of agents that nobody uses."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workspace_clean
short_description: Delete workspaces of agents that nobody uses
version_added: 0.1.0
description:
  - Deletes claims in which agents worked, by age, by the time since they were used, or by name, and looks whether they
    are gone.
  - Never one that a pod mounts, that is not bound, whose CodeRun is not finished, whose workflow is open, or that
    carries label C(workspace.cleanup/skip) or C(ops.agent-platform/keep). Who uses them is read once more just before.
  - A shared workspace goes with O(shared) alone, that of a failed workflow with O(failed_workflows) alone.
  - Nobody can look into a claim that no pod mounts. Each row says what is known of work that was not pushed.
  - Every deletion is bound to one version of one claim. When more would be deleted than O(max_changes), nothing is.
  - The CronJob C(workspace-cleaner) of the platform is another thing. It deletes shared claims that no pod mounts after
    12 hours, at most 15 at a time, and looks neither at CodeRuns nor at workflows; C(workspace.cleanup/skip) stops it.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.agents
  - agent_platform.ops.acting.reason_required
  - agent_platform.ops.acting.several
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  namespaces:
    description: Namespaces of the workspaces.
    type: list
    elements: str
    default: [agent-platform]
  names:
    description: Only workspaces of these names.
    type: list
    elements: str
    default: []
  agent:
    description: Only workspaces that this agent, in any spelling, was the first to use.
    type: str
    default: ''
  service:
    description: Only workspaces of this service.
    type: str
    default: ''
  older_than:
    description:
      - Only those that were made longer ago than this, such as V(14d).
      - One of this, O(unused_for) and O(names) is needed.
    type: str
    default: ''
  unused_for:
    description: Only those that were used longer ago than this; one of which nothing tells when stays.
    type: str
    default: ''
  shared:
    description: Delete shared workspaces too, and those of which no label tells that they are not.
    type: bool
    default: false
  failed_workflows:
    description: Delete the workspaces of workflows that failed too.
    type: bool
    default: false
  as_of:
    description: The moment from which ages count back, RFC 3339; now by default, never later.
    type: str
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look which workspaces nobody used for two weeks
  agent_platform.ops.workspace_clean:
    agents: "{{ platform_agents }}"
    unused_for: 14d
    shared: true
    reason: The volume group is nearly full
  check_mode: true

- name: Delete one of them
  agent_platform.ops.workspace_clean:
    agents: "{{ platform_agents }}"
    names: [workspace-shop-tess]
    reason: The service is gone
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 3 deleted · 30.0 GiB · 5 stay
total:
  description: Number of workspaces that were, would be or may have been deleted.
  returned: always
  type: int
freed:
  description: Bytes that the deleted ones asked for.
  returned: always
  type: int
rows:
  description: The first 1,000 that were to go, with their outcome, what is known of them, and the reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
kept:
  description: Those that stay, as M(agent_platform.ops.workspace_info) tells them, with the reason.
  returned: always
  type: list
  elements: dict
why:
  description: Reason and actor as given.
  returned: always
  type: dict
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import AGENTS_SPEC, table
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, workspace_clean, workspace_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import require_time

SPEC = {
    "agents": AGENTS_SPEC,
    "namespaces": {"type": "list", "elements": "str", "default": ["agent-platform"]},
    "names": {"type": "list", "elements": "str", "default": []},
    **{name: {"type": "str", "default": ""} for name in ("agent", "service", "older_than", "unused_for")},
    "shared": {"type": "bool", "default": False},
    "failed_workflows": {"type": "bool", "default": False},
    "as_of": {"type": "str"},
}


def act(module: AnsibleModule, client: Client) -> acting.Acted:
    options, now = module.params, datetime.now(UTC)
    why = acting.why_of(options, needed="workspaces are deleted")
    agents = table(options["agents"])
    wanted = workspace_info.Look(
        namespaces=workspace_info.require_namespaces(options["namespaces"]),
        agents=agents,
        rule=workspace_clean.rule_of(options, agents),
        now=min(require_time(options["as_of"], "as_of"), now) if options["as_of"] else now,
    )
    return workspace_clean.clean(
        client,
        Fence.from_option(client, options["lock"]),
        wanted,
        max_changes=options["max_changes"],
        wait=options["wait"],
        why=why,
        check=module.check_mode,
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.REASON_REQUIRED_SPEC, **acting.SEVERAL_SPEC, **CONNECTION_SPEC},
        supports_check_mode=True,
    )
    acting.run(module, lambda client: act(module, client), "workspace_clean")


if __name__ == "__main__":
    main()
