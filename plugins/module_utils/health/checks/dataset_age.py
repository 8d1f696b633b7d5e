# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest dataset of each kind of other data is young enough.

| status   | when                                                                                                     |
|----------|----------------------------------------------------------------------------------------------------------|
| critical | a kind that is to be kept has none, none can be used, or the newest one is much too old                  |
| critical | one that is newer than the newest that can be used is not believed                                       |
| warning  | the newest one that can be used is too old, or a newer one lacks parts                                   |
| unknown  | every one was started in the future                                                                      |

Other data is what no backup of objects holds, such as the database of the control plane. A dataset can be used when
somebody signed it who is trusted and all of its parts are in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

NAME = "dataset_age"
#: seconds by which the clock of the machine that kept it may be ahead
SKEW = 300


def judge(view: View) -> Iterator[dict]:
    """What is to be told of each kind."""
    return of_kinds(view.items("datasets"), view.now, view.limits)


def of_kinds(kinds: Iterable[Item], now: datetime, limits: Mapping[str, float]) -> Iterator[dict]:
    """Findings about each kind, or one that nothing is kept.

    :param limits: warning and critical, in seconds; a kind with a limit of its own is critical after twice as long
    """
    empty = True
    for kind in kinds:
        empty = False
        own = whole(kind.get("limit"))
        warning, critical = (limits["warning"], limits["critical"]) if own is None else (own, 2 * own)
        yield from _of_kind(kind, now, warning, critical)
    if empty:
        yield _finding("ok", "", "no other data is to be kept, and none is in the store")


def _of_kind(kind: Item, now: datetime, warning: float, critical: float) -> Iterator[dict]:
    name = text(kind.get("kind"))
    rows = [mapping(one) for one in sequence(kind.get("datasets"))]
    future = 0
    for one in rows:
        started = parse_time(one.get("started"))
        age = (now - started).total_seconds() if started else None
        if age is None or one.get("believed") is not True:
            yield _finding("critical", name, f"{_key(one)} is not believed{_because(one)}")
        elif age < -SKEW:
            future += 1
            yield _finding("unknown", name, f"{_key(one)} was started in the future, which cannot be believed")
        elif one.get("whole") is not True:
            yield _finding("warning", name, f"{_key(one)} cannot be used{_because(one)}")
        else:
            status = "critical" if age > critical else "warning" if age > warning else "ok"
            yield _finding(status, name, f"{_key(one)} is {format_age(age)} old", age, warning)
            return
    if future < len(rows) or not rows:
        words = "none in the store can be used" if rows else "there is none in the store"
        yield _finding("critical", name, words)


def _key(one: Item) -> str:
    return text(one.get("id")) or "one without a name"


def _because(one: Item) -> str:
    problem = text(one.get("problem"))
    return f": {problem}" if problem else ""


def _finding(status: str, kind: str, words: str, value: float | None = None, limit: float | None = None) -> dict:
    message = f"{kind}: {words}" if kind else words
    return finding(NAME, status, subject("Dataset", name=kind), message, value=value, threshold=limit)


CHECK = Check(
    name=NAME,
    title="The newest dataset of each kind of other data is young enough",
    why="What was not kept since is lost with the machine, and nobody misses it before that day.",
    reads=("datasets",),
    runbook="backup_data",
    judge=judge,
    thresholds=(
        Threshold("warning", "26h", "Other data is kept daily; two hours let a late run finish."),
        Threshold("critical", "8d", "A week and a day without a new one means that the schedule has stopped."),
    ),
)
