# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes along when owners are deleted: a pure model of the garbage collector. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


def owned(uid: str, dependents: Dependents, limit: int) -> list[Dependent]:
    """Everything below an owner, whoever else owns it too; each object once, cycles included.

    :raises TooManyError: past limit objects
    """
    found: list[Dependent] = []
    seen, waiting = {uid}, [uid]
    while waiting:
        for one in dependents.get(waiting.pop(), ()):
            if one.uid in seen:
                continue
            if len(found) == limit:
                raise TooManyError
            found.append(one)
            seen.add(one.uid)
            if one.uid in dependents:
                waiting.append(one.uid)
    return found


def going(deleted: Iterable[str], dependents: Dependents) -> set[str]:
    """The deleted uids and those of all objects of which every owner goes."""
    owners = Counter(one.uid for items in dependents.values() for one in items)
    gone = set(deleted)
    waiting = list(gone)
    while waiting:
        for one in dependents.get(waiting.pop(), ()):
            owners[one.uid] -= 1
            if not owners[one.uid] and one.uid not in gone:
                gone.add(one.uid)
                waiting.append(one.uid)
    return gone
