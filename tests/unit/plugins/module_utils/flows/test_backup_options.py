# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import (
    identities_of,
    open_of,
    platform_of,
    signer_of,
    trusted_of,
)

from tests.support.backups import make_keys


@pytest.fixture
def keys(tmp_path):
    return make_keys(tmp_path / "keys")


def test_options_become_what_they_stand_for(keys, tmp_path):
    options = keys.options(str(tmp_path / "store"))
    assert platform_of(options) == "lab"
    assert signer_of(options["signing_key"]).name in trusted_of(options).keys
    assert len(identities_of(str(keys.identity))) == 1
    assert identities_of(None) == identities_of("") == []
    with pytest.raises(OpsError, match=r"does not exist|is not there"):
        open_of(options)
    assert open_of(options, create=True).keys() == []


@pytest.mark.parametrize(
    ("name", "value", "read", "why"),
    [
        ("platform", "", platform_of, "platform is empty"),
        ("platform", None, platform_of, "platform is empty"),
        ("platform", "../x", platform_of, "cannot name a folder"),
        ("store", "", open_of, "store is empty"),
        ("store", "ftp://x", open_of, "ftp://x"),
        ("trusted_keys", [], trusted_of, "trusted_keys is empty"),
        ("trusted_keys", ["x"], trusted_of, "x is no public key"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(keys, name, value, read, why):
    with pytest.raises(OpsError, match=why) as refused:
        read({**keys.options("s"), name: value})
    assert refused.value.kind == "invalid"


@pytest.mark.parametrize(
    ("mode", "allowed"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o610, False)]
)
def test_a_key_that_others_may_read_is_refused(keys, mode, allowed):
    keys.signing_key.chmod(mode)
    if allowed:
        assert signer_of(str(keys.signing_key))
        return
    with pytest.raises(OpsError, match=f"has mode {mode:04o}, so others than its owner may read it") as refused:
        signer_of(str(keys.signing_key))
    assert refused.value.kind == "refused"
    assert refused.value.hint == f"Run: chmod 600 {keys.signing_key}"


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: os.mkfifo(path, 0o600)])
def test_what_is_no_file_is_told_and_not_waited_for(tmp_path, make):
    make(tmp_path / "key")
    for read, option in ((signer_of, "signing_key"), (identities_of, "identity")):
        with pytest.raises(OpsError, match=f"^{option}: "):
            read(str(tmp_path / "key"))


def test_an_empty_path_is_told():
    with pytest.raises(OpsError, match="signing_key is empty"):
        signer_of("")


def test_no_word_of_a_wrong_key_is_told(keys):
    keys.signing_key.write_text("hunter2 is no key")
    keys.identity.write_text("hunter2 is no key")
    for read, path in ((signer_of, keys.signing_key), (identities_of, keys.identity)):
        with pytest.raises(OpsError) as refused:
            read(str(path))
        assert "hunter2" not in str(refused.value.as_result())
