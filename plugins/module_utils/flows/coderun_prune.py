# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read CodeRuns for pruning, and look whether their controller could finish a deletion. Private API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import retention
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINALIZER
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Plan, Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import pruning, workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource


class _Candidates:
    def __init__(self) -> None:
        self.found: list[retention.Candidate] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found.extend(map(retention.candidate, items))


def read_coderuns(client: Client, namespaces: list[str]) -> pruning.Reading:
    """The CodeRuns, protected by the rules of agents/retention.

    :raises UnknownKindError: when the cluster has no CodeRuns
    """
    parts = workflows.read_pages(client, namespaces, _Candidates, kind=CODERUN)
    found = [one for part in parts for one in part.found]
    try:
        plays = workflows.read_summaries(client, []) if any(one.finished for one in found) else []
    except workflows.UnknownKindError:
        plays = []
    return pruning.Reading([one.summary for one in found], lambda as_of: retention.protected(found, plays, as_of))


def decide(
    client: Client,
    policy: Policy,
    *,
    namespaces: list[str],
    selector: str | None,
    as_of: datetime | None,
    controller: tuple[str, str] | None,
) -> Plan:
    """The plan for CodeRuns.

    :param controller: namespace and name of the Deployment that must be available, None where that is not asked
    :raises OpsError: refused, when deletions would be held because that Deployment is not available
    """
    plan = pruning.decide(
        client, policy, namespaces=namespaces, selector=selector, as_of=as_of, kind=CODERUN, read=read_coderuns
    )
    if plan.deletes and controller:
        require_controller(client, *controller, count=len(plan.deletes))
    return plan


def require_controller(client: Client, namespace: str, name: str, *, count: int) -> None:
    """:raises OpsError: refused, when so many deletions would be held because that Deployment is not available"""
    found = client.get_or_none(resource("apps/v1", "deployments", namespace, name))
    if (facts.deployment(namespace, name, found)["available"] or 0) > 0:
        return
    raise OpsError(
        "refused",
        f"{counted(count, 'CodeRun')} would be deleted, but Deployment {namespace}/{name} is not available,"
        f" so nothing would finish: finalizer {FINALIZER} would hold what is deleted; nothing was deleted",
        hint="Bring the CodeRun controller back first, or set without_controller if they shall wait for it.",
    )
