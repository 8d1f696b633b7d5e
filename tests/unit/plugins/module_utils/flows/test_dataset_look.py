# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_info, dataset_look, datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Kept

from tests.support.datasets import Vault, vault

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def keep(kept: Vault, days: float, kind: str = "etcd_snapshot") -> Kept:
    parts = [Content("all", lambda: iter([File("all/x", 4, [f"{days:4}".encode()[:4]])]))]
    return datasets.keep(kept.store, kept.order(kind), NOW - timedelta(days=days), parts, {"revision": 7})


def standing(kept: Vault, **limits: int) -> dict[str, list[tuple[bool, bool, str]]]:
    kinds = dataset_look.look(kept.store, "lab", kept.order("x").trusted)
    return {
        one["kind"]: [(row["believed"], row["whole"], row["problem"]) for row in one["datasets"]]
        for one in dataset_look.standing(kinds, limits, NOW)
    }


def test_each_kind_is_looked_at_down_to_the_first_dataset_that_can_be_used(kept: Vault) -> None:
    keep(kept, 3)
    keep(kept, 2)
    lost = keep(kept, 1)
    (kept.folder / "store" / lost.dataset.parts[0].path).unlink()
    Path(keep(kept, 0.5).place).write_text("{}")
    found = standing(kept, prometheus_snapshot=3600)
    assert found["prometheus_snapshot"] == []
    believed, whole, problem = zip(*found["etcd_snapshot"], strict=True)
    assert (believed, whole) == ((False, True, True), (False, False, True))
    assert problem[1:] == ("1 of its 1 part are missing, such as etcd_snapshot/all", "")


def test_one_from_the_future_does_not_hide_the_one_before(kept: Vault) -> None:
    keep(kept, 1)
    keep(kept, -1)
    assert len(standing(kept)["etcd_snapshot"]) == 2


def test_other_files_of_the_store_and_of_other_platforms_are_no_datasets(kept: Vault) -> None:
    for key in (
        "backups/lab/data/readme",
        "backups/lab/data/X y/manifests/a.json",
        "backups/other/data/etcd/manifests/a",
    ):
        kept.store.put(key, b"x")
    assert standing(kept) == {}


@pytest.mark.parametrize("kinds", [{"../x": "1d"}, {"etcd": "soon"}, {7: "1d"}, {"etcd": None}])
def test_kinds_that_make_no_sense_are_refused(kept: Vault, kinds: dict) -> None:
    with pytest.raises(OpsError, match="kinds"):
        dataset_info.look({**kept.looking, "store_options": {}, "kinds": kinds}, NOW)


def test_what_is_listed_tells_its_age_and_facts(kept: Vault) -> None:
    keep(kept, 2)
    told = dataset_info.look({**kept.looking, "store_options": {}, "kinds": {"etcd_snapshot": "1d"}}, NOW)
    (row,) = told["datasets"]
    assert (row["age"], row["facts"], row["whole"]) == (172800, {"revision": 7}, True)
    assert told["line"] == "1 dataset of 1 kind"
    assert [(one["status"], one["message"]) for one in told["findings"]] == [
        ("warning", "etcd_snapshot: 2026-11-19T08-00-00Z is 2 d old")
    ]
    assert [(one["name"], one["value"], one["limit"]) for one in told["measures"]] == [
        ("dataset_age.etcd_snapshot", 48.0, 24.0)
    ]
