# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes along when owners are deleted: a pure model of the garbage collector. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Dependent(NamedTuple):
    """An object that names at least one owner."""

    kind: str
    namespace: str
    name: str
    uid: str
    pinned: bool


#: uid of an owner → what it owns; an object with several owners stands under each of them, also under those
#: that nobody means to delete
Dependents = Mapping[str, Sequence[Dependent]]


class TooManyError(Exception):
    """An owner has more dependents than anyone can look at."""


def owned(uid: str, dependents: Dependents, limit: int) -> Iterator[Dependent]:
    """Everything below an owner, whoever else owns it too; each object once, cycles included.

    :raises TooManyError: past limit objects
    """
    seen, waiting = {uid}, [uid]
    while waiting:
        for item in dependents.get(waiting.pop(), ()):
            dependent = Dependent._make(item)
            if dependent.uid in seen:
                continue
            if len(seen) > limit:
                raise TooManyError
            seen.add(dependent.uid)
            waiting.append(dependent.uid)
            yield dependent


def going(deleted: Iterable[str], dependents: Dependents) -> set[str]:
    """The deleted uids and those of all objects of which every owner goes."""
    owners: dict[str, int] = {}
    for items in dependents.values():
        for item in items:
            owners[item[3]] = owners.get(item[3], 0) + 1
    gone = set(deleted)
    waiting = list(gone)
    while waiting:
        for item in dependents.get(waiting.pop(), ()):
            owners[item[3]] -= 1
            if owners[item[3]] <= 0 and item[3] not in gone:
                gone.add(item[3])
                waiting.append(item[3])
    return gone
