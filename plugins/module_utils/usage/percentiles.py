# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Percentiles of numbers. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

USUAL = (50, 90, 95, 99)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which so many percent lie, between two neighbours in proportion.

    :param ordered: at least one number, the smallest first
    :param share: 0 to 100
    """
    place = (len(ordered) - 1) * share / 100
    below = int(place)
    lower, upper = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    return lower + (upper - lower) * (place - below)


def percentiles(values: Iterable[float], shares: Iterable[float] = USUAL) -> dict[str, float | None]:
    """{"p50": …, …}; None where there are no values."""
    ordered = sorted(values)
    return {f"p{share:g}": percentile(ordered, share) if ordered else None for share in shares}
