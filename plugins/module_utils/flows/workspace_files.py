# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete files in the workspace of a running agent, by age and pattern. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import targets, workspace_files
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspace_files import MOST_LISTED, File
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspace_inside import Space, space
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_input
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

_BATCH = 500
_WHY = {
    "refused": "it changed since it was listed, and stays",
    "unchanged": "somebody else has deleted it",
    "failed": "it cannot be deleted, perhaps for want of rights",
    "unverified": "nobody said whether it is deleted",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be deleted. root: folder of the workspace; container: the one that does the work by default."""

    wanted: targets.Wanted
    root: str
    container: str
    patterns: Sequence[str]
    older_than: float
    max_changes: int
    seconds: float


def clean(
    client: Client, fence: Fence, order: Order, agents: Sequence[Agent], *, why: Mapping[str, str], check: bool
) -> Acted:
    """List, choose, and delete exactly those that are still as they were listed.

    :raises OpsError: refused, before anything is deleted, when the list is not whole or holds more than max_changes
    """
    root = workspace_files.require_root(order.root)
    pod, _agent = agent_input.find(client, order.wanted, agents)
    where = (pod.namespace, pod.name, order.container or pod.main)
    if not where[2]:
        raise OpsError("refused", f"pod {pod.namespace}/{pod.name}: {pod.problem}", hint="Name one with container.")
    chosen = workspace_files.choose(_listed(client, where, root, order), order.patterns)
    require_max_changes(len(chosen), order.max_changes, "files")
    if check:
        return _acted(pod, chosen, ["planned"] * len(chosen), None, why)
    ended: list[str] = []
    left: Space | None = None
    stop: OpsError | None = None
    for start in range(0, len(chosen), _BATCH):
        try:
            fence.check()
            outcomes, left = _delete(client, where, root, chosen[start : start + _BATCH], order)
            ended += outcomes
        except OpsError as error:
            reached = start if error.kind == "refused" else min(start + _BATCH, len(chosen))
            ended += ["unverified"] * (reached - len(ended)) + ["not_reached"] * (len(chosen) - reached)
            stop = error
            break
    return _acted(pod, chosen, ended, left, why, stop)


def _listed(client: Client, where: tuple[str, str, str], root: str, order: Order) -> list[File]:
    command = workspace_files.list_command(root, order.older_than)
    try:
        ran = client.run_in_pod(*where, command, writes=False, seconds=order.seconds, most=MOST_LISTED)
    except OpsError as error:
        if error.kind != "refused":
            raise
        hint = "Choose a folder below the workspace with root, or a larger age."
        raise OpsError("refused", "the workspace holds more files than can be listed", hint=hint) from error
    return workspace_files.parse_list(ran.stdout)


def _delete(
    client: Client, where: tuple[str, str, str], root: str, files: Sequence[File], order: Order
) -> tuple[list[str], Space | None]:
    data = workspace_files.request(files)
    command = workspace_files.delete_command(root, data)
    ran = client.run_in_pod(*where, command, writes=True, stdin=data, seconds=order.seconds)
    outcomes, table = workspace_files.parse_ends(ran.stdout, len(files))
    return outcomes, space(table)


def _acted(
    pod: AgentPod,
    files: Sequence[File],
    ended: Sequence[str],
    left: Space | None,
    why: Mapping[str, str],
    stop: OpsError | None = None,
) -> Acted:
    done = [_action(pod, file, outcome) for file, outcome in zip(files, ended, strict=True)]
    gone = sum(file.size for file, outcome in zip(files, ended, strict=True) if outcome in ("changed", "planned"))
    told: dict[str, Any] = {
        "pod": {"namespace": pod.namespace, "name": pod.name},
        "freed": gone,
        "free": left.free if left else None,
        "why": dict(why),
        "line": _line(done, gone, left),
    }
    # A file that changed meanwhile stays, as it should: that is told, and no failure.
    return Acted(done, stop or error_of([one for one in done if one.outcome != "refused"]), told)


def _action(pod: AgentPod, file: File, outcome: str) -> Action:
    return Action(
        kind="File",
        namespace=pod.namespace,
        name=f"{pod.name}:{file.shown}",
        uid=str(file.inode),
        verb="delete",
        done="deleted",
        outcome=outcome,
        detail=f"{quantity.as_bytes(file.size)}, modified {format_time(file.modified)}",
        reason=_WHY.get(outcome, ""),
        before={"size": file.size, "modified": file.modified},
    )


def _line(done: list[Action], gone: int, left: Space | None) -> str:
    free = f" · {quantity.as_bytes(left.free)} free now" if left else ""
    return actions.line(done) + (f" · {quantity.as_bytes(gone)}" if gone else "") + free
