# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import etcd
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.etcd import Endpoint, Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

STATUS = {"header": {"cluster_id": -1, "revision": 1406}, "version": "3.6.8", "dbSize": 3461120}
SNAPSHOT = {"hash": 110192687, "revision": 1406, "totalKey": 706, "totalSize": 3461120, "version": "3.6.0"}


def test_what_the_programs_say_is_read() -> None:
    endpoint = etcd.endpoint_of(json.dumps([{"Endpoint": "http://127.0.0.1:1", "Status": STATUS}]))
    assert endpoint == Endpoint(1406, 3461120, "3.6.8", "ffffffffffffffff")
    snapshot = etcd.snapshot_of(json.dumps(SNAPSHOT))
    assert snapshot == Snapshot("691682f", 1406, 706, 3461120)
    assert snapshot.facts(endpoint)["keys"] == 706


@pytest.mark.parametrize(
    "output", ["", "[]", "[3]", "{}", '[{"Status": null}]', '[{"Status": {"header": []}}]', "[" * 99999]
)
def test_other_answers_are_no_snapshot(output: str) -> None:
    for read in (etcd.endpoint_of, etcd.snapshot_of):
        with pytest.raises(OpsError) as caught:
            read(output)
        assert caught.value.kind == "unverified"


@pytest.mark.parametrize("field", ["hash", "revision", "totalKey", "totalSize"])
@pytest.mark.parametrize("value", [0, None, "3", True])
def test_a_snapshot_of_nothing_is_none(field: str, value: object) -> None:
    with pytest.raises(OpsError, match="did not say"):
        etcd.snapshot_of(json.dumps({**SNAPSHOT, field: value}))


@given(st.integers(1, 4), st.integers(1, 3000), st.integers(0, 10**6))
def test_a_digest_that_fits_is_taken_and_one_changed_bit_is_found(pages: int, piece: int, at: int) -> None:
    data = bytes(index % 251 for index in range(512 * pages))
    whole = data + hashlib.sha256(data).digest()
    etcd.require_whole((whole[start : start + piece] for start in range(0, len(whole), piece)), len(whole))
    at %= len(whole)
    spoilt = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    with pytest.raises(OpsError, match="does not fit"):
        etcd.require_whole([spoilt], len(spoilt))
    with pytest.raises(OpsError, match="cut short"):
        etcd.require_whole([whole[:-1]], len(whole) - 1)


def test_a_snapshot_that_is_older_than_the_database_was_is_refused() -> None:
    endpoint = Endpoint(10, 1, "", "")
    etcd.require_not_older(Snapshot("a", 10, 1, 1), endpoint)
    with pytest.raises(OpsError, match="revision 9"):
        etcd.require_not_older(Snapshot("a", 9, 1, 1), endpoint)
