# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that plan the drain of a node."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  running_agents:
    description:
      - What becomes of the pods of agents. With V(wait) they are waited for until they have ended, with V(hand_over)
        they are evicted where their CodeRun is tried again on another node, and with V(ask) they keep the node.
    type: str
    choices: [wait, hand_over, ask]
    default: wait
  held_workflows:
    description:
      - The same for workflows that are held, whose pods or whose workspace are on the node. With V(hand_over) a pod is
        evicted, and a workspace that this node alone can use stays where it is until the node is back.
    type: str
    choices: [wait, hand_over, ask]
    default: ask
  last_replicas:
    description:
      - What becomes of the last healthy pod of a Deployment. It is never evicted. With V(roll) a roll-out of the
        Deployment makes another pod before it goes; with V(ask) it keeps the node.
    type: str
    choices: [ask, roll]
    default: ask
  empty_dirs:
    description: Whether pods with volumes of type emptyDir, whose content is lost, are evicted, or keep the node.
    type: str
    choices: [ask, evict]
    default: ask
  confirmed:
    description:
      - Pods and workflows, as namespace/name, to which somebody said yes. Such a pod is evicted although nobody makes
        it again, its data is lost, an agent is at work in it, or no other node takes it.
      - The last healthy pod of a controller, and one with label C(ops.agent-platform/keep), stay all the same.
    type: list
    elements: str
    default: []
  longest_work:
    description: How long a piece of work takes at most where nothing says; for the cost of waiting for it.
    type: str
    default: 2h
  controller_namespace:
    description: Namespace of the Deployment of the CodeRun controller.
    type: str
    default: agent-platform
  controller_name:
    description: Name of that Deployment; while it is not available, no agent is handed over.
    type: str
    default: controller
"""
