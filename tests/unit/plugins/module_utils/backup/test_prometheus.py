# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import prometheus
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.prometheus import Block, Head
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

ULID = "01M7ZTM1ZBAPET9CFRD9HEB1C1"
META = {"ulid": ULID, "minTime": 1000, "maxTime": 61000, "stats": {"numSamples": 9, "numSeries": 3}}
NAME = "20261121T195135Z-7893b99777e6030c"


def _said(data: object) -> bytes:
    return json.dumps({"status": "success", "data": data}).encode()


def test_what_it_says_is_read() -> None:
    assert prometheus.snapshot_of(_said({"name": NAME})) == NAME
    assert prometheus.head_of(_said({"headStats": {"numSeries": 3, "maxTime": 5}})) == Head(3, 5)
    block = prometheus.block_of(json.dumps(META).encode(), ULID)
    assert block == Block(ULID, 1000, 61000, 3, 9)
    assert prometheus.facts([block]) == {
        "blocks": 1,
        "samples": 9,
        "oldest": "1970-01-01T00:00:01Z",
        "newest": "1970-01-01T00:01:01Z",
    }


@pytest.mark.parametrize("name", ["", "..", "../../etc", f"{NAME}/x", None, 3, f"{NAME}\n"])
def test_a_name_that_is_none_becomes_no_path(name: object) -> None:
    with pytest.raises(OpsError, match="did not say"):
        prometheus.snapshot_of(_said({"name": name}))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", _said(None), _said({"headStats": {"numSeries": "3"}})])
def test_other_answers_are_none(body: bytes) -> None:
    for read in (prometheus.snapshot_of, prometheus.head_of):
        with pytest.raises(OpsError):
            read(body)


@pytest.mark.parametrize(
    ("meta", "folder"), [({}, ULID), ({**META, "ulid": "x"}, ULID), (META, "other"), ({**META, "minTime": None}, ULID)]
)
def test_what_is_no_block_is_told(meta: dict, folder: str) -> None:
    with pytest.raises(OpsError, match="which is no block"):
        prometheus.block_of(json.dumps(meta).encode(), folder)


def test_a_snapshot_without_the_newest_data_is_refused() -> None:
    block = Block(ULID, 0, 10, 1, 1)
    prometheus.require_newest([block], Head(1, 9))
    for blocks, head, why in (([block], Head(1, 10), "newest"), ([], Head(1, 0), "newest"), ([], Head(0, 0), "empty")):
        with pytest.raises(OpsError, match=why):
            prometheus.require_newest(blocks, head)
