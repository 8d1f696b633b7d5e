# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules dataset_prune and dataset_info over one store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, keep

from tests.support.datasets import Vault, vault

FEW = {"keep_daily": 1, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0, "floor": 1}


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    """Three datasets of etcd, the newest a day old."""
    made = vault(tmp_path / "vault")
    for days in (3, 2, 1):
        part = Content("all", lambda: iter([File("all/x", 1, [b"x"])]))
        keep(made.store, made.order("etcd_snapshot"), datetime.now(UTC) - timedelta(days=days), [part], {})
    return made


@pytest.fixture
def where(kept: Vault) -> dict[str, Any]:
    return {name: value for name, value in kept.looking.items() if name != "identity"}


def test_what_check_mode_plans_goes_and_the_rest_is_listed(run_module, where: dict[str, Any]) -> None:
    planned = run_module("dataset_prune", check=True, **where, **FEW)
    assert (planned["changed"], planned["line"]) == (True, "2 would be deleted · 1 kept")
    done = run_module("dataset_prune", **where, **FEW)
    assert (done["changed"], done["line"]) == (True, "2 deleted · 1 kept")
    assert run_module("dataset_prune", **where, **FEW)["changed"] is False
    listed = run_module("dataset_info", **where, kinds={"etcd_snapshot": "36h"})
    assert (listed["changed"], len(listed["datasets"])) == (False, 1)
    assert [one["status"] for one in listed["findings"]] == ["ok"]


@pytest.mark.parametrize(
    ("module", "more", "words"),
    [
        (
            "dataset_prune",
            {**FEW, "max_deletions": 1},
            "etcd_snapshot: 2 datasets would be deleted, but max_deletions is 1",
        ),
        ("dataset_prune", {"floor": 0}, "floor is 0"),
        ("dataset_prune", {"trusted_keys": []}, "trusted_keys is empty"),
        ("dataset_info", {"kinds": {"../x": "1d"}}, "kinds: provider '../x' cannot name a folder"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_deletes_nothing(
    run_module, where: dict[str, Any], module: str, more: dict[str, Any], words: str
) -> None:
    refused = run_module(module, **{**where, **more})
    assert refused["failed"]
    assert words in refused["msg"]
    assert len(run_module("dataset_info", **where)["datasets"]) == 3
