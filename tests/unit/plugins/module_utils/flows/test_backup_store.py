# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the backups of a store is meant by "newest"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Skipped, path_of
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import find, next_number

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import STARTED, WholeBackups

LATER = STARTED + timedelta(hours=1)


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path)


def test_newest_is_not_the_one_that_was_taken_before_a_restore(backups: WholeBackups) -> None:
    good = backups.take()
    taken_before = backups.take(LATER, before=good.id)
    assert find(backups.store, PLATFORM, backups.trusted, "newest").id == good.id
    assert find(backups.store, PLATFORM, backups.trusted, taken_before.id).before == good.id
    options = {"platform": PLATFORM, "store": str(backups.folder), "store_options": {}, "limit": 5}
    seen = backup_info.look({**options, "trusted_keys": [backups.signer.public]}, datetime.now(UTC))
    assert [(row["id"], row["before"]) for row in seen["backups"]] == [(taken_before.id, good.id), (good.id, "")]
    assert seen["newest"]["id"] == good.id
    assert report.facts(taken_before)["before"] == good.id


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"before": "2026-11-20T08-00-00Z"}, "was taken before the restore of 2026-11-20T08-00-00Z"),
        ({"skipped": (Skipped("secrets", "forbidden", lost=True),)}, "is not complete"),
    ],
)
def test_without_one_that_can_be_used_the_reason_is_told(backups: WholeBackups, fields: dict, words: str) -> None:
    backups.take(**fields)
    with pytest.raises(OpsError, match=words):
        find(backups.store, PLATFORM, backups.trusted, "newest")


@pytest.mark.parametrize(
    ("there", "number"),
    [
        ((), 1),
        (("",), 2),
        (("", "-2"), 3),
        (("-9", "-10"), 11),  # the others were pruned
    ],
)
def test_a_later_one_of_the_same_moment_never_gets_the_number_of_an_earlier_one(
    backups: WholeBackups, there: tuple[str, ...], number: int
) -> None:
    moment = "2026-11-21T08-00-00Z"
    for name in (f"{moment}{suffix}" for suffix in there):
        backups.store.put(path_of(PLATFORM, name), b"{}")
    backups.store.put(path_of(PLATFORM, "2026-11-21T08-00-01Z-7"), b"{}")
    assert next_number(backups.store, PLATFORM, moment) == number
