# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, times and durations as a person reads them. Private API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

ASCII = str.maketrans({"·": "|", "–": "-", "—": "-", "…": "...", "«": '"', "»": '"', "\u2019": "'", "\u00a0": " "})

# Control characters, marks that turn the direction of text around, and what neither XML nor UTF-8 can hold.
_UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


def number(value: int) -> str:
    """1204 -> "1,204"."""
    return f"{value:,}"


def count(value: int, singular: str, plural: str = "") -> str:
    """(1, "change") -> "1 change", (2, "change") -> "2 changes"."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def duration(seconds: float) -> str:
    """A length of time in at most two units: "48 s", "2 min 5 s", "1 h 4 min", "3 d 2 h"."""
    whole = max(0, round(seconds))
    for size, name, below, below_name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size} {name}" + (f" {rest} {below_name}" if rest else "")
    return f"{whole} s"


def took(seconds: float) -> str:
    """The time of one step, short enough for a column of 9: "9.8 s", "2.1 min", "1.5 h"."""
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    if seconds < 5999:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"


def utc(epoch: float) -> str:
    """Seconds since 1970 -> "2026-11-21T08:00:00Z"."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(moment: str) -> str:
    """A moment of utc() as the name of a file: "2026-11-21T08-00-00Z"."""
    return moment.replace(":", "-")


def plain(line: str) -> str:
    """The line in ASCII, for terminals and logs that are not UTF-8; other letters become "?"."""
    return line.translate(ASCII).encode("ascii", "replace").decode("ascii")


def shorten(line: str, width: int) -> str:
    """The line in at most width columns, with an ellipsis where it was cut."""
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def clean(value: object) -> str:
    """Any text without what would steer a terminal or a reader's eye; each such character shows as one that is odd."""
    return _UNSHOWABLE.sub("\ufffd", str(value))


def one_line(value: object) -> str:
    """Any text as one line: names and messages of others must not break a layout."""
    return clean(" ".join(str(value).split()))


def listing(parts: Sequence[str]) -> str:
    """["2 critical", "1 unknown", "3 warning"] -> "2 critical, 1 unknown and 3 warning"."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
