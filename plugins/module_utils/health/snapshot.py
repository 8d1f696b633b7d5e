# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read of a cluster at one moment, and what could not be read. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A piece of a part that nobody could look at.

    namespace: empty for the whole cluster. reason: one clause in the words of the server.
    """

    part: str
    namespace: str
    reason: str


@dataclass(slots=True)
class Snapshot:
    """Objects by part, in the order of namespace and name, and what is missing.

    looked: parts of which at least one piece was read.
    """

    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)

    def add(self, part: str, items: Iterable[dict[str, Any]]) -> None:
        """A piece that was read, also an empty one."""
        self.parts.setdefault(part, []).extend(items)
        self.looked.add(part)

    def miss(self, part: str, namespace: str, reason: str) -> None:
        """A piece that was not."""
        self.parts.setdefault(part, [])
        self.unread.append(Unread(part, namespace, reason))

    def missing(self, part: str) -> list[Unread]:
        """What could not be read of a part, sorted; a part that nobody asked for is missing as a whole."""
        if part not in self.parts:
            return [Unread(part, "", "it was not asked for")]
        return sorted(one for one in self.unread if one.part == part)
