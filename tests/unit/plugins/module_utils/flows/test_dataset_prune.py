# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning of datasets: what goes, what stays, and what stops it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_info, dataset_prune, datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_prune import RETENTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Kept
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.unreferenced import UNREFERENCED

from tests.support.datasets import Vault, vault

NOW = datetime.now(UTC).replace(microsecond=0)
ETCD = "etcd_snapshot"


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def keep(kept: Vault, days: float, kind: str = ETCD, *, by: Vault | None = None, data: bytes = b"") -> Kept:
    """A dataset of so many days ago; its content is its own unless it is given."""
    content = data or f"{kind} {days}".encode()
    parts = [Content("all", lambda: iter([File("all/x", len(content), [content])]))]
    return datasets.keep(kept.store, (by or kept).order(kind), NOW - timedelta(days=days), parts, {})


def act(kept: Vault, *, check: bool = False, **more: Any) -> Acted:
    defaults = {name: option["default"] for name, option in RETENTION_SPEC.items()}
    few = {"keep_daily": 1, "keep_weekly": 0, "keep_monthly": 0, "keep_yearly": 0, "floor": 1}
    options = {**kept.looking, "store_options": {}, "reason": "", "actor": "", **defaults, **few, **more}
    return dataset_prune.act(options, check)


def info(kept: Vault, **kinds: str) -> dict[str, Any]:
    return dataset_info.look({**kept.looking, "store_options": {}, "kinds": kinds}, NOW)


def ids(kept: Vault, kind: str = ETCD) -> list[str]:
    return [one["id"] for one in info(kept)["datasets"] if one["kind"] == kind]


def files(kept: Vault, below: str) -> list[Path]:
    return [path for path in (kept.folder / "store").rglob("*") if path.is_file() and below in path.parts]


def age_of_marks(kept: Vault, hours: float) -> None:
    for path in files(kept, "unreferenced"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


def test_the_manifest_goes_first_and_its_part_a_day_later_kind_by_kind(kept: Vault) -> None:
    keep(kept, 3)
    newest = keep(kept, 1)
    only = keep(kept, 40, "prometheus_snapshot")
    before = sorted(files(kept, "data"))
    planned = act(kept, check=True)
    assert (planned.more["line"], sorted(files(kept, "data"))) == ("1 would be deleted · 2 kept", before)

    done = act(kept)
    assert (done.error, done.more["line"]) == (None, "1 deleted · 2 kept")
    assert (ids(kept), ids(kept, "prometheus_snapshot")) == ([newest.dataset.id], [only.dataset.id])
    assert done.more["parts"] == {"deleted": 0, "bytes": 0, "waiting": 1}
    assert act(kept).more["line"] == "2 kept"
    age_of_marks(kept, UNREFERENCED / timedelta(hours=1) + 0.1)
    assert act(kept).more["parts"]["deleted"] == 1
    left = {kept.folder / "store" / one.dataset.parts[0].path for one in (newest, only)}
    assert set(files(kept, "parts")) == left


def test_a_part_on_which_a_newer_one_relies_stays(kept: Vault) -> None:
    keep(kept, 3, data=b"same")
    newest = keep(kept, 1, data=b"same")
    act(kept)
    age_of_marks(kept, 25)
    assert act(kept).more["parts"] == {"deleted": 0, "bytes": 0, "waiting": 0}
    assert datasets.verify(kept.store, newest.dataset) == []


def test_only_what_is_believed_whole_and_of_the_past_counts(kept: Vault, tmp_path: Path) -> None:
    old = keep(kept, 5)
    foreign = keep(kept, 2, by=vault(tmp_path / "other"))
    half = keep(kept, 1)
    (kept.folder / "store" / half.dataset.parts[0].path).unlink()
    future = keep(kept, -2)
    done = act(kept, keep_incomplete="0d")
    assert done.error is None
    rules = {one.name: one.reason for one in done.actions}
    assert set(ids(kept)) == {one.dataset.id for one in (old, foreign, half, future)}
    assert "there is no good one after it" in rules[half.dataset.id]
    assert [(one["status"], one["subject"]["name"]) for one in done.more["findings"]] == [
        ("unknown", foreign.dataset.id),
        ("unknown", future.dataset.id),
    ]


def test_over_max_deletions_nothing_of_any_kind_goes(kept: Vault) -> None:
    for days in (4, 3, 2, 1):
        keep(kept, days)
    keep(kept, 2, "prometheus_snapshot")
    keep(kept, 1, "prometheus_snapshot")
    done = act(kept, max_deletions=2)
    assert done.error
    assert "etcd_snapshot: 3 datasets would be deleted, but max_deletions is 2" in done.error.message
    assert (len(ids(kept)), len(ids(kept, "prometheus_snapshot"))) == (4, 2)


def test_nothing_goes_when_the_newest_that_stays_is_damaged(kept: Vault) -> None:
    keep(kept, 3)
    part = kept.folder / "store" / keep(kept, 1).dataset.parts[0].path
    data = part.read_bytes()
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(OpsError, match="is damaged"):
        act(kept)
    assert len(ids(kept)) == 2


def test_a_manifest_that_nobody_can_read_stops_the_deletion_of_parts_of_its_kind(kept: Vault) -> None:
    keep(kept, 3)
    place = keep(kept, 1).place
    act(kept)
    age_of_marks(kept, 25)
    Path(place).with_name("notes.json").write_text("no manifest")
    done = act(kept)
    assert done.error
    assert "nobody can tell" in done.error.message
    assert len(files(kept, "parts")) == 2


def test_what_is_pinned_stays_and_options_that_make_no_sense_are_one_sentence(kept: Vault) -> None:
    old = keep(kept, 3)
    keep(kept, 1)
    assert act(kept, pinned=[old.dataset.id]).more["line"] == "2 kept"
    for option, value in (("floor", 0), ("keep_daily", -1), ("timezone", "Mars/Olympus"), ("keep_incomplete", "x")):
        with pytest.raises(OpsError, match=option):
            act(kept, **{option: value})
    assert len(ids(kept)) == 2


def test_before_the_first_dataset_there_is_nothing_to_do(kept: Vault) -> None:
    (kept.folder / "store").rmdir()
    assert act(kept).more["line"] == "0 kept"
    assert [one["status"] for one in info(kept, etcd_snapshot="26h")["findings"]] == ["critical"]
