# SPDX-License-Identifier: GPL-3.0-or-later
"""The module over a real store. What it compares has tests of its own."""

from __future__ import annotations

from datetime import timedelta

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import CANARY, STARTED, WholeBackups, objects


def test_backups_are_compared_and_nothing_is_written(run_module, tmp_path):
    backups = WholeBackups(tmp_path / "store")
    made = [
        backups.take(STARTED + timedelta(days=number), content=objects(size)).id for number, size in enumerate((2, 3))
    ]
    identity = backups.keep_keys(tmp_path / "keys")["identity"]
    known = {"platform": PLATFORM, "store": str(backups.folder), "trusted_keys": [backups.signer.public]}
    before = backups.store.keys()
    result = run_module("backup_history_info", identity=identity, **known)
    assert (result["changed"], result["total"], result["backups"]) == (False, 3, made[::-1])
    assert {row["what"] for row in result["rows"]} == {"appeared"}
    assert CANARY not in str(result)
    assert backups.store.keys() == before
    failed = run_module("backup_history_info", **known)
    assert failed["msg"].startswith("lab: no backup of platform lab can be read")
