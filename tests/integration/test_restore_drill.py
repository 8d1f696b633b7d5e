# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest backup is restored into a control plane of its own, looked at, and torn down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.backups import make_keys, private, take_backup
from tests.support.roles import Step, run_step


@pytest.fixture
def drill(lab, api, tmp_path):
    """Take a backup of the practice cluster, and rehearse its restore."""
    keys, store = make_keys(tmp_path / "keys"), f"file://{tmp_path / 'store'}"
    folder = lab.directory / "drill"  # as the inventory derives it from the folder of its own practice cluster

    def run(*arguments: str, backup: bool = True, **more: object) -> Step:
        if backup:
            take_backup(api, open_store(store), keys)
        settings = {
            "platform_store": store,
            "platform_backup_trusted_keys": [keys.trusted],
            "restore_identity": str(keys.identity),
            **more,
        }
        given = private(tmp_path / "settings.json", json.dumps(settings))
        step = run_step(tmp_path, "restore_drill", *lab.options, "-e", f"@{given}", *arguments)
        assert step.rc == 0, step.stdout
        assert not folder.exists()
        return step

    return run


def test_everything_comes_back_and_is_torn_down(drill) -> None:
    step = drill()
    # Its result, kept by the test, is the only change.
    assert "changed=1 " in step.stdout
    statuses = [one["status"] for one in step.result["findings"]]
    assert set(statuses) == {"ok"}, step.result["findings"]
    _took, table = step.result["data"]["tables"]
    came_back = {row[0]: row[1:] for row in table["rows"]}
    assert all(total == same for total, same in came_back.values())
    assert int(came_back["workflows.argoproj.io"][0].replace(",", "")) > 20
    measures = {one["name"]: one["value"] for one in step.result["data"]["measures"]}
    assert 1 < measures["rto_seconds"] < 300
    assert measures["rpo_seconds"] < 300


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"backup": False}, "unknown", "does not exist"),
        ({"lab_cache": "/nowhere"}, "unknown", "nobody knows whether it can be restored"),
        ({"restore_identity": ""}, "unknown", "nobody knows whether it can be restored"),
    ],
)
def test_what_cannot_be_rehearsed_is_unknown(drill, more: dict, status: str, words: str) -> None:
    step = drill(**more)
    worst = step.result["findings"][0]
    assert (worst["status"], words in worst["message"]) == (status, True), step.result["findings"]
    assert words in step.result["summary"]


def test_check_mode_starts_nothing(drill, tmp_path: Path) -> None:
    step = drill("--check")
    assert "would be restored and looked at" in step.result["summary"]
