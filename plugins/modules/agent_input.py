#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a message to an agent while it works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: agent_input
short_description: Send a message to an agent while it works
version_added: 0.1.0
description:
  - Finds the one running pod of an agent, asks its input bridge whether it is well, and sends it one text, byte for
    byte and exactly once.
  - Nothing is sent where nobody can read it - to a pod without a bridge, to an agent whose program reads no messages,
    or when more than one pod could be meant.
  - The bridge writes into a pipe and waits until the agent reads. Without an answer in time the result is
    C(unverified) - the agent may still read the message, and it is not sent again by itself.
  - Running it again sends the message again. Neither results nor records hold its text, only its length and digest.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.agents
  - agent_platform.ops.agent_pod
  - agent_platform.ops.acting
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  text:
    description: The text, at most 65,536 bytes of UTF-8. Either this or O(text_file).
    type: str
  text_file:
    description: A file on the host that holds the text; everything in it is sent as it stands.
    type: path
  via:
    description:
      - How the bridge is reached. V(exec) runs curl in a container of the pod, for clusters that do not allow
        port-forwards; the message goes there by standard input.
    type: str
    choices: [port_forward, exec]
    default: port_forward
  port:
    description: Port of the bridge.
    type: int
    default: 8080
  container:
    description: Container for V(exec); by default the one that does the work.
    type: str
    default: ''
  timeout:
    description: How long the bridge has for its answer, such as V(30s).
    type: str
    default: 30s
  rows_directory:
    description: Not used for one message; every module that acts takes it.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Tell Rex what changed
  agent_platform.ops.agent_input:
    kubeconfig: /etc/platform/kubeconfig
    agents: "{{ platform_agents }}"
    agent: Rex
    task: "42"
    text: The interface is now in main; rebase before you go on.

- name: Send a text that holds anything, also double braces
  agent_platform.ops.agent_input:
    kubeconfig: /etc/platform/kubeconfig
    agents: "{{ platform_agents }}"
    agent: 5DLabs-Rex
    service: shop
    text_file: /srv/notes/rebase.md
"""

RETURN = r"""
message:
  description:
    - Length and digest of the text, the reason and the actor as given, and after how many seconds the bridge answered,
      null in check mode.
  returned: when the pod was found and its bridge is well
  type: dict
  sample: {bytes: 58, sha256: 9f86d081884c7d65, reason: new interface, actor: jane, seconds: 0.05}
line:
  description: What became of it, for people.
  returned: when the pod was found and its bridge is well
  type: str
  sample: 1 sent
total:
  description: Number of messages that were, would be or may have been delivered.
  returned: when the pod was found and its bridge is well
  type: int
rows:
  description: The pod, with outcome C(planned), C(changed), C(failed) or C(unverified), and the reason.
  returned: when the pod was found and its bridge is well
  type: list
  elements: dict
rows_file:
  description: Always empty.
  returned: when the pod was found and its bridge is well
  type: str
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: when the pod was found and its bridge is well
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: when the pod was found and its bridge is well
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import live_input, names, targets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, agent_input
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SPEC = {
    "agents": names.AGENTS_SPEC,
    **targets.POD_SPEC,
    "text": {"type": "str", "no_log": True},
    "text_file": {"type": "path"},
    "via": {"type": "str", "choices": ["port_forward", "exec"], "default": "port_forward"},
    "port": {"type": "int", "default": live_input.PORT},
    "container": {"type": "str", "default": ""},
    "timeout": {"type": "str", "default": "30s"},
}


def hide(module: AnsibleModule) -> str | None:
    """Take the message out of what the module tells of its invocation, and give it back.

    Left to no_log alone, every result that happens to hold the message's words would be blackened: "ok", for example.
    """
    text = module.params["text"]
    if text is not None:
        module.no_log_values.discard(text)
        module.params["text"] = f"({len(text)} characters)"
    return text


def act(module: AnsibleModule, client: Client, text: str | None) -> acting.Acted:
    options = module.params
    if text is None:
        data = agent_input.read_file(options["text_file"], "text_file")
        message = live_input.message(data, "text_file")
    else:
        message = live_input.message(text.encode("utf-8", "surrogateescape"), "text")
    way = agent_input.way_of(
        options["via"], options["port"], options["container"], parse_duration(options["timeout"], "timeout")
    )
    return agent_input.send(
        client,
        Fence.from_option(client, options["lock"]),
        targets.Wanted.of(options),
        names.table(options["agents"]),
        message,
        way,
        check=module.check_mode,
        why=acting.why_of(options),
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.SPEC, **CONNECTION_SPEC},
        supports_check_mode=True,
        required_one_of=[("text", "text_file")],
        mutually_exclusive=[("text", "text_file")],
    )
    text = hide(module)
    acting.run(module, lambda client: act(module, client, text), "agent_input")


if __name__ == "__main__":
    main()
