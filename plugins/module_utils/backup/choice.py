# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects of a backup are to be restored, and into which namespaces. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import labels
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.labels import Matches
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

NAMESPACES = "namespaces"
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
#: the state of our own safety; to restore it would let go, or stop, what a person decided since
_OWN_STATE = ("configmaps", "emergency-stop")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is meant; an empty set means everything.

    resources: plural.group. names: NAME or NAMESPACE/NAME. into: {namespace of the backup: where its objects go};
    what lives in other namespaces or in none is not meant then.
    """

    resources: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    has_labels: Matches = field(default=lambda labels: True)
    into: Mapping[str, str] = field(default_factory=dict)

    def means_part(self, part: Part) -> bool:
        """Whether a part can hold something that is meant."""
        if self.resources:
            return part.resource in self.resources
        return part.namespaced or part.resource == NAMESPACES or not self._limited

    def means(self, resource: str, namespace: str, name: str) -> bool:
        """Whether an object is meant, whatever its labels are."""
        if self.names and not self.names & {name, f"{namespace}/{name}"}:
            return False
        if (resource, name) == _OWN_STATE and not self.names:
            return False
        place = name if resource == NAMESPACES else namespace
        return not (self._limited and place and place not in self._limited)

    def target(self, namespace: str) -> str:
        """Where the objects of a namespace go."""
        return self.into.get(namespace, namespace)

    def targets(self) -> list[str]:
        """The namespaces that may be written to, sorted; none when all may be."""
        return sorted({self.target(one) for one in self._limited})

    @property
    def _limited(self) -> frozenset[str]:
        return self.namespaces or frozenset(self.into)


def choose(options: Mapping[str, Any], parts: Sequence[Part]) -> Choice:
    """The choice of a module's options: kinds, namespaces, names, label_selector, into.

    :param parts: those of the backup
    :raises OpsError: invalid, naming the option and the value
    """
    into = {str(old): str(new) for old, new in options["into"].items()}
    for namespace in (*options["namespaces"], *into, *into.values()):
        if not _NAMESPACE.fullmatch(namespace):
            raise OpsError("invalid", f"namespaces and into: {namespace!r:.80} is no name of a namespace")
    if len(set(into.values())) < len(into):
        raise OpsError("invalid", "into: two namespaces would go into one; give each a namespace of its own")
    outside = sorted(set(options["namespaces"]) - set(into)) if into else []
    if outside:
        raise OpsError("invalid", f"namespaces: {outside[0]} is not among those of into, so nobody knows where it goes")
    return Choice(
        resources=frozenset(_resource(kind, parts) for kind in options["kinds"]),
        namespaces=frozenset(options["namespaces"]),
        names=frozenset(options["names"]),
        has_labels=labels.parse(options["label_selector"]),
        into=into,
    )


def missing_names(choice: Choice, found: Iterable[tuple[str, str]]) -> list[str]:
    """Names that were asked for and that no chosen object bears, sorted.

    :param found: (namespace, name) in the backup of everything that was meant
    """
    borne = {called for namespace, name in found for called in (name, f"{namespace}/{name}")}
    return sorted(choice.names - borne)


def _resource(wanted: str, parts: Sequence[Part]) -> str:
    """A kind by plural.group, plural or the name of the kind, where that is clear."""
    word = wanted.lower()
    exact = [part.resource for part in parts if part.resource == word]
    found = exact or [part.resource for part in parts if word in (part.resource.partition(".")[0], part.kind.lower())]
    if len(found) == 1:
        return found[0]
    known = ", ".join(found or sorted(part.resource for part in parts))
    problem = "could be several" if found else "is not in this backup"
    raise OpsError("invalid", f"kinds: {wanted!r:.80} {problem}", hint=f"Give one of: {known:.600}.")
