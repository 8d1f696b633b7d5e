# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What retention needs to know of CodeRuns, and which of them their kind protects. Pure. Private API.

| rule             | keeps a finished CodeRun when                                                                 |
|------------------|-----------------------------------------------------------------------------------------------|
| of_open_workflow | the workflow that owns it, or that it names, is not finished                                  |
| shared_cleanup   | an unfinished CodeRun of the same agent and service exists in its namespace: on deletion the  |
|                  | controller cleans up by agent and service, so that one could lose its Job                     |
| expires_later    | its status.expireAt has not come                                                              |

An agent or service that nobody can read matches all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import Summary
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

_TIMES = ("finishedAt", "expireAt")
_UNREADABLE = "the object does not have the shape of a CodeRun"


class Candidate(NamedTuple):
    """A CodeRun as retention sees it.

    agent, service: as the controller writes them into labels, empty where missing. workflows: names it may belong to.
    expires_at: seconds since 1970. finished: whether its phase says so and the object can be judged.
    """

    summary: Summary
    agent: str
    service: str
    workflows: tuple[str, ...]
    expires_at: float | None
    finished: bool


def candidate(coderun: object) -> Candidate:
    """What an object says; never raises on its shape, then its summary has a problem."""
    run = read(coderun)
    whole = coderun if isinstance(coderun, dict) else {}
    meta, status = (part if isinstance(part, dict) else {} for part in (whole.get("metadata"), whole.get("status")))
    version, owners = meta.get("resourceVersion"), meta.get("ownerReferences") or []
    times = {name: parse_time(status.get(name)) for name in _TIMES}
    # A time that is there but says nothing is not replaced by another one.
    garbled = [name for name in _TIMES if status.get(name) and times[name] is None]
    finished_at = None if "finishedAt" in garbled else run.finished_at
    whole_shape = all((run.name, run.uid, isinstance(version, str) and version, _are_owners(owners)))
    problem = run.problem or (None if whole_shape and _are_texts(meta.get("finalizers")) else _UNREADABLE)
    if not problem and "expireAt" in garbled:
        problem = "expiry time cannot be read"
    agent, service = _label(run.agent), _label(run.service)
    summary = Summary(
        namespace=run.namespace,
        name=run.name,
        uid=run.uid,
        resource_version=version if isinstance(version, str) else "",
        phase=run.phase,
        finished_at=finished_at.timestamp() if finished_at else None,
        finish_problem=None if finished_at else "finish time cannot be read" if garbled else "no finish time",
        template=f"{agent}/{service}",
        pinned=is_pinned(run.labels),
        archiving_pending=False,
        deleting=run.deleting,
        finalizers=run.finalizers,
        has_claims=False,
        owned_by=tuple(owner["uid"] for owner in owners) if _are_owners(owners) else (),
        problem=problem,
    )
    expires = times["expireAt"]
    return Candidate(
        summary, agent, service, _workflows(run), expires.timestamp() if expires else None, run.is_finished
    )


def protected(candidates: Iterable[Candidate], workflows: Iterable[Summary], as_of: datetime) -> Mapping[str, str]:
    """The rule that keeps a finished CodeRun, by its uid.

    :param workflows: all of the platform, since a CodeRun may be in another namespace than its workflow
    """
    found = list(candidates)
    working: dict[str, set[tuple[str, str]]] = {}
    for one in found:
        if not one.finished:
            working.setdefault(one.summary.namespace, set()).add((one.agent, one.service))
    unfinished = [one for one in workflows if one.problem or one.phase not in FINISHED]
    open_ones = {one.name for one in unfinished} | {one.uid for one in unfinished}
    moment = as_of.timestamp()
    rules = {}
    for one in found:
        if not open_ones.isdisjoint((*one.workflows, *one.summary.owned_by)):
            rules[one.summary.uid] = "of_open_workflow"
        elif _shares(one, working.get(one.summary.namespace, set())):
            rules[one.summary.uid] = "shared_cleanup"
        elif one.expires_at is not None and one.expires_at > moment:
            rules[one.summary.uid] = "expires_later"
    return rules


def shares(one: CodeRun, other: CodeRun) -> bool:
    """Whether the controller's clean-up after one of them meets the other too; what cannot be read matches all."""
    mine, theirs = ((_label(run.agent), _label(run.service)) for run in (one, other))
    return one.namespace == other.namespace and all(not a or not b or a == b for a, b in zip(mine, theirs, strict=True))


def _shares(one: Candidate, working: set[tuple[str, str]]) -> bool:
    return any(
        (not one.agent or agent in ("", one.agent)) and (not one.service or service in ("", one.service))
        for agent, service in working
    )


def _workflows(run: CodeRun) -> tuple[str, ...]:
    """The workflow it is labelled with, else the one that its controller guesses."""
    name = run.labels.get("workflow-name", "")
    guess = f"play-task-{run.task}-workflow" if run.task else ""
    return (name,) if name else (guess,) if guess else ()


def _label(value: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", value.lower()).strip("-")


def _are_owners(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(owner, dict) and isinstance(owner.get("uid"), str) for owner in value
    )


def _are_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
