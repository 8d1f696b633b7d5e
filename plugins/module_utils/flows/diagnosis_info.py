# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision tree walked over what was read of a platform. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import report
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.catalogue import PROBES
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import SUBJECTS, Tree, load
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.walk import walk
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_read import read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client


def prepare(order: Order, probes: Mapping[str, Probe] = PROBES) -> tuple[Tree, Order]:
    """The tree, and the order with its agent found by any spelling; refuses before anything is asked.

    :raises OpsError: invalid, in one sentence
    """
    tree = load(order.tree, probes)
    needed = SUBJECTS[tree.subject]
    subject = {key: value.strip() for key, value in order.subject.items()}
    if needed and not any(subject.get(name) for name in needed):
        options = " or ".join(f"diagnose_{name}" for name in needed)
        raise OpsError("invalid", f"tree {tree.name} is about one {tree.subject}; say which one with {options}")
    if subject.get("agent"):
        agent = names.find(subject["agent"], order.agents)
        subject |= {"agent": agent.name, "github_user": agent.github_user, "github_app": agent.github_app}
    return tree, replace(order, subject=subject)


def diagnose(
    client: Client, tree: Tree, order: Order, now: datetime, probes: Mapping[str, Probe] = PROBES
) -> dict[str, Any]:
    """What diagnosis/report.py says of the way through the tree.

    :raises OpsError: invalid, when the subject is not there; unreachable, when the API server does not answer
    """
    scene = read(client, order, [probes[name] for name in sorted(tree.probes)], now)
    return report.result(tree, walk(tree, probes, scene), scene)
