# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import io
import os
import tempfile

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_parts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import (
    Place,
    digest_of,
    known_parts,
    open_part,
    store_part,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.backups import make_keys

CANARY = b"canary-of-a-secret"


@pytest.fixture
def keys(tmp_path):
    return make_keys(tmp_path / "keys")


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "store"))


def place(store, recipients, known=None):
    return Place(store, "lab", b"k" * 32, recipients, known or {})


def plain(*contents):
    yield from (archive.member("argo", f"a{number}", content) for number, content in enumerate(contents))
    yield archive.end()


def part_of(stored):
    return Part("secrets", stored.path, stored.sha256, stored.bytes, stored.plain_bytes, 1)


def contents(store, part, identities):
    with open_part(store, part, identities) as file:
        return [text for _namespace, _name, text in archive.objects(file)]


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_part_comes_back_and_is_found_again(store, keys, encrypted):
    recipients = keys.recipients if encrypted else Recipients()
    stored = store_part(place(store, recipients), "secrets", plain(CANARY, b"x" * 3_000_000))
    assert digest_of(store, stored.path) == (stored.sha256, stored.bytes)
    assert stored.new_bytes == stored.bytes
    assert contents(store, part_of(stored), keys.identities) == [CANARY, b"x" * 3_000_000]
    known = known_parts([part_of(stored)])
    again = store_part(place(store, recipients, known), "secrets", plain(CANARY, b"x" * 3_000_000))
    assert (again.path, again.new_bytes) == (stored.path, 0)
    other = store_part(place(store, recipients, known), "configmaps", plain(CANARY, b"x" * 3_000_000))
    assert other.path != stored.path


def test_no_spool_ever_holds_the_plain_text_and_none_has_a_name(store, keys, tmp_path, monkeypatch):
    spools = []
    make = tempfile.TemporaryFile

    def watched(*arguments, **options):
        spools.append(make(*arguments, **options))
        return spools[-1]

    monkeypatch.setattr(backup_parts.tempfile, "TemporaryFile", watched)
    monkeypatch.setattr(backup_parts.tempfile, "tempdir", str(tmp_path / "spool"))
    (tmp_path / "spool").mkdir()
    seen = []

    def objects():
        yield archive.member("argo", "a", CANARY * 100_000)
        seen.append(list((tmp_path / "spool").iterdir()))
        yield archive.end()

    stored = store_part(place(store, keys.recipients), "secrets", objects())
    assert len(spools) == 1
    assert seen == [[]]
    assert CANARY not in store.get(stored.path)


def test_what_the_source_raises_is_raised_and_nothing_is_stored(store, keys):
    def broken():
        yield archive.member("argo", "a", b"{}")
        raise OpsError("forbidden", "no", status=403)

    for recipients in (keys.recipients, Recipients()):
        with pytest.raises(OpsError, match=r"^no$") as raised:
            store_part(place(store, recipients), "secrets", broken())
        assert raised.value.status == 403
    assert store.keys() == []


class FullDisk(io.BytesIO):
    def write(self, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_full_disk_under_the_spool_is_told(store, keys, monkeypatch, encrypted):
    monkeypatch.setattr(backup_parts.tempfile, "TemporaryFile", FullDisk)
    with pytest.raises(OpsError, match=r"^cannot spool a part into .*: No space left on device") as told:
        store_part(place(store, keys.recipients if encrypted else Recipients()), "secrets", plain(b"x" * 100_000))
    assert told.value.kind == "unreachable"
    assert store.keys() == []


def test_a_store_that_fails_midway_is_told_in_its_own_words(store, keys, monkeypatch):
    stored = store_part(place(store, keys.recipients), "secrets", plain(CANARY))
    data = store.get(stored.path)

    def broken(_key):
        yield data[:100]
        raise OpsError("unreachable", "the store is gone")

    monkeypatch.setattr(store, "read", broken)
    with pytest.raises(OpsError, match="the store is gone"):
        contents(store, part_of(stored), keys.identities)


def test_what_cannot_be_decrypted_or_is_cut_is_told(store, keys, tmp_path):
    stored = store_part(place(store, keys.recipients), "secrets", plain(CANARY))
    with pytest.raises(OpsError, match="give the identity"):
        contents(store, part_of(stored), [])
    with pytest.raises(OpsError, match="identity cannot decrypt") as refused:
        contents(store, part_of(stored), make_keys(tmp_path / "other").identities)
    assert CANARY.decode() not in refused.value.message
    data = store.get(stored.path)
    for spoiled in (data[:-1], data[:-40] + b"x" + data[-39:], b""):
        store.put(stored.path, spoiled)
        with pytest.raises(OpsError):
            contents(store, part_of(stored), keys.identities)


def test_a_part_that_is_read_in_half_is_an_error_when_its_rest_is_broken(store, keys):
    stored = store_part(place(store, keys.recipients), "secrets", plain(CANARY, b"x" * 300_000))
    data = store.get(stored.path)
    store.put(stored.path, data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(OpsError), open_part(store, part_of(stored), keys.identities) as file:
        file.read(10)
