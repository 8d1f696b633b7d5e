# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces of agents: what a claim says of itself, who uses it, and whether it may go. Pure. Private API.

| sharing  | claim                                                                                             |
|----------|---------------------------------------------------------------------------------------------------|
| shared   | workspace-{service}: implementation agents of a service work in it one after the other            |
| isolated | workspace-{service}-{agent}: one agent alone                                                      |
| play     | {workflow}-workspace: made by a play for itself                                                   |
| unknown  | a workspace by its name, without a label that says more; treated as shared                        |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent, folded, of_label
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

SKIP_LABEL = "workspace.cleanup/skip"
SHARINGS = ("shared", "isolated", "play", "unknown")
_PREFIX, _SUFFIX = "workspace-", "-workspace"
_OPEN, _FAILED = "open", "failed"
_LARGEST = 1 << 70  # bytes; what is more is no size


@dataclass(frozen=True, slots=True)
class Workspace:
    """One claim; text that is missing is empty, a number or time None.

    sharing: one of SHARINGS. agent: as its label says, such as rex; the first one that used a shared one.
    workflow: of a play. size: bytes. kept: the label that keeps it, empty without one.
    """

    namespace: str
    name: str
    uid: str
    resource_version: str
    sharing: str
    service: str = ""
    agent: str = ""
    workflow: str = ""
    size: int | None = None
    phase: str = ""
    storage_class: str = ""
    created_at: datetime | None = None
    deleting: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """What is to be known of a workflow. state: open, failed or succeeded. service: parameter of that name."""

    namespace: str
    name: str
    state: str
    service: str = ""
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Who uses a workspace.

    mounted_by: pods that have not ended. coderuns: CodeRuns that would work in it, newest first.
    plays: workflows it belongs to. used_at: when it was used last, None where nothing tells.
    """

    mounted_by: tuple[AgentPod, ...] = ()
    coderuns: tuple[CodeRun, ...] = ()
    plays: tuple[Play, ...] = ()
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which workspaces may go. older_than, unused_for: seconds. names: exactly these; agent: its short name."""

    names: frozenset[str] = frozenset()
    agent: str = ""
    service: str = ""
    older_than: float | None = None
    unused_for: float | None = None
    shared: bool = False
    failed_workflows: bool = False

    def selects(self, workspace: Workspace) -> bool:
        return (
            (not self.names or workspace.name in self.names)
            and (not self.agent or workspace.agent == self.agent)
            and (not self.service or workspace.service == self.service)
        )


@dataclass(frozen=True, slots=True)
class Users:
    """All that may use workspaces, as it was read."""

    pods: Sequence[tuple[AgentPod, datetime | None]] = ()
    coderuns: Sequence[CodeRun] = ()
    plays: Sequence[Play] = ()
    agents: Sequence[Agent] = field(default=())


def read(claim: Mapping[str, Any]) -> Workspace | None:
    """The workspace that a claim is, None for a claim of something else; never raises on its shape."""
    meta, spec, status = (mapping(claim.get(part)) for part in ("metadata", "spec", "status"))
    name = text(meta.get("name"))
    ours = label(claim, "app") == "orchestrator" and label(claim, "component") == "code-runner"
    workflow = _workflow(meta, name)
    if not (ours or workflow or name.startswith(_PREFIX)):
        return None
    told = label(claim, "workspace-type")
    sharing = "play" if workflow else told if told in ("shared", "isolated") else "unknown"
    asked = mapping(mapping(spec.get("resources")).get("requests")).get("storage")
    size = quantity.parse(mapping(status.get("capacity")).get("storage") or asked)
    return Workspace(
        namespace=text(meta.get("namespace")),
        name=name,
        uid=text(meta.get("uid")),
        resource_version=text(meta.get("resourceVersion")),
        sharing=sharing,
        service=label(claim, "service"),
        agent=folded(label(claim, "agent")).removeprefix("5dlabs-"),
        workflow=workflow,
        size=int(size) if size is not None and size < _LARGEST else None,
        phase=text(status.get("phase")),
        storage_class=text(spec.get("storageClassName")),
        created_at=parse_time(meta.get("creationTimestamp")),
        deleting=bool(meta.get("deletionTimestamp")),
        kept=_kept(mapping(meta.get("labels"))),
    )


def _workflow(meta: dict, name: str) -> str:
    owners = (mapping(one) for one in sequence(meta.get("ownerReferences")))
    owner = next((text(one.get("name")) for one in owners if one.get("kind") == "Workflow"), "")
    return owner or (name.removesuffix(_SUFFIX) if name.endswith(_SUFFIX) and len(name) > len(_SUFFIX) else "")


def _kept(labels: dict) -> str:
    if is_pinned(labels):
        return "ops.agent-platform/keep"
    # Whoever wrote anything but false there wanted it kept.
    told = labels.get(SKIP_LABEL)
    return "" if told is None or str(told).lower() == "false" else SKIP_LABEL


