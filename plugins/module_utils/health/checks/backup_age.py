# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest backup that was proved is young enough.

| status   | when                                                                                                     |
|----------|----------------------------------------------------------------------------------------------------------|
| critical | there is none, none is complete, the newest one is too old, or none of those verified can be used        |
| critical | one that is newer than the newest proved one is not believed                                             |
| warning  | the newest proved one is older than a day                                                                |
| unknown  | there is a complete one of the right age, but nobody has verified it                                     |

Only complete ones with a time that can be read count, that somebody signed who is trusted; one that was finished in the
future is not believed. One whose parts are missing from the store is no use, whatever a verification said before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, Threshold, View, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

NAME = "backup_age"
#: seconds by which the clock of the machine that made a backup may be ahead
SKEW = 60


def judge(view: View) -> Iterator[dict]:
    """One finding about the newest backup that counts, and one for each newer one that is not believed."""
    backups = view.items("backups")
    if not backups:
        yield _finding("critical", "", "there is no backup of this platform in the store")
        return
    for one in backups:
        if one.get("believed") is not True:
            yield _finding("critical", text(one.get("key")), f"it is not believed: {text(one.get('problem'))}")
    yield _of_believed([one for one in backups if one.get("believed") is True], view)


def _of_believed(backups: list[Item], view: View) -> dict:
    complete = [one for one in backups if one.get("complete") is True]
    dated = [(moment, one) for one in complete for moment in [parse_time(one.get("finished"))] if moment]
    counting = sorted(
        ((_age(moment, view.now), one) for moment, one in dated if _age(moment, view.now) >= -SKEW),
        key=lambda pair: (pair[0], text(pair[1].get("key"))),
    )
    if counting:
        return _of_newest(counting, view.limits)
    if dated:
        return _finding("unknown", "", "every complete backup was finished in the future, which cannot be believed")
    if complete:
        return _finding("unknown", "", "no complete backup says when it was finished")
    if not backups:
        return _finding("critical", "", "none of the backups in the store is believed")
    return _finding("critical", "", f"none of the backups in the store is complete ({len(backups)} looked at)")


def _of_newest(counting: list[tuple[float, Item]], limits: dict[str, float]) -> dict:
    newest_age, newest = counting[0]
    proved = next(((age, one) for age, one in counting if one.get("proved") is True), None)
    unverified = next(((age, one) for age, one in counting if one.get("proved") is None), None)
    if proved:
        age, one = proved
        status = "critical" if age > limits["critical"] else "warning" if age > limits["warning"] else "ok"
        newer = "" if one is newest else f"; a newer one, {format_age(newest_age)} old, {_standing(newest)}"
        return _finding(status, text(one.get("key")), f"{format_age(age)} old, verified{newer}", age, limits["warning"])
    key = text(newest.get("key"))
    if newest_age > limits["critical"]:
        words = f"{format_age(newest_age)} old, and nothing newer is complete"
        return _finding("critical", key, words, newest_age, limits["critical"])
    if not unverified:
        return _finding("critical", key, f"{format_age(newest_age)} old, {_standing(newest)}", newest_age)
    words = f"{format_age(unverified[0])} old, lies in the store but nobody has verified it"
    return _finding("unknown", text(unverified[1].get("key")), words, unverified[0], limits["warning"])


def _standing(one: Item) -> str:
    if one.get("proved") is None:
        return "lies in the store but nobody has verified it"
    problem = text(one.get("problem"))
    return f"is no use: {problem}" if problem else "failed its verification"


def _age(moment: datetime, now: datetime) -> float:
    return (now - moment).total_seconds()


def _finding(status: str, key: str, words: str, value: float | None = None, limit: float | None = None) -> dict:
    message = f"backup {key}: {words}" if key else words
    return finding(NAME, status, subject("Backup", name=key), message, value=value, threshold=limit)


CHECK = Check(
    name=NAME,
    title="The newest backup that was proved is young enough",
    why="What was not backed up since is lost with the cluster, and a backup that nobody has tried may hold nothing.",
    reads=("backups",),
    runbook="verify_backup",
    judge=judge,
    thresholds=(
        Threshold("warning", "26h", "Backups are made daily; two hours let a late one finish."),
        Threshold("critical", "8d", "A week and a day without one means that the schedule has stopped."),
    ),
)
