# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the real Prometheus of the practice cluster: kept, and asked again in another Prometheus."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.support.datasets import Vault, vault
from tests.support.lab import Lab
from tests.support.modules import run_module
from tests.support.prometheus import Prometheus, prometheus
from tests.support.roles import run_step


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


@pytest.fixture
def source(lab: Lab) -> dict[str, str]:
    folder = lab.directory / "prometheus"
    return {"url": (folder / "url").read_text(), "data_folder": str(folder / "data")}


def test_another_prometheus_over_the_kept_data_answers_the_same(
    lab: Lab, kept: Vault, source: dict[str, str], tmp_path: Path
) -> None:
    first = Prometheus(source["url"], None)
    first.wait_for("up == 1")
    moment = int(time.time()) - 1
    looked = run_module("prometheus_snapshot", check=True, **kept.keeping, **source)
    assert looked["line"].startswith("would keep Prometheus with")
    variables = {"platform_prometheus_url": source["url"], "prometheus_snapshot_data_folder": source["data_folder"]}
    before = _snapshots(source)
    step = run_step(tmp_path, "prometheus_snapshot", "-e", json.dumps(variables | kept.variables))
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["ok"]
    assert _snapshots(source) == before

    (tmp_path / "second").mkdir()
    dest = str(tmp_path / "second" / "data")
    restored = run_module("dataset_restore", **kept.looking, provider="prometheus_snapshot", dest=dest)
    assert restored.get("changed"), restored
    query = f"sum_over_time(up[10m] @ {moment})"
    with prometheus(lab.program("prometheus"), tmp_path / "second") as second:
        assert _values(second, query) == _values(first, query) != {}


def _values(server: Prometheus, query: str) -> dict[str, str]:
    return {one["metric"]["job"]: one["value"][1] for one in server.result(query)}


def _snapshots(source: dict[str, str]) -> set[Path]:
    return set(Path(source["data_folder"], "snapshots").glob("*"))


def test_what_is_no_data_folder_of_this_prometheus_is_told(kept: Vault, source: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "wal").mkdir()
    before = _snapshots(source)
    for wrong, why in (
        ({"data_folder": str(tmp_path / "absent")}, "cannot be read as the data folder"),
        ({"data_folder": str(tmp_path)}, "that is the data of another one"),
        ({"url": "http://127.0.0.1:1"}, "cannot be asked"),
    ):
        refused = run_module("prometheus_snapshot", **{**kept.keeping, **source, **wrong})
        assert refused.get("failed"), wrong
        assert why in refused["msg"]
    # Of the data of another one nothing is removed, so the test does it.
    for left in _snapshots(source) - before:
        shutil.rmtree(left)


def test_without_a_data_folder_the_step_is_unknown(tmp_path: Path) -> None:
    step = run_step(tmp_path, "prometheus_snapshot", "-e", "prometheus_snapshot_data_folder=")
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]
