# SPDX-License-Identifier: GPL-3.0-or-later
"""The module over a real store. Verification itself has tests of its own."""

from __future__ import annotations

import pytest

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import CANARY, WholeBackups


@pytest.fixture
def backups(tmp_path):
    return WholeBackups(tmp_path / "store")


@pytest.fixture
def verify(run_module, backups):
    def run(**more):
        known = {"platform": PLATFORM, "store": str(backups.folder), "trusted_keys": [backups.signer.public]}
        return run_module("backup_verify", **known | more)

    return run


def test_a_backup_is_verified_and_nothing_is_changed(verify, backups, tmp_path):
    made = backups.take()
    keys = backups.keep_keys(tmp_path / "keys")
    result = verify(identity=keys["identity"], deep=True, signing_key=keys["signing_key"])
    assert result["changed"] is False
    assert [(one["id"], one["ok"], one["deep"], one["noted"]) for one in result["backups"]] == [
        (made.id, True, True, True)
    ]
    assert result["cost"]["requests"] == 0
    assert CANARY not in str(result)


def test_check_mode_notes_nothing(verify, backups, tmp_path):
    backups.take()
    result = verify(signing_key=backups.keep_keys(tmp_path / "keys")["signing_key"], check=True)
    assert [one["noted"] for one in result["backups"]] == [False]
    assert backups.paths("verified") == []


def test_what_is_wrong_is_a_finding_and_no_failure(verify, backups):
    made = backups.take()
    (backups.folder / made.parts[0].path).unlink()
    result = verify()
    assert result["findings"][0]["evidence"] == made.parts[0].path
    assert result["line"] == f"{made.id}: secrets is not there"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"trusted_keys": []}, "lab: trusted_keys is empty"),
        ({"backup": "newest; rm"}, "is no id of a backup"),
        ({"store": "ftp://x"}, "is none of file://"),
        ({"identity": "KEY"}, "has mode 0644, so others than its owner may read it"),
        ({"signing_key": "KEY"}, "has mode 0644, so others than its owner may read it"),
        ({"trusted_keys": ["AGE-SECRET-KEY-1XYZ"]}, "is no public key"),
    ],
)
def test_bad_input_is_one_sentence(verify, tmp_path, more, words):
    key = tmp_path / "key"
    key.write_text("secret")
    key.chmod(0o644)
    result = verify(**{name: str(key) if value == "KEY" else value for name, value in more.items()})
    assert words in result["msg"]
    assert result["error"]["kind"] in ("invalid", "refused")
