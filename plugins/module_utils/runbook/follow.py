# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress lines of modules as a person reads them. Pure but for the stream it is given. Private API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text


def lines_of(stream: IO[str]) -> Iterator[dict]:
    """The whole progress lines that have come since the last look; what is no progress line is left out."""
    while True:
        place = stream.tell()
        line = stream.readline()
        if not line.endswith("\n"):
            stream.seek(place)
            return
        try:
            seen = json.loads(line)
        except ValueError:
            continue
        if isinstance(seen, dict) and isinstance(seen.get("task"), str):
            yield seen


class Follower:
    """Choose which progress lines are shown: those with a message, and counts at most once per interval.

    :param interval: seconds between two counts of the same task
    :param plain: ASCII only
    """

    def __init__(self, interval: float, *, plain: bool) -> None:
        self._interval = interval
        self._plain = plain
        self._first: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}

    def tell(self, line: dict, now: float) -> str:
        """The line to show, or an empty text.

        :param line: {task, done, total, message, time}
        :param now: seconds of a clock that does not jump
        """
        task, done, total = line["task"], _count(line, "done"), _count(line, "total")
        started, before = self._first.get(task, (now, done))
        if task not in self._first or done < before:
            # Counting began again: the module runs a second time.
            self._first[task] = started, before = now, done
            self._told[task] = now
        ended = bool(total) and done >= total
        message = text.one_line(line.get("message") or "")
        due = now - self._told[task] >= self._interval or (ended and self._told[task] > started)
        if ended:
            del self._first[task]
        if not (message or due):
            return ""
        self._told[task] = now
        # Work that is told by name, such as a build, has parts too unequal for a time left.
        detail = message or _speed(done - before, now - started, total - done)
        shown = " · ".join(part for part in (_counts(done, total), detail) if part)
        shown = f"  {task}  {shown}"
        return text.plain(shown) if self._plain else shown


def _count(line: dict, field: str) -> int:
    value = line.get(field)
    return value if isinstance(value, int) and value > 0 else 0


def _counts(done: int, total: int) -> str:
    return f"{text.number(done)}/{text.number(total)}" if total else ""


def _speed(count: int, seconds: float, left: int) -> str:
    """Rate and time left, once they mean something."""
    if count < 1 or seconds < 1:
        return ""
    rate = count / seconds
    shown = f"{text.number(round(rate))}/s" if rate >= 1 else f"{text.number(round(rate * 60))}/min"
    return f"{shown} · {text.duration(left / rate)} left" if left > 0 else shown