def play(workflow: Mapping[str, Any]) -> Play:
    """What is to be known of a workflow object; what cannot be told counts as open."""
    meta, spec, status = (mapping(workflow.get(part)) for part in ("metadata", "spec", "status"))
    parameters = map(mapping, sequence(mapping(spec.get("arguments")).get("parameters")))
    service = next((text(one.get("value")) for one in parameters if one.get("name") == "service"), "")
    state = {"Succeeded": "succeeded", "Failed": _FAILED, "Error": _FAILED}.get(text(status.get("phase")), _OPEN)
    finished = parse_time(status.get("finishedAt"))
    return Play(text(meta.get("namespace")), text(meta.get("name")), state, service, finished)


def use(workspace: Workspace, users: Users) -> Use:
    """Who uses a workspace, as far as anything tells."""
    here = [(pod, end) for pod, end in users.pods if pod.namespace == workspace.namespace]
    mounting = [(pod, end) for pod, end in here if workspace.name in pod.claims]
    runs = [run for run in users.coderuns if run.namespace == workspace.namespace and _works_in(run, workspace, users)]
    plays = [one for one in users.plays if _belongs(workspace, one)]
    moments = [
        *(end for _pod, end in mounting),
        *(run.finished_at or run.changed_at or run.created_at for run in runs),
        *(one.finished_at for one in plays),
    ]
    return Use(
        mounted_by=tuple(pod for pod, _end in mounting if not pod.is_ended),
        coderuns=tuple(sorted(runs, key=lambda run: (str(run.created_at or ""), run.name), reverse=True)),
        plays=tuple(plays),
        used_at=max((moment for moment in moments if moment), default=None),
    )


def _works_in(run: CodeRun, workspace: Workspace, users: Users) -> bool:
    if workspace.sharing == "play" or not workspace.service or run.service != workspace.service:
        return False
    agent = of_label(run.agent, users.agents)
    # A stranger may work in any workspace of its service.
    if agent is None or workspace.sharing == "unknown":
        return True
    if workspace.sharing == "shared":
        return agent.workspace == "shared"
    return agent.name == workspace.agent


def _belongs(workspace: Workspace, one: Play) -> bool:
    if workspace.sharing == "play":
        return one.name == workspace.workflow
    # An agent comes back to the workspace of its service as long as the play goes on.
    return one.state == _OPEN and bool(one.service) and one.service == workspace.service


def protected(workspace: Workspace, used: Use, rule: Rule) -> str:
    """Why a workspace must not be deleted whatever its age, one clause; empty where it may be."""
    working = next((run for run in used.coderuns if not run.is_finished), None)
    open_play = next((one for one in used.plays if one.state == _OPEN), None)
    if workspace.deleting:
        return "it is being deleted already"
    if workspace.kept:
        return f"label {workspace.kept} keeps it"
    if used.mounted_by:
        return f"pod {used.mounted_by[0].name} mounts it"
    if workspace.phase != "Bound":
        return f"its phase is {workspace.phase or 'not known'}, so a pod may be waiting for it"
    if working:
        return f"CodeRun {working.name} is not finished"
    if open_play:
        return f"workflow {open_play.namespace}/{open_play.name} is open"
    if not rule.failed_workflows and any(one.state == _FAILED for one in used.plays):
        return "its workflow failed, and somebody may want to look; failed_workflows lets it go"
    if workspace.sharing in ("shared", "unknown") and not rule.shared:
        words = (
            "shared by the agents of its service" if workspace.sharing == "shared" else "perhaps shared: no label tells"
        )
        return f"it is {words}; only shared lets it go"
    return ""


def too_young(workspace: Workspace, used: Use, rule: Rule, now: datetime) -> str:
    """Why a workspace is not old or idle enough, one clause; empty where it is."""
    if rule.older_than is not None:
        if workspace.created_at is None:
            return "nobody knows when it was made"
        age = (now - workspace.created_at).total_seconds()
        if age < rule.older_than:
            return f"it was made {format_age(age)} ago"
    if rule.unused_for is not None:
        if used.used_at is None:
            return "nobody knows when it was used last"
        idle = (now - used.used_at).total_seconds()
        if idle < rule.unused_for:
            return f"it was used {format_age(idle)} ago"
    return ""


def risk(workspace: Workspace, used: Use) -> str:
    """What may be lost with it, one clause: nobody can look into a claim that no pod mounts."""
    if not used.coderuns:
        return "nobody can tell whether it holds work that was not pushed"
    last = used.coderuns[0]
    if last.pull_request and last.state == "succeeded":
        return f"its last CodeRun {last.name} made {last.pull_request}; anything after that push is not known"
    return f"its last CodeRun {last.name} is {last.state} without a pull request: work may not have been pushed"
