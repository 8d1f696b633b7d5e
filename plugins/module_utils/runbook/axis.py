# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of measures as a person reads them, and round marks for an axis. Pure. Private API."""

from __future__ import annotations

import math

from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, as_cores
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text

MOST_MARKS = 5
SHORT = 3
_BYTES = ("B", "bytes")
_NOTHING = 1e-12
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_DAY = 86_400.0
#: seconds that are round on a clock
_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, _DAY)


def amount(value: float | None, unit: str) -> str:
    """A measure with its unit: (1610612736, "bytes") -> "1.5 GiB", (92.04, "%") -> "92 %", (93600, "s") -> "1 d 2 h",
    (None, "%") -> "unknown"."""
    if value is None:
        return "unknown"
    if unit in _BYTES:
        return as_bytes(value).replace(".0 ", " ")
    if unit == "cores":
        return as_cores(value)
    seconds = value * _SECONDS.get(unit, 0.0)
    if unit in _SECONDS and not value:
        return "0 s"
    if 1 <= abs(seconds) < _DAY * 1e6 and (unit != "s" or abs(seconds) >= 60):
        return ("-" if seconds < 0 else "") + text.duration(abs(seconds))
    # One decimal is enough for what is compared with a limit, and more would move from run to run.
    if abs(value) >= 1e15:
        words = f"{value:.3g}"
    elif abs(value) >= 0.1 or value == 0:
        words = f"{value:,.1f}".removesuffix(".0")
    else:
        words = f"{value:.2g}"
    return text.one_line(f"{words} {unit}")


def mark(value: float, unit: str) -> str:
    """The same for an axis, where a unit that is a word would take the place of the chart."""
    return amount(value, unit if unit in (*_BYTES, "cores") or len(unit) <= SHORT else "")


def marks(low: float, high: float, unit: str) -> list[float]:
    """Round numbers that enclose low and high, at most five and at least two.

    A number of bytes is round in its binary unit, a time on the clock.
    """
    largest = max(abs(low), abs(high))
    if largest < _NOTHING:
        low, high = 0.0, 1.0
    elif high - low < _NOTHING * largest:
        low, high = min(low, 0.0), max(high, 0.0)
    step = _round((high - low) / (MOST_MARKS - 2), largest, unit)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(first, max(last, first + 1) + 1)]


def _round(least: float, largest: float, unit: str) -> float:
    """The smallest step that is round in this unit and not below least."""
    scale = 1024.0 ** math.floor(math.log(max(largest, 1.0), 1024)) if unit in _BYTES else 1.0
    if unit in _SECONDS:
        seconds = least * _SECONDS[unit]
        if 1 <= seconds <= _DAY:
            return next(step for step in _CLOCK if step >= seconds) / _SECONDS[unit]
        scale = (_DAY if seconds > _DAY else 1.0) / _SECONDS[unit]
    return _step(least / scale) * scale


def _step(least: float) -> float:
    """The smallest round number that is not below least."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))
