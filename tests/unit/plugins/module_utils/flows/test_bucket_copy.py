# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders in place of buckets, and one that spoils what it is given; a real S3 server is in tests/integration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import bucket_copy
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    source = open_store(str(tmp_path / "source"))
    for number in range(30):
        source.put(f"deep/{number:02}", str(number).encode() * 100)
    plain = {"prefix": "", "compare": "size", "concurrency": 4, "rows_directory": None}
    sides = {"source": str(tmp_path / "source"), "target": f"file://{tmp_path}/target"}
    return {**plain, **sides, "source_options": {}, "target_options": {}}


class Spoiling(LocalStore):
    """Keeps other bytes of one object, and refuses another one."""

    def put_file(self, key, file, *, if_absent=True):
        if key == "deep/03":
            raise OpsError("forbidden", "no")
        return super().put_file(key, file, if_absent=if_absent)

    def read(self, key):
        for piece in super().read(key):
            yield b"x" + piece[1:] if key == "deep/05" else piece


def test_one_that_is_spoilt_or_refused_is_told_and_the_others_are_copied(options: dict, monkeypatch) -> None:
    target = Path(options["target"].removeprefix("file://"))
    target.mkdir()
    stores = {options["source"]: LocalStore(options["source"]), options["target"]: Spoiling(str(target))}
    monkeypatch.setattr(bucket_copy, "open_store", lambda url, *_options, **_more: stores[url])
    result, error = bucket_copy.report(options, check=False)
    assert [(row["subject"]["name"], row["outcome"]) for row in result["rows"][:2]] == [
        ("deep/03", "failed"),
        ("deep/05", "unverified"),
    ]
    assert {row["outcome"] for row in result["rows"][2:]} == {"changed"}
    assert [one["status"] for one in result["findings"]] == ["critical", "unknown"]
    assert error is not None
    assert result["line"] == "28 copied · 2 not copied"


def test_check_mode_makes_no_folder_and_tells_the_same_as_is_then_done(options: dict) -> None:
    planned, error = bucket_copy.report(options, check=True)
    assert (error, planned["findings"], planned["total"]) == (None, [], 30)
    assert not Path(options["target"].removeprefix("file://")).exists()
    done, _error = bucket_copy.report(options, check=False)
    assert [row["subject"] for row in done["rows"]] == [row["subject"] for row in planned["rows"]]
    again, _error = bucket_copy.report(options, check=False)
    assert (again["changed"], again["rows"], [one["status"] for one in again["findings"]]) == (False, [], ["ok"])


def test_only_what_is_below_the_prefix_is_copied(options: dict) -> None:
    open_store(options["source"]).put("deeper/a", b"1")
    result, _error = bucket_copy.report({**options, "prefix": "deeper"}, check=False)
    assert [row["subject"]["name"] for row in result["rows"]] == ["deeper/a"]


@pytest.mark.parametrize(
    ("source", "target"), [("/a", "/a"), ("/a", "file:///a/b/"), ("s3://b/x/y", "s3://b/x"), ("s3://b", "s3://b/x")]
)
def test_one_in_the_other_is_refused(options: dict, source: str, target: str) -> None:
    with pytest.raises(OpsError, match="not apart"):
        bucket_copy.report({**options, "source": source, "target": target}, check=False)
    assert not os.path.exists("/a")
