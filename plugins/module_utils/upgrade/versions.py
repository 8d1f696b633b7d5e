# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of controllers and control planes, and which way from one to another is allowed. Pure. Private API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

_FORM = re.compile(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


class Way(StrEnum):
    """What it is to go from one version to another."""

    SAME = "same"
    PATCH = "patch"  #: forward, the same minor version
    MINOR = "minor"  #: forward by one minor version
    SKIP = "skip"  #: forward over a minor version
    MAJOR = "major"
    BACK = "back"


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """One version. pre: sorts a release behind its candidates; (1,) for a release, (0, parts…) for a candidate."""

    major: int
    minor: int
    patch: int
    pre: tuple[int, tuple[tuple[int, int, str], ...]] = (1, ())

    @property
    def line(self) -> str:
        """The minor version it belongs to, such as 1.35."""
        return f"{self.major}.{self.minor}"

    def __str__(self) -> str:
        suffix = ".".join(word or str(number) for _kind, number, word in self.pre[1])
        return f"v{self.major}.{self.minor}.{self.patch}" + (f"-{suffix}" if suffix else "")


def parse(text: str, option: str = "version") -> Version:
    """Read v1.35.4, 1.35.4, v1.35.4-rc.1 or v1.35.4+build.

    :raises OpsError: invalid, naming the option, the value and the accepted form
    """
    found = _FORM.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise OpsError("invalid", f"{option}: {text!r} is no version; write it like v1.35.4")
    major, minor, patch, pre = found.groups()
    parts = tuple((0, int(word), "") if word.isdigit() else (1, 0, word) for word in pre.split(".")) if pre else ()
    return Version(int(major), int(minor), int(patch), (0 if pre else 1, parts))


def way(old: Version, new: Version) -> Way:
    """What it is to go from an old version to a new one."""
    if new == old:
        return Way.SAME
    if new < old:
        return Way.BACK
    if new.major != old.major:
        return Way.MAJOR
    if new.minor == old.minor:
        return Way.PATCH
    return Way.MINOR if new.minor == old.minor + 1 else Way.SKIP
