# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be done to a workflow: a patch and the effect it must have, nothing, or a refusal. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import facts as read_facts
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import nodes as stored
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED, Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import merge_patch
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

ANNOTATION = "ops.agent-platform/"
_LONGEST_VALUE = 200

#: looks at a workflow and tells what is still missing of an effect; nothing when it is there
Effect = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who asks for it, why, and when (RFC 3339): it goes into the annotations."""

    reason: str
    actor: str
    time: str


@dataclass(frozen=True, slots=True)
class Change:
    """A merge patch without its preconditions, and what must be seen afterwards.

    detail: what is done, one clause. pods: must be gone before the patch is sent. before, after: for the diff.
    """

    patch: dict[str, Any]
    effect: Effect
    detail: str
    pods: tuple[str, ...] = ()

    @property
    def before_and_after(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The patch by dotted field, as a person reads it; what was there before is not repeated."""
        return {}, _flat(self.patch)

    def is_in(self, workflow: dict[str, Any]) -> bool:
        """Whether this very patch was carried out: its time and actor stand in the annotations."""
        asked = mapping(mapping(self.patch.get("metadata")).get("annotations"))
        ours = {name: value for name, value in asked.items() if name.startswith(ANNOTATION)}
        seen = mapping(mapping(workflow.get("metadata")).get("annotations"))
        return any(ours.values()) and all(seen.get(name) == value for name, value in ours.items())


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing is to be sent; where an effect is given, it was asked for earlier and must be seen too."""

    why: str
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot or must not be done.

    applies: False where the wish has no meaning for it, as stopping has for a finished one; a selector leaves it out.
    """

    why: str
    applies: bool = True


Decision: TypeAlias = "Change | Unchanged | Refused"


def open_facts(workflow: object, verb: str) -> Facts | Refused:
    """The facts of one that is neither finished nor on its way out.

    :param verb: a participle, such as "suspended"
    """
    facts = any_facts(workflow, verb)
    if isinstance(facts, Facts) and facts.phase in FINISHED:
        return Refused(f"it has ended ({facts.phase}) and cannot be {verb}", applies=False)
    return facts


def any_facts(workflow: object, verb: str) -> Facts | Refused:
    """The facts of one that is not on its way out and whose phase Argo Workflows knows."""
    facts = read_facts.read(workflow)
    if isinstance(facts, CannotTell):
        return Refused(f"cannot tell: {facts.reason}")
    if facts.metadata.get("deletionTimestamp"):
        return Refused(f"it is being deleted and cannot be {verb}", applies=False)
    if facts.phase not in read_facts.PHASES:
        return Refused(f"cannot tell: Argo Workflows has no phase {facts.phase!r:.40}")
    return facts


def writable_nodes(facts: Facts) -> dict[str, dict] | Refused:
    """Its nodes, where whoever writes them into the object changes what the controller works with."""
    if facts.status.get("offloadNodeStatusVersion"):
        return Refused("cannot tell: the nodes are off-loaded to the controller's database; use the Argo server")
    found = stored.nodes(facts.status)
    return Refused(f"cannot tell: {found.reason}") if isinstance(found, CannotTell) else found


def with_nodes(status: dict[str, Any], found: dict[str, dict]) -> dict[str, Any]:
    """The status with these nodes, stored the way they were."""
    if not status.get("nodes") and status.get("compressedNodes"):
        return {**status, "compressedNodes": stored.pack(found)}
    return {**status, "nodes": found}


def shutdown_of(facts: Facts) -> str:
    """Stop or Terminate when that was asked for."""
    return text(facts.spec.get("shutdown"))


def is_suspended(facts: Facts) -> bool:
    return facts.spec.get("suspend") is True


def annotated(workflow: dict[str, Any], verb: str, mark: Mark) -> dict[str, Any]:
    """A copy with the annotations of an action; an empty reason takes away that of an earlier one.

    Metadata and annotations are its own, everything else is shared with the workflow: put new values there, do not
    write into the old ones.
    """
    metadata = dict(mapping(workflow.get("metadata")))
    annotations = metadata["annotations"] = dict(mapping(metadata.get("annotations")))
    for name, value in (("reason", mark.reason), ("time", mark.time), ("actor", mark.actor)):
        annotations.pop(f"{ANNOTATION}{verb}-{name}", None)
        if value:
            annotations[f"{ANNOTATION}{verb}-{name}"] = value
    return {**workflow, "metadata": metadata}


def annotation(facts: Facts, verb: str, name: str) -> str:
    """What an earlier action left: its reason, time or actor."""
    return text(mapping(facts.metadata.get("annotations")).get(f"{ANNOTATION}{verb}-{name}"))


def since(facts: Facts, verb: str) -> str:
    """ " since 2026-11-21T08:00:00Z (reason)" of an earlier action, as far as it is known."""
    moment, reason = annotation(facts, verb, "time"), annotation(facts, verb, "reason")
    return (f" since {moment:.40}" if moment else "") + (f" ({' '.join(reason.split()):.160})" if reason else "")


def change(
    before: dict[str, Any], after: dict[str, Any], effect: Effect, detail: str, pods: tuple[str, ...] = ()
) -> Change:
    return Change(merge_patch(before, after), effect, detail, pods)


def _flat(value: dict[str, Any], lead: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            flat |= _flat(inner, f"{lead}{name}.")
        else:
            short = isinstance(inner, str) and len(inner) > _LONGEST_VALUE
            flat[f"{lead}{name}"] = f"{inner[:_LONGEST_VALUE]}…" if short else inner
    return flat
