# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_info, backup_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import require_time

from tests.support.backup_stores import PLATFORM, BackupStore

NOW = require_time("2026-11-21T10:00:00Z", "now")
DAY = timedelta(days=1)


@pytest.fixture
def backups(tmp_path):
    return BackupStore(tmp_path / "store")


def look(backups, **more):
    known = {"platform": PLATFORM, "store": str(backups.folder), "store_options": {}, "limit": 100}
    return backup_info.look({**known, "trusted_keys": [backups.signer.public], **more}, NOW)


def test_backups_are_listed_newest_first_with_their_doubts(backups):
    good = backups.add(NOW - 3 * DAY, "weekly")
    backups.add(NOW - 2 * DAY, lost=True)
    stranger = backups.add(NOW - DAY)
    backups.sign_by_another(stranger)
    told = look(backups)
    assert [(one["age"], one["believed"], one["complete"]) for one in told["backups"]] == [
        (86400, False, False),
        (2 * 86400, True, False),
        (3 * 86400, True, True),
    ]
    assert told["newest"]["id"] == good.id
    assert told["newest"]["place"] == f"{backups.folder}/{told['newest']['path']}"
    assert "does not trust" in told["backups"][0]["problem"]
    assert told["line"] == f"3 backups · the newest that can be used is {good.id}, 3 d old · 1 not believed"
    assert len(look(backups, limit=1)["backups"]) == 1
    assert len(look(backups, limit=0)["backups"]) == 3


def test_an_empty_store_has_none_that_can_be_used(backups):
    told = look(backups)
    assert (told["backups"], told["newest"]) == ([], None)
    assert told["findings"][0]["status"] == "critical"


def test_what_is_no_manifest_is_listed_too(backups):
    backups.store.put(f"backups/{PLATFORM}/manifests/notes.json", b"{}")
    assert [(one["id"], one["age"], one["believed"]) for one in look(backups)["backups"]] == [
        ("notes.json", None, False)
    ]


def test_one_is_found_by_its_id_or_as_the_newest(backups):
    old, new = backups.add(NOW - 2 * DAY), backups.add(NOW - DAY, lost=True)
    find = lambda wanted: backup_store.find(backups.store, PLATFORM, backups.trusted, wanted)  # noqa: E731
    assert find("newest") == old
    assert find(new.id) == new
    with pytest.raises(OpsError, match="is no id of a backup"):
        find("../../etc/passwd")
    with pytest.raises(OpsError, match="is not there"):
        find("2020-01-01T00-00-00Z")
    backups.sign_by_another(old)
    with pytest.raises(OpsError, match=r"no backup of platform lab that can be used.*is not complete"):
        find("newest")


def test_the_id_of_a_store_is_made_once(backups):
    assert backup_store.store_id(backups.store, PLATFORM, create=False) == ""
    made = backup_store.store_id(backups.store, PLATFORM, create=True)
    assert made
    assert backup_store.store_id(backups.store, PLATFORM, create=True) == made
    backups.store.put(f"backups/{PLATFORM}/store.json", b"[]")
    with pytest.raises(OpsError, match="does not say the id of the store"):
        backup_store.store_id(backups.store, PLATFORM, create=True)
