# SPDX-License-Identifier: GPL-3.0-or-later
"""The module from one real store to another. Copying itself has tests of its own."""

from __future__ import annotations

import pytest

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import CANARY, WholeBackups


@pytest.fixture
def backups(tmp_path):
    return WholeBackups(tmp_path / "store")


@pytest.fixture
def copy(run_module, backups, tmp_path):
    def run(**more):
        known = {"platform": PLATFORM, "store": str(backups.folder), "trusted_keys": [backups.signer.public]}
        return run_module("backup_copy", **known | {"to": str(tmp_path / "offsite")} | more)

    return run


def test_a_copy_changes_the_other_store_once(copy, backups):
    made = backups.take()
    first, second = copy(), copy()
    assert (first["changed"], first["line"], first["total"]) == (True, "1 copied", 1)
    assert (second["changed"], second["line"]) == (False, "1 already copied")
    assert first["rows"][0]["subject"] == {"kind": "Backup", "namespace": PLATFORM, "name": made.id, "uid": ""}
    assert copy(check=True)["changed"] is False


def test_what_cannot_be_copied_fails_and_is_named(copy, backups):
    made = backups.take()
    (backups.folder / made.parts[0].path).write_bytes(b"!")
    result = copy()
    assert result["failed"]
    assert "is not what its manifest says; it was not copied" in result["msg"]
    assert [one["status"] for one in result["findings"]] == ["warning"]
    assert result["changed"] is False


def test_secrets_are_encrypted_anew_and_appear_nowhere(copy, backups, tmp_path):
    backups.take()
    keys = backups.keep_keys(tmp_path / "keys")
    recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    result = copy(recipients=[recipient], identity=keys["identity"], signing_key=keys["signing_key"])
    assert result["line"] == "1 encrypted"
    assert CANARY not in str(result)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"to": ""}, "to is the same store"),
        ({"to": "ftp://x"}, "is none of file://"),
        ({"recipients": ["AGE-SECRET-KEY-1XYZ"]}, "one of them is a private key"),
    ],
)
def test_bad_input_is_one_sentence(copy, backups, more, words):
    backups.take()
    result = copy(**more)
    assert words in result["msg"]
    assert "1XYZ" not in str(result)
