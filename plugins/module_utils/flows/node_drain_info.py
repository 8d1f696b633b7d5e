# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what drains of nodes would do, and in which order they cost least. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, node_read
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import plan, report
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import WAYS, Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

#: options of the modules that plan a drain; see doc fragment drain
POLICY_SPEC: dict[str, Any] = {
    "running_agents": {"type": "str", "choices": list(WAYS), "default": "wait"},
    "held_workflows": {"type": "str", "choices": list(WAYS), "default": "ask"},
    "last_replicas": {"type": "str", "choices": ["ask", "roll"], "default": "ask"},
    "empty_dirs": {"type": "str", "choices": ["ask", "evict"], "default": "ask"},
    "confirmed": {"type": "list", "elements": "str", "default": []},
    "longest_work": {"type": "str", "default": "2h"},
    "controller_namespace": {"type": "str", "default": "agent-platform"},
    "controller_name": {"type": "str", "default": "controller"},
}


def policy_of(options: Mapping[str, Any]) -> Policy:
    """:raises OpsError: invalid, naming the option and the accepted form"""
    policy = Policy(
        running_agents=options["running_agents"],
        held_workflows=options["held_workflows"],
        last_replicas=options["last_replicas"],
        empty_dirs=options["empty_dirs"],
        confirmed=frozenset(options["confirmed"]),
        longest=float(parse_duration(options["longest_work"], "longest_work")),
        controller=(options["controller_namespace"], options["controller_name"]),
    )
    policy.require()
    return policy


def look(
    client: Client, options: Mapping[str, Any], policy: Policy, names: Sequence[str], now: datetime
) -> dict[str, Any]:
    """The result of the module."""
    scene = node_read.read(client, now)
    plans = plan.simulate(scene, policy, names)
    return {
        "line": report.line(plans),
        "findings": report.findings(scene, plans),
        "nodes": list(report.node_rows(scene, plans)),
        "tables": report.tables(plans),
        **looking.shown(report.pod_rows(plans), options, "pods", now),
    }
