# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as people write them and times as the API server writes them. Private API."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: seconds in each group of the pattern below
_UNITS = (604_800, 86_400, 3_600, 60, 1)
_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_LONGEST = 100 * 366 * 86_400
_FORMS = "write whole numbers with the units w, d, h, m, s from long to short, such as 7d, 36h, 90m or 1d12h, or 0"
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)


def parse_duration(value: object, option: str | None = None) -> int:
    """Seconds of a duration such as "7d" or "1d12h"; 0 needs no unit.

    :param option: the name of the option that holds the value, for the message
    :raises OpsError: kind invalid, for anything else, a negative or one over a hundred years
    """
    text = "0s" if value in ("0", 0) and not isinstance(value, bool) else value
    match = _DURATION.fullmatch(text) if isinstance(text, str) and 0 < len(text) <= 64 else None
    lead = f"{option}: " if option else ""
    if not match:
        raise OpsError("invalid", f"{lead}{value!r:.80} is not a duration; {_FORMS}")
    seconds = sum(int(count or 0) * unit for count, unit in zip(match.groups(), _UNITS, strict=True))
    if seconds > _LONGEST:
        raise OpsError("invalid", f"{lead}{value!r:.80} is over a hundred years; {_FORMS}")
    return seconds


def require_seconds(value: float, option: str, most: int) -> float:
    """:raises OpsError: kind invalid, for a length of time that is not more than 0 or beyond most"""
    if not 0 < value <= most:
        raise OpsError("invalid", f"{option} is {value:g} s; it must be more than 0 and at most {most} s")
    return value


def parse_time(value: object) -> datetime | None:
    """An RFC 3339 time as an aware datetime in UTC, cut to microseconds.

    None for anything else, also for year 1, which is how Go writes a time that was never set.
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year > 1 else None


def require_time(value: object, option: str) -> datetime:
    """The time that an option holds.

    :raises OpsError: kind invalid, naming the option and the accepted form
    """
    moment = parse_time(value)
    if moment is None:
        form = "write RFC 3339, such as 2026-11-21T08:00:00Z"
        raise OpsError("invalid", f"{option}: {value!r:.80} is not a time; {form}")
    return moment


def format_time(moment: datetime | float) -> str:
    """An aware datetime, or seconds since 1970, as RFC 3339 in UTC, cut to whole seconds."""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment, UTC)
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def format_age(seconds: float) -> str:
    """A length of time in the one unit that a person would use, cut: "90 s", "12 min", "7 h", "9 d"."""
    sign, whole = ("-" if seconds < 0 else ""), int(abs(seconds))
    if whole < 120:
        return f"{sign}{whole} s"
    if whole < 120 * 60:
        return f"{sign}{whole // 60} min"
    if whole < 48 * 3_600:
        return f"{sign}{whole // 3_600} h"
    return f"{sign}{whole // 86_400} d"
