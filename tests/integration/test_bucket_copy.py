# SPDX-License-Identifier: GPL-3.0-or-later
"""Buckets of a real S3 server, and a folder as the other side."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.modules import run_module
from tests.support.roles import run_step
from tests.support.s3 import s3

FEW = {"a": b"one", "deep/er/b": b"two" * 1000, "with space/ü%23": b"", "large": os.urandom(9 << 20)}


@pytest.fixture
def sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A folder with some objects, and an empty place in a bucket: (options of the module, store, store)."""
    with s3(tmp_path / "server") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        source, target = open_store(str(tmp_path / "source")), open_store(f"{server.url}/copy", server.options)
        for key, data in FEW.items():
            source.put(key, data)
            # A bucket tells whole seconds; what is not surely older than its copy is copied again.
            os.utime(tmp_path / "source" / key, (time.time() - 60,) * 2)
        options = {"source": f"file://{tmp_path}/source", "target": f"{server.url}/copy"}
        yield {**options, "target_options": server.options}, source, target


def test_what_is_lacking_is_copied_and_read_back_and_the_second_time_nothing(sides, tmp_path: Path) -> None:
    options, source, target = sides
    looked = run_module("bucket_copy", check=True, **options)
    assert (looked["changed"], looked["total"], target.keys()) == (True, 4, [])

    step = run_step(tmp_path, "bucket_copy", "-e", json.dumps({"bucket_copy_pairs": [options]}))
    assert step.rc == 0, step.stdout
    assert (step.result["changes"]["total"], [one["status"] for one in step.result["findings"]]) == (4, ["ok"])
    assert {meta.key: target.get(meta.key) for meta in target.list()} == FEW

    again = run_module("bucket_copy", **options)
    assert (again["changed"], again["line"]) == (False, "4 the same by size and time")

    source.put("a", b"another")
    source.delete("deep/er/b")
    newer = run_module("bucket_copy", **options)
    assert newer["line"] == "1 copied · 2 the same by size and time · 1 at the target alone"
    assert (target.get("a"), target.get("deep/er/b")) == (b"another", FEW["deep/er/b"])

    back = {"source": options["target"], "source_options": options["target_options"], "target": f"{tmp_path}/back"}
    assert run_module("bucket_copy", **back)["changed"]
    assert open_store(f"{tmp_path}/back").get("large") == FEW["large"]


def test_what_differs_is_told_and_left_and_a_copy_that_is_spoilt_is_found(sides) -> None:
    options, _source, target = sides
    assert not run_module("bucket_copy", **options).get("failed")
    target.put("a", b"ONE")
    target.put("large", b"short")
    quick = run_module("bucket_copy", **options)
    assert [row["subject"]["name"] for row in quick["rows"]] == ["large"]
    deep = run_module("bucket_copy", compare="content", **options)
    assert [(row["subject"]["name"], row["outcome"]) for row in deep["rows"]] == [
        ("a", "refused"),
        ("large", "refused"),
    ]
    assert {one["status"] for one in deep["findings"]} == {"warning"}
    assert target.get("a") == b"ONE"


def test_what_cannot_be_is_refused_in_a_sentence(sides, tmp_path: Path) -> None:
    options, _source, _target = sides
    for wrong, why in (
        ({"target": f"{options['source']}/below"}, "not apart"),
        ({"source": f"file://{tmp_path}/absent"}, "does not exist"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"target": "ftp://somewhere"}, "ftp"),
    ):
        refused = run_module("bucket_copy", **{**options, **wrong})
        assert refused.get("failed"), wrong
        assert why in refused["msg"]
    assert not (tmp_path / "source" / "below").exists()


def test_without_pairs_the_step_is_unknown(tmp_path: Path) -> None:
    step = run_step(tmp_path, "bucket_copy")
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]
