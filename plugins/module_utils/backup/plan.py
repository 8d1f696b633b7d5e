# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore finds and what it does about each object. Pure. Private API.

| state       | when                                                                                              |
|-------------|---------------------------------------------------------------------------------------------------|
| absent      | it is not in the cluster                                                                          |
| same        | it is there, as it is in the backup or as it would be restored                                    |
| unfinished  | an interrupted restore of this backup wrote it, and not yet its status or its finalizers          |
| differs     | it is there and another one, and nothing says that it is newer                                    |
| newer       | it is the cluster's the backup is of, and it changed or was made since                            |
| ending      | it is being deleted                                                                               |
| live        | it had not ended when the backup was taken; restored only when that is asked for                  |
| offloaded   | its nodes are in a database, so nobody can tell them; restored only when that is asked for        |
| homeless    | its namespace is neither there nor restored                                                       |
| unreadable  | nobody may look whether it is there                                                               |
| not_served  | the cluster has no such kind                                                                      |
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import KEEP
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK, Encoded
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

STATES = (
    "unreadable",
    "not_served",
    "homeless",
    "offloaded",
    "ending",
    "newer",
    "differs",
    "live",
    "unfinished",
    "absent",
    "same",
)
LEAVE, REPLACE_OLDER, REPLACE_ALL = EXISTING = ("leave", "replace_older", "replace_all")
CREATE, REPLACE, FINISH, NOTHING = "create", "replace", "finish", ""

Key = tuple[str, str, str]  # resource, namespace, name; as in the cluster


@dataclass(frozen=True, slots=True)
class Found:
    """An object in the cluster. digest: of what is its own. mark: the backup that a restore wrote it from. is_begun: it
    has no status or no finalizer."""

    digest: bytes
    uid: str
    version: str
    created: str
    mark: str = ""
    is_kept: bool = False
    is_ending: bool = False
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a backup is from. is_here: it was taken of this cluster. started: RFC 3339."""

    backup: str
    started: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What may be done. existing: one of EXISTING. live, offloaded: such objects are restored too."""

    existing: str = LEAVE
    live: bool = False
    offloaded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One object of the plan.

    act: create, replace, finish (write what is missing) or nothing. uid, version: of the one in the cluster that is
    replaced. digest: of what is restored. notes: keys of anew.NOTES.
    """

    key: Key
    kind: str
    state: str
    act: str = NOTHING
    reason: str = ""
    digest: bytes = b""
    uid: str = ""
    version: str = ""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        resource, namespace, name = self.key
        return {
            "resource": resource,
            "subject": {"kind": self.kind, "namespace": namespace, "name": name},
            "state": self.state,
            "action": self.act or "leave",
            "reason": self.reason,
            "notes": list(self.notes),
        }


@dataclass
class Plan:
    """rows: of everything but what is the same. counts: {resource: {state: number}}. problems: {resource: why it could
    not be looked at}."""

    rows: dict[Key, Row] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.counts.setdefault(row.key[0], Counter())[row.state] += 1
        if row.state != "same":
            self.rows[row.key] = row

    @property
    def todo(self) -> dict[Key, Row]:
        return {key: row for key, row in self.rows.items() if row.act}

    @property
    def states(self) -> Counter[str]:
        """How many objects are in each state."""
        return sum(self.counts.values(), Counter())

    @property
    def digest(self) -> str:
        """The same for the same writes to the same objects."""
        lines = sorted(
            "\t".join((*row.key, row.act, row.uid, row.version, row.digest.hex())) for row in self.todo.values()
        )
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def found(item: Mapping[str, Any], encoded: Encoded) -> Found:
    """What is kept of an object in the cluster."""
    metadata = mapping(item.get("metadata"))
    return Found(
        digest=encoded.digest,
        uid=encoded.uid,
        version=text(metadata.get("resourceVersion")),
        created=text(metadata.get("creationTimestamp")),
        mark=mark(item),
        is_kept=mapping(metadata.get("labels")).get(KEEP) == "true",
        is_ending=is_ending(item),
        is_begun=is_begun(item),
    )


def mark(item: Mapping[str, Any]) -> str:
    """The backup that a restore wrote it from."""
    return text(mapping(mapping(item.get("metadata")).get("annotations")).get(MARK))


def is_ending(item: Mapping[str, Any]) -> bool:
    """Whether it is being deleted."""
    return bool(mapping(item.get("metadata")).get("deletionTimestamp"))


def is_begun(item: Mapping[str, Any]) -> bool:
    """Whether a status or a finalizer may still be to come, where an object is written in several requests."""
    return not item.get("status") or not mapping(item.get("metadata")).get("finalizers")


def state_of(
    seen: Found | None, digests: Iterable[bytes], item: Mapping[str, Any], origin: Origin, *, in_two: bool
) -> str:
    """Absent, same, unfinished, differs, newer or ending.

    :param digests: of the object as it is in the backup, and as it would be restored
    :param item: as it is in the backup
    :param in_two: it is written in several requests, its status and its finalizers after itself
    """
    if seen is None:
        return "absent"
    if seen.is_ending:
        return "ending"
    if seen.digest in digests:
        return "same"
    if seen.mark == origin.backup and in_two and seen.is_begun:
        return "unfinished"
    if not origin.is_here:
        return "differs"
    metadata = mapping(item.get("metadata"))
    if seen.uid != text(metadata.get("uid")):
        return "newer" if seen.created >= origin.started else "differs"
    return "newer" if _is_later(seen.version, text(metadata.get("resourceVersion"))) else "differs"


def act_on(state: str, seen: Found | None, wish: Wish) -> tuple[str, str]:
    """(what is done, why nothing is) about an object in a state of state_of."""
    if state == "absent":
        return CREATE, ""
    if state == "unfinished":
        return FINISH, ""
    if state == "same":
        return NOTHING, ""
    if state == "ending":
        return NOTHING, "it is being deleted; restore it when it is gone"
    replaces = wish.existing == REPLACE_ALL or (wish.existing == REPLACE_OLDER and state == "differs")
    if replaces and seen is not None and seen.is_kept:
        return NOTHING, f"label {KEEP} protects it"
    if replaces:
        return REPLACE, ""
    return NOTHING, {
        "newer": "it changed since the backup, and is left as it is",
        "differs": "it is another one than in the backup, and is left as it is",
    }[state]


def doubtful(doubt: str, wish: Wish) -> str:
    """Why an object that is live or off-loaded is left, nothing when that was asked for."""
    if doubt == "live" and not wish.live:
        return "it had not ended; live=true restores it"
    if doubt == "offloaded" and not wish.offloaded:
        return (
            "its nodes are in a database, so nobody can tell what would be restored; offloaded=true restores the rest"
        )
    return ""


def _is_later(version: str, than: str) -> bool:
    """Versions that are no numbers cannot be compared; what cannot be told is not overwritten."""
    return not (version.isdecimal() and than.isdecimal()) or int(version) > int(than)
