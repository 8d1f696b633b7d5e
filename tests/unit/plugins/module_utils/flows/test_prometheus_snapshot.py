# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers as it should not; the real Prometheus is in tests/integration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import prometheus_snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_take import Taken

from tests.support.datasets import Vault, vault
from tests.support.services import Reply, serve

ULID = "01M7ZTM1ZBAPET9CFRD9HEB1C1"
NAME = "20261121T195135Z-7893b99777e6030c"
STATUS = {"data": {"headStats": {"numSeries": 3, "maxTime": 60000}}}


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def _server(folder: Path, end: int = 61000, name: str = NAME) -> Callable[[str], Reply]:
    """It makes one block whose data ends then."""

    def answer(path: str) -> Reply:
        if not path.endswith("/snapshot"):
            return Reply(json.dumps(STATUS).encode())
        block = folder / "snapshots" / NAME / ULID
        (block / "chunks").mkdir(parents=True)
        meta = {"ulid": ULID, "minTime": 0, "maxTime": end, "stats": {"numSamples": 9, "numSeries": 3}}
        (block / "meta.json").write_text(json.dumps(meta))
        (block / "chunks" / "000001").write_bytes(b"samples")
        (block / "chunks" / "link").symlink_to("/etc/passwd")
        return Reply(json.dumps({"data": {"name": name}}).encode())

    return answer


def _take(kept: Vault, folder: Path, answer: Callable[[str], Reply] | Reply, *, check: bool = False) -> Taken:
    (folder / "wal").mkdir(parents=True)
    (folder / "snapshots" / "of-a-person").mkdir(parents=True)
    with serve(answer) as server:
        plain = {"timeout": 5.0, "validate_certs": True, "ca_path": None}
        options = {"url": server.url("/"), "data_folder": str(folder), **plain}
        return prometheus_snapshot.take(kept.order("prometheus_snapshot"), lambda: kept.store, options, check=check)


def test_blocks_are_kept_without_links_and_the_snapshot_goes(kept: Vault, tmp_path: Path) -> None:
    taken = _take(kept, tmp_path / "data", _server(tmp_path / "data"))
    assert taken.kept
    assert (taken.facts["blocks"], taken.facts["samples"], taken.kept.row()["files"]) == (1, 9, 2)
    assert [path.name for path in (tmp_path / "data" / "snapshots").iterdir()] == ["of-a-person"]


def test_check_mode_asks_for_no_snapshot(kept: Vault, tmp_path: Path) -> None:
    taken = _take(kept, tmp_path / "data", _server(tmp_path / "data"), check=True)
    assert (taken.kept, taken.words) == (None, "Prometheus with 3 series in its head")
    assert [path.name for path in (tmp_path / "data" / "snapshots").iterdir()] == ["of-a-person"]


def test_a_snapshot_that_lacks_data_is_not_kept_and_goes(kept: Vault, tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="lacks its newest data"):
        _take(kept, tmp_path / "data", _server(tmp_path / "data", end=60000))
    assert [path.name for path in (tmp_path / "data" / "snapshots").iterdir()] == ["of-a-person"]
    assert kept.store.keys() == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(b'{"error": "admin APIs disabled"}', status=503), "answered HTTP 503"),
        (Reply(b"", status=302, headers={"Location": "http://127.0.0.1:1/"}), "is not followed"),
        (Reply(b"<html>"), "gave no JSON"),
    ],
)
def test_other_answers_are_a_sentence(kept: Vault, tmp_path: Path, answer: Reply, why: str) -> None:
    with pytest.raises(OpsError, match=why):
        _take(kept, tmp_path / "data", answer)


def test_a_name_that_leads_elsewhere_is_never_followed(kept: Vault, tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="did not say what its snapshot is called"):
        _take(kept, tmp_path / "data", _server(tmp_path / "data", name="../../vault"))
    assert (tmp_path / "vault" / "signing").exists()
