# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects of a bucket are to be copied into another one. Pure. Private API.

| at the source     | at the target                          | what happens                                          |
|-------------------|----------------------------------------|-------------------------------------------------------|
| there             | absent                                 | copied                                                |
| there             | of the same size and not older         | counted as the same; compared when that is asked      |
| there             | older                                  | copied over it                                        |
| there             | of another size and newer              | left, and told: nobody knows which of them is right   |
| absent            | there                                  | left, and counted: a copy keeps what the source lost  |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class Described(Protocol):
    """An object of a store without its bytes."""

    @property
    def key(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def modified(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object to copy. replaces: there is an older one at the target."""

    key: str
    size: int
    replaces: bool


@dataclass
class Plan:
    """What is to be copied, what is the same by size and time, what differs and is newer, and what the source lacks."""

    copy: list[Wanted] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    extra: int = 0

    @property
    def bytes(self) -> int:
        return sum(one.size for one in self.copy)


def plan(source: Iterable[Described], target: Mapping[str, Described]) -> Plan:
    """Sorted by key."""
    made, seen = Plan(), 0
    for one in sorted(source, key=lambda meta: meta.key):
        there = target.get(one.key)
        seen += there is not None
        if there is None:
            made.copy.append(Wanted(one.key, one.size, False))
        elif one.modified > there.modified:
            made.copy.append(Wanted(one.key, one.size, True))
        elif one.size == there.size:
            made.same.append(one.key)
        else:
            made.differs.append(one.key)
    made.extra = len(target) - seen
    return made
