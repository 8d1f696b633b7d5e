# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the workspaces of a platform: whose they are, who uses them, how full they are, what may be lost.

Private API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_inside, workspaces
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent, find
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspaces import Rule, Use, Workspace
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workspace_read
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

CHECK = "workspaces"
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be told. root: where the workspace lies in the containers, empty for where it is mounted."""

    namespaces: Sequence[str]
    agents: Sequence[Agent]
    rule: Rule
    now: datetime
    look_inside: bool = False
    root: str = ""
    full: float = 85.0


def require_namespaces(namespaces: Sequence[str]) -> list[str]:
    """:raises OpsError: invalid, for none: claims of other things are not to be looked through"""
    found = [name for name in dict.fromkeys(namespaces) if name]
    if not found:
        raise OpsError("invalid", "namespaces: name at least one, such as agent-platform")
    return found


def rule_of(options: Mapping[str, Any], agents: Sequence[Agent], **more: Any) -> Rule:
    """:raises OpsError: invalid, for an agent that nobody knows"""
    agent = find(options["agent"], agents).name if options["agent"] else ""
    return Rule(names=frozenset(options["names"]), agent=agent, service=options["service"], **more)


def look(client: Client, wanted: Look) -> dict[str, Any]:
    """{workspaces, findings, line}"""
    found = [one for one in workspace_read.read_workspaces(client, wanted.namespaces) if wanted.rule.selects(one)]
    users = workspace_read.read_users(client, wanted.namespaces, wanted.agents)
    told = [(one, workspaces.use(one, users)) for one in found]
    inside = _inside(client, told, wanted) if wanted.look_inside else {}
    rows = [row(one, used, wanted.rule, wanted.now) | inside.get(one.uid, _UNSEEN) for one, used in told]
    return {"workspaces": rows, "findings": findings(rows, wanted.full), "line": _line(rows)}


_UNSEEN: dict[str, Any] = {"total": None, "free": None, "unpushed": None, "inside": "nobody looked"}


def row(one: Workspace, used: Use, rule: Rule, now: datetime) -> dict[str, Any]:
    """One workspace as JSON."""
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": one.namespace,
        "name": one.name,
        "uid": one.uid,
        "sharing": one.sharing,
        "agent": one.agent,
        "service": one.service,
        "workflow": one.workflow,
        "workflow_state": next((play.state for play in used.plays if one.workflow), "") if one.workflow else "",
        "size": one.size,
        "phase": one.phase,
        "storage_class": one.storage_class,
        "created": format_time(one.created_at) if one.created_at else None,
        "age": int((now - one.created_at).total_seconds()) if one.created_at else None,
        "used": format_time(used.used_at) if used.used_at else None,
        "idle": 0 if used.mounted_by else int((now - used.used_at).total_seconds()) if used.used_at else None,
        "mounted_by": [pod.name for pod in used.mounted_by],
        "coderuns": [run.name for run in used.coderuns if not run.is_finished],
        "open_workflows": [f"{play.namespace}/{play.name}" for play in used.plays if play.state == "open"],
        "kept_by": one.kept,
        "stays_because": workspaces.protected(one, used, rule),
        "risk": workspaces.risk(one, used),
    }


def _inside(client: Client, told: list[tuple[Workspace, Use]], wanted: Look) -> dict[str, dict[str, Any]]:
    """By uid, what a look into each mounted workspace tells."""
    mounted = [(one, used.mounted_by[0]) for one, used in told if used.mounted_by]

    def enter(pair: tuple[Workspace, AgentPod]) -> dict[str, Any]:
        return enter_pod(client, pair[1], pair[0].name, wanted.root)

    seen: dict[str, dict[str, Any]] = {}
    for (one, _pod), result in client.each(enter, mounted):
        if isinstance(result, OpsError):
            result = {**_UNSEEN, "inside": f"could not look: {result}"[:300]}
        seen[one.uid] = result
    return seen


def enter_pod(client: Client, pod: AgentPod, claim: str, root: str) -> dict[str, Any]:
    """{total, free, unpushed, inside} of a claim that a pod mounts.

    :raises OpsError: when the pod cannot be asked
    """
    if not pod.main or pod.phase != "Running":
        raise OpsError("refused", pod.problem or f"pod {pod.name} does not run")
    if not root:
        item = client.get(resource("v1", "pods", pod.namespace, pod.name))
        root = workspace_inside.mount_path(item, pod.main, claim)
        if not root:
            raise OpsError("refused", f"container {pod.main} of pod {pod.name} does not mount it")
    command = workspace_inside.command(root)
    ran = client.run_in_pod(pod.namespace, pod.name, pod.main, command, writes=False, seconds=_SECONDS)
    space, clones = workspace_inside.parse(ran.stdout)
    if space is None:
        raise OpsError(
            "refused", f"{root} in container {pod.main} of pod {pod.name} tells nothing {ran.problem}".strip()
        )
    return {
        "total": space.total,
        "free": space.free,
        # Without a clone nobody can tell: what lies there may be nowhere else.
        "unpushed": not all(one.is_safe for one in clones) if clones else None,
        "inside": workspace_inside.words(clones),
    }


def findings(rows: list[dict[str, Any]], full: float) -> list[dict]:
    """Those that are nearly full, mounted ones that nobody could look into, and one for all the others."""
    bad = [one for item in rows if (one := _finding(item, full))]
    well = len(rows) - len(bad)
    said = f"{counted(well, 'workspace')}: nothing speaks against them" if rows else "there are no workspaces"
    return worst_first(
        [
            *bad,
            *([finding(CHECK, "ok", subject("PersistentVolumeClaim"), said, value=well)] if well or not rows else []),
        ]
    )


def _finding(item: dict[str, Any], full: float) -> dict | None:
    about = subject(item["kind"], item["namespace"], item["name"])
    if item["total"] and item["free"] is not None:
        share = 100 * (1 - item["free"] / item["total"])
        if share >= full:
            words = f"workspace {item['name']} is {share:.0f} % full: {quantity.as_bytes(item['free'])} are free"
            return finding(
                CHECK, "warning", about, words, value=round(share, 1), threshold=full, runbook="clean_workspaces"
            )
    if item["inside"].startswith("could not look"):
        return finding(CHECK, "unknown", about, f"workspace {item['name']}: {item['inside']}")
    if item["phase"] == "Lost":
        return finding(CHECK, "critical", about, f"workspace {item['name']} has lost its volume")
    return None


def _line(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no workspaces"
    free = sum(1 for item in rows if not item["stays_because"])
    mounted = sum(1 for item in rows if item["mounted_by"])
    size = sum(item["size"] or 0 for item in rows)
    return f"{counted(len(rows), 'workspace')}, {quantity.as_bytes(size)} asked for · {mounted} mounted · {free} may go"
