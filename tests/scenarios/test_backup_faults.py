# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups at the same time, while others are pruned, into a store that fails, with keys that do not fit."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted, trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import find, newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import killing
from tests.support.backups import make_keys, signing_key, take_backup
from tests.support.killing import Begun

SMALL = ("namespaces", "configmaps")


class Site:
    """The practice cluster with a store of its own."""

    def __init__(self, lab, api, folder: Path) -> None:
        self.api, self.folder, self.keys = api, folder / "store", make_keys(folder / "keys")
        self._lab = lab

    @property
    def store(self) -> LocalStore:
        return open_store(str(self.folder))

    @property
    def options(self) -> dict[str, Any]:
        """Of module backup."""
        return {**self.keys.options(str(self.folder)), "kubeconfig": str(self._lab.kubeconfig)}

    @property
    def trusted(self) -> Trusted:
        return trusted([self.keys.trusted])

    def seen(self, **more: Any) -> list[dict[str, Any]]:
        """What backup_verify says of each backup, newest first."""
        places = {name: self.options[name] for name in ("platform", "store", "trusted_keys")}
        known = {**places, "identity": str(self.keys.identity), "backup": "all", "deep": True}
        return killing.run("backup_verify", **{**known, **more})["backups"]

    def whole(self) -> set[str]:
        found = self.seen()
        assert all(one["believed"] and one["complete"] and one["ok"] for one in found), found
        return {one["id"] for one in found}


@pytest.fixture
def site(lab, api, tmp_path):
    return Site(lab, api, tmp_path)


def test_two_backups_at_once_are_two_whole_backups_even_when_they_are_the_first(site) -> None:
    both = [Begun("backup", site.options) for _each in range(2)]
    made = [one.result()["backup"] for one in both]
    assert site.whole() == {one["id"] for one in made}
    assert len(site.whole()) == 2


def test_a_backup_while_another_process_prunes_without_a_pause(site) -> None:
    take_backup(site.api, site.store, site.keys, *SMALL)
    options = {name: site.options[name] for name in ("platform", "store", "trusted_keys")}
    ended, pruned = threading.Event(), []

    def prune() -> None:
        while not ended.is_set():
            pruned.append(killing.run("backup_prune", **options, keep_besides="0s", floor=1))

    thread = threading.Thread(target=prune)
    thread.start()
    made = [take_backup(site.api, site.store, site.keys, *SMALL).manifest.id for _each in range(5)]
    ended.set()
    thread.join()
    assert not [one["msg"] for one in pruned if one.get("failed")]
    assert made[-1] in site.whole() <= set(made)


def test_a_store_that_is_full_is_told_and_the_earlier_backup_stays(site, namespace) -> None:
    first = killing.run("backup", **site.options)["backup"]["id"]
    data = {
        str(number): "".join(chr(33 + (number * digit * 7919) % 90) for digit in range(4000)) for number in range(60)
    }
    namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": "large"}, "data": data})
    full = killing.run("backup", **site.options, file_limit=8192)
    assert "cannot spool a part" in full["msg"]
    assert site.whole() == {first}
    assert killing.run("backup", **site.options)["backup"]["id"] in site.whole()


class Failing(LocalStore):
    """A store that answers so many requests, and none after that."""

    def __init__(self, folder: str, requests: int) -> None:
        super().__init__(folder)
        self.left = requests

    def _answer(self) -> None:
        if self.left <= 0:
            raise OpsError("unreachable", "the store answers 503")
        self.left -= 1

    def put_file(self, *words: Any, **more: Any) -> bool:
        self._answer()
        return super().put_file(*words, **more)

    def read(self, key: str) -> Any:
        self._answer()
        return super().read(key)

    def head(self, key: str) -> Any:
        self._answer()
        return super().head(key)


def test_a_store_that_answers_503_at_any_request_keeps_the_earlier_backup_and_gains_no_half_one(
    site, namespace
) -> None:
    first = take_backup(site.api, site.store, site.keys, *SMALL).manifest.id
    told = []
    while not told or told[-1]:
        body = {"kind": "ConfigMap", "metadata": {"name": f"changed-{len(told)}"}, "data": {"a": "b"}}
        namespace.create("v1", "configmaps", body)
        told.append(_failure(site, Failing(str(site.folder), len(told))))
        assert all(kept.manifest for kept in newest_first(site.store, "lab", site.trusted))
    assert len(told) > 5
    assert all("503" in words for words in told[:-1])
    whole = site.whole()
    assert first in whole
    # One request after the manifest was written it is read back: that backup is whole, and its run says that it failed.
    assert len(whole) in (2, 3)


def _failure(site: Site, store: LocalStore) -> str:
    """Why a backup into a store was not taken; nothing when it was."""
    try:
        take_backup(site.api, store, site.keys, *SMALL)
    except OpsError as error:
        return error.message
    return ""


def test_a_key_that_is_not_trusted_any_more_leaves_the_backup_of_the_other_one(site, tmp_path) -> None:
    first = take_backup(site.api, site.store, site.keys, *SMALL).manifest.id
    revoked = tmp_path / "keys" / "revoked"
    public = signing_key(revoked)
    both = [site.keys.trusted, public]
    second = take_backup(
        site.api, site.store, site.keys, *SMALL, signing_key=str(revoked), trusted_keys=both
    ).manifest.id
    assert [(one["id"], one["ok"]) for one in site.seen(trusted_keys=both)] == [(second, True), (first, True)]
    assert [(one["id"], one["believed"]) for one in site.seen()] == [(second, False), (first, True)]
    assert find(site.store, "lab", site.trusted, "newest").id == first
    refused = killing.run("backup", **{**site.options, "signing_key": str(revoked)})
    assert "is not among trusted_keys" in refused["msg"]


def test_a_signing_key_that_is_removed_while_it_works_was_read_before(site) -> None:
    begun = Begun("backup", site.options)
    assert begun.alive_until(lambda: (site.folder / "backups" / "lab" / "store.json").exists())
    site.keys.signing_key.unlink()
    assert begun.result()["backup"]["id"] in site.whole()
    assert "cannot read" in killing.run("backup", **site.options)["msg"]


def test_an_identity_that_does_not_fit_is_told_by_name(site, tmp_path) -> None:
    take_backup(site.api, site.store, site.keys, *SMALL)
    other = make_keys(tmp_path / "other")
    (seen,) = site.seen(identity=str(other.identity))
    assert seen["ok"] is False
    assert "cannot decrypt" in seen["problems"][0]["words"]
