# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.backup_age import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    DAY,
    HOUR,
    NASTY,
    ago,
    look,
    said,
)


def backup(age: float | None, proved: object = True, complete: object = True, key: str = "", problem: str = "") -> dict:
    finished = None if age is None else ago(age)
    known = {"believed": True, "finished": finished, "complete": complete, "proved": proved, "problem": problem}
    return {"key": key or f"b{age}", **known}


def doubted(key: str = "d", problem: object = "it is not signed") -> dict:
    nothing = {"finished": None, "complete": None, "proved": None}
    return {"key": key, "believed": False, **nothing, "problem": problem}


HALF = backup(HOUR, complete=False, key="half")
FUTURE = backup(-DAY, key="future")
NONE_BELIEVED = ("critical", "none of the backups in the store is believed")
UNVERIFIED = "lies in the store but nobody has verified it"


@pytest.mark.parametrize(
    ("backups", "status", "message"),
    [
        ([], "critical", "there is no backup of this platform in the store"),
        ([backup(5 * HOUR, key="b")], "ok", "backup b: 5 h old, verified"),
        ([backup(26 * HOUR, key="b")], "ok", "backup b: 26 h old, verified"),
        ([backup(27 * HOUR, key="b")], "warning", "backup b: 27 h old, verified"),
        ([backup(9 * DAY, key="b")], "critical", "backup b: 9 d old, verified"),
        ([backup(9 * DAY), backup(2 * DAY), backup(5 * HOUR, key="b")], "ok", "backup b: 5 h old, verified"),
        ([HALF, backup(27 * HOUR, key="b")], "warning", "backup b: 27 h old, verified"),
        ([FUTURE, backup(27 * HOUR, key="b")], "warning", "backup b: 27 h old, verified"),
        ([backup(-30, key="b")], "ok", "backup b: -30 s old, verified"),
        ([backup(5 * HOUR, None, key="b")], "unknown", f"backup b: 5 h old, {UNVERIFIED}"),
        ([backup(27 * HOUR, None, key="b")], "unknown", f"backup b: 27 h old, {UNVERIFIED}"),
        ([backup(9 * DAY, None, key="b")], "critical", "backup b: 9 d old, and nothing newer is complete"),
        (
            [backup(2 * HOUR, None), backup(27 * HOUR, key="b")],
            "warning",
            f"backup b: 27 h old, verified; a newer one, 2 h old, {UNVERIFIED}",
        ),
        (
            [backup(2 * HOUR, False), backup(5 * HOUR, key="b")],
            "ok",
            "backup b: 5 h old, verified; a newer one, 2 h old, failed its verification",
        ),
        ([backup(2 * HOUR, False, key="b")], "critical", "backup b: 2 h old, failed its verification"),
        (
            [backup(2 * HOUR, False, key="b", problem="2 of its 9 parts are missing, such as secrets")],
            "critical",
            "backup b: 2 h old, is no use: 2 of its 9 parts are missing, such as secrets",
        ),
        ([backup(2 * HOUR, False), backup(5 * HOUR, None, key="b")], "unknown", f"backup b: 5 h old, {UNVERIFIED}"),
        ([backup(2 * HOUR, "yes", key="b")], "critical", "backup b: 2 h old, failed its verification"),
        ([HALF], "critical", "none of the backups in the store is complete (1 looked at)"),
        ([backup(HOUR, complete="true")], "critical", "none of the backups in the store is complete (1 looked at)"),
        ([FUTURE], "unknown", "every complete backup was finished in the future, which cannot be believed"),
        ([backup(None)], "unknown", "no complete backup says when it was finished"),
        ([backup(HOUR, key=NASTY)], "ok", f"backup {NASTY}: 60 min old, verified"),
    ],
)
def test_the_newest_backup_that_counts_is_judged(backups, status, message):
    assert said(look(CHECK, {"backups": backups})) == [(status, message)]


@pytest.mark.parametrize(
    ("backups", "expected"),
    [
        ([doubted()], [("critical", "backup d: it is not believed: it is not signed"), NONE_BELIEVED]),
        ([{}], [("critical", "it is not believed: "), NONE_BELIEVED]),
        (
            [doubted(problem=7), backup(5 * HOUR, key="b")],
            [("critical", "backup d: it is not believed: "), ("ok", "backup b: 5 h old, verified")],
        ),
    ],
)
def test_one_that_is_not_believed_is_told_and_counts_for_nothing(backups, expected):
    assert said(look(CHECK, {"backups": backups})) == expected


def test_thresholds_can_be_changed():
    assert look(CHECK, {"backups": [backup(5 * HOUR)]}, warning="4h")[0]["status"] == "warning"
    assert look(CHECK, {"backups": [backup(5 * HOUR)]}, critical="4h")[0]["status"] == "critical"
