# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of a store of backups whenever somebody looks."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tests.support import killing
from tests.support.backup_stores import PLATFORM


def proved(store: Path, trusted: str, identity: str, backup: str = "all", but: Collection[str] = ()) -> set[str]:
    """The ids of the backups in a store, each of which is believed and proved to its last object.

    :param but: ids of those that are not looked at
    """
    places = {"platform": PLATFORM, "store": str(store), "trusted_keys": [trusted], "identity": identity}
    every = killing.run("backup_verify", backup=backup, deep=True, **places)["backups"]
    seen = [one for one in every if one["id"] not in but]
    bad = [one for one in seen if not (one["believed"] and one["complete"] and one["ok"])]
    assert not bad, bad
    return {one["id"] for one in seen}


class ProvedBackups:
    """A store to which backups are added, and in which none changes: each new one is proved when it is first seen."""

    def __init__(self, store: Path, trusted: str, identity: str) -> None:
        self._store, self._keys = store, (trusted, identity)
        self._foreign = self._known = self._there()

    def look(self) -> set[str]:
        """The ids of all; none of the earlier ones is gone."""
        there = self._there()
        assert self._known <= there, f"gone: {sorted(self._known - there)}"
        for new in sorted(there - self._known):
            assert proved(self._store, *self._keys, backup=new) == {new}
        self._known = there
        return there

    def prove(self) -> None:
        """All of them once more."""
        assert proved(self._store, *self._keys, but=self._foreign) == self.look() - self._foreign

    def _there(self) -> set[str]:
        return {path.stem for path in self._store.glob(f"backups/{PLATFORM}/manifests/*.json")}
