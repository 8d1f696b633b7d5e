# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of backup, backup_prune and backup_copy at any moment, then run again. KILLS sets the length of each series.

Whatever a kill leaves: every manifest that is believed is a whole backup, those that were there stay, and the next run
does what the killed one did not.
"""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support import killing
from tests.support.backup_stores import PLATFORM
from tests.support.backups import make_keys
from tests.support.killing import KILLS, Killer
from tests.support.proved_backups import ProvedBackups, proved
from tests.support.whole_backups import WholeBackups, objects

NOW = datetime.now(UTC).replace(microsecond=0)


class Site:
    """The practice cluster with a store of its own and an object that is another one in every backup."""

    def __init__(self, lab, namespace, folder: Path) -> None:
        self.folder, self.keys = folder / "store", make_keys(folder / "keys")
        self._lab, self._namespace, self._number = lab, namespace, 0
        self.backups = ProvedBackups(self.folder, self.keys.trusted, str(self.keys.identity))
        body = {"kind": "ConfigMap", "metadata": {"name": "changing"}, "data": {"number": "0"}}
        namespace.create("v1", "configmaps", body)

    @property
    def options(self) -> dict[str, Any]:
        """Of module backup."""
        return {**self.keys.options(str(self.folder)), "kubeconfig": str(self._lab.kubeconfig)}

    def change(self) -> None:
        self._number += 1
        path = resource("v1", "configmaps", self._namespace.name, "changing")
        self._namespace.api.patch(path, {"data": {"number": str(self._number)}})

    def back_up(self, **more: Any) -> dict[str, Any]:
        return killing.run("backup", **self.options, **more)

    def parts(self) -> int:
        return sum(1 for _path in self.folder.glob("backups/lab/parts/*/*"))


@pytest.fixture
def site(lab, namespace, tmp_path):
    return Site(lab, namespace, tmp_path)


@pytest.mark.parametrize("moment", ["at_any_moment", "around_the_manifest"])
def test_a_killed_backup_is_never_taken_for_a_whole_one_and_the_earlier_ones_stay(site, moment) -> None:
    site.back_up()
    began = time.monotonic()
    site.back_up()
    killer = Killer(f"backup {moment}", time.monotonic() - began)
    for _kill in range(KILLS):
        site.change()
        parts = site.parts()
        after = None if moment == "at_any_moment" else lambda known=parts: site.parts() >= known + 2
        killer.kill("backup", after, **site.options)
        left = site.backups.look()
        done = site.back_up()
        assert site.backups.look() == left | {done["backup"]["id"]}
    site.backups.prove()
    if moment == "at_any_moment":
        killer.tally.require_hits()


class Shelf:
    """Backups that no cluster was needed for, as they are again and again before a kill."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._number = folder, 0
        self.backups = WholeBackups(folder / "template")
        for number in range(count):
            content = {**objects(), "configmaps": [{**one, "n": str(number)} for one in objects()["configmaps"]]}
            self.backups.take(NOW - timedelta(days=number), content, classes=("daily",))
        self.keys = self.backups.keep_keys(folder / "keys")
        self.trusted = self.backups.signer.public
        self.store = self.backups.folder

    @property
    def other(self) -> str:
        """The public key of somebody else who is to decrypt them."""
        return str(pyrage.x25519.Identity.from_str(Path(self.keys["other"]).read_text()).to_public())

    @property
    def options(self) -> dict[str, Any]:
        return {"platform": PLATFORM, "store": str(self.store), "trusted_keys": [self.trusted]}

    def again(self) -> None:
        """A store as it was at first."""
        self._number += 1
        self.store = self._folder / f"store-{self._number}"
        shutil.copytree(self.backups.folder, self.store)

    def whole(self, store: Path | None = None, identity: str = "identity") -> set[str]:
        return proved(store or self.store, self.trusted, self.keys[identity])

    def files(self, below: str) -> set[str]:
        root = self.store / "backups" / PLATFORM
        return {str(path.relative_to(root)) for path in (root / below).rglob("*") if path.is_file()}

    def age_marks(self, hours: float) -> None:
        for path in (self.store / "backups" / PLATFORM / "unreferenced").rglob("*"):
            if path.is_file():
                os.utime(path, (time.time() - hours * 3600,) * 2)


def timed(name: str, **options: Any) -> float:
    """Seconds that a module takes when it is left alone."""
    began = time.monotonic()
    result = killing.run(name, **options)
    assert not result.get("failed"), result
    return time.monotonic() - began


def test_a_killed_pruning_leaves_whole_backups_and_the_next_one_clears_the_rest(tmp_path) -> None:
    shelf = Shelf(tmp_path, 12)
    everything = shelf.whole()
    keep = set(sorted(everything)[-4:])
    options = {"keep_daily": 4, "keep_besides": "1d"}
    shelf.again()
    killer = Killer("backup_prune", timed("backup_prune", **shelf.options, **options))
    for _kill in range(KILLS):
        shelf.again()
        killer.kill("backup_prune", **shelf.options, **options)
        assert keep <= shelf.whole() <= everything
        assert not killing.run("backup_prune", **shelf.options, **options).get("failed")
        assert shelf.whole() == keep
        shelf.age_marks(25)
        killer.kill("backup_prune", **shelf.options, **options)
        assert shelf.whole() == keep
        shelf.age_marks(25)
        killing.run("backup_prune", **shelf.options, **options)
        shelf.age_marks(25)
        cleared = killing.run("backup_prune", **shelf.options, **options)
        assert (cleared["changed"], cleared["parts"]["waiting"]) == (False, 0)
        assert shelf.whole() == keep
        assert shelf.files("unreferenced") == set()
    killer.tally.require_hits()


def test_a_killed_copy_leaves_whole_backups_and_goes_on_when_it_is_run_again(tmp_path) -> None:
    shelf = Shelf(tmp_path, 6)
    everything = shelf.whole()
    killer = Killer("backup_copy", timed("backup_copy", **shelf.options, to=str(tmp_path / "first"), backup="all"))
    for number in range(KILLS):
        target = tmp_path / f"offsite-{number}"
        target.mkdir()
        options = {**shelf.options, "to": str(target), "backup": "all"}
        killer.kill("backup_copy", **options)
        assert shelf.whole(target) <= everything
        assert not killing.run("backup_copy", **options).get("failed")
        assert shelf.whole(target) == everything == shelf.whole()
        assert killing.run("backup_copy", **options)["changed"] is False
    killer.tally.require_hits()


def test_a_killed_encryption_for_others_leaves_the_originals_and_is_done_once(tmp_path) -> None:
    shelf = Shelf(tmp_path, 4)
    more = {"backup": "all", "identity": shelf.keys["identity"], "signing_key": shelf.keys["signing_key"]}
    more["recipients"] = [shelf.other, shelf.backups.recipient]
    shelf.again()
    killer = Killer("backup_copy for others", timed("backup_copy", **shelf.options, **more))
    for _kill in range(KILLS):
        shelf.again()
        originals = shelf.whole()
        killer.kill("backup_copy", **shelf.options, **more)
        assert originals <= shelf.whole()
        assert not killing.run("backup_copy", **shelf.options, **more).get("failed")
        assert len(shelf.whole()) == 2 * len(originals)
        assert killing.run("backup_copy", **shelf.options, **more)["changed"] is False
    killer.tally.require_hits()
