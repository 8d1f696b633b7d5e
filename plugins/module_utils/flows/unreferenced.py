# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete parts that no manifest has needed for a day, so that what is kept meanwhile never loses one. Private API."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import Meta
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

#: how long a part is kept after it was first seen without a manifest: longer than any backup may take
UNREFERENCED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts of one folder. parts: {path: size}. marks: {path of a part: since when nobody refers to it}."""

    parts: Mapping[str, int]
    marks: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Cleared:
    """Parts that went, or would in check mode; bytes: of those. waiting: parts that go later."""

    parts: int = 0
    bytes: int = 0
    waiting: int = 0

    def __add__(self, other: Cleared) -> Cleared:
        return Cleared(self.parts + other.parts, self.bytes + other.bytes, self.waiting + other.waiting)

    def row(self) -> dict[str, int]:
        """As a result tells it."""
        return {"deleted": self.parts, "bytes": self.bytes, "waiting": self.waiting}


def shelf(store: Store, folder: str) -> Shelf:
    """What lies in the folder of the backups of a platform.

    :raises OpsError: when the store does not answer; half a list would be a list of what to delete
    """
    return shelf_of([*store.list(f"{folder}/parts/"), *store.list(f"{folder}/unreferenced/")], folder)


def shelf_of(metas: Iterable[Meta], folder: str) -> Shelf:
    """The parts and marks of a folder among what was listed."""
    parts, marks = f"{folder}/parts/", f"{folder}/unreferenced/"
    found, marked = {}, {}
    for meta in metas:
        if meta.key.startswith(parts):
            found[meta.key] = meta.size
        elif meta.key.startswith(marks):
            marked[f"{parts}{meta.key.removeprefix(marks)}"] = meta.modified
    return Shelf(found, marked)


def clear(store: Store, seen: Shelf, needed: Collection[str], now: datetime, *, check: bool) -> Cleared:
    """Delete the parts that nobody needs when that was already so a day ago, and mark the others.

    :param needed: paths of the parts to which a manifest refers that stays
    """
    unneeded = [path for path in seen.parts if path not in needed]
    ripe = [path for path in unneeded if path in seen.marks and now - seen.marks[path] >= UNREFERENCED]
    gone = ripe if check else [path for path in ripe if _clear_one(store, path)]
    if not check:
        _mark(store, seen, unneeded, needed)
    return Cleared(len(gone), sum(seen.parts[path] for path in gone), len(unneeded) - len(gone))


def _mark(store: Store, seen: Shelf, unneeded: Collection[str], needed: Collection[str]) -> None:
    for path in unneeded:
        if path not in seen.marks:
            store.put(manifest.mark_path(path), b"", if_absent=True)
    for path in seen.marks:
        if path in needed or path not in seen.parts:
            store.delete(manifest.mark_path(path))


def _clear_one(store: Store, path: str) -> bool:
    """Delete a part whose day has come; not when a backup that is under way relies on it since we looked.

    The mark goes first: left behind by a kill, it would make the same part look old when it is stored again.
    """
    mark = manifest.mark_path(path)
    if store.head(mark) is None:
        return False
    store.delete(mark)
    store.delete(path)
    return True
