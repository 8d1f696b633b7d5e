# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Until when versions of images are looked after, from data that an inventory may replace. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.references import Reference

_FIELDS = ("image", "version", "ends", "source", "instead")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of versions.

    image: a pattern of registry and repository. version: how its tags begin, empty for all of them.
    """

    image: str
    version: str
    ends: date
    source: str
    instead: str


def lines(data: Iterable[Any]) -> list[Line]:
    """Lines from data: {image, version, ends, source, instead}.

    :raises OpsError: invalid, naming the entry and what it should be
    """
    return [_line(number, given) for number, given in enumerate(data, 1)]


def line_of(reference: Reference, known: Iterable[Line]) -> Line | None:
    """The line that an image belongs to, the closest one of several; None where nothing is known of it."""
    fitting = [one for one in known if fnmatchcase(reference.name, one.image) and _begins(reference.tag, one.version)]
    return max(fitting, key=lambda one: (len(one.version), len(one.image)), default=None)


def _begins(tag: str, version: str) -> bool:
    if not version:
        return True
    tag = tag[1:] if tag[:1] in "vV" and tag[1:2].isdigit() else tag
    return tag == version or (tag.startswith(version) and tag[len(version)] in ".-_+")


def _line(number: int, given: Any) -> Line:
    where = f"end_of_life: entry {number}"
    strangers = sorted(set(map(str, mapping(given))) - set(_FIELDS))
    if not isinstance(given, dict) or strangers:
        told = f" has a field {strangers[0]!r:.60}; it" if strangers else ""
        raise OpsError("invalid", f"{where}{told} takes {', '.join(_FIELDS)}")
    words = {name: text(given.get(name, "")).strip() for name in _FIELDS}
    if not words["image"] or not words["source"]:
        raise OpsError("invalid", f"{where} needs an image (a pattern such as */library/alpine) and a source")
    ends = given.get("ends")
    try:
        # YAML makes a date of what looks like one.
        ends = ends if isinstance(ends, date) else date.fromisoformat(words["ends"])
    except ValueError:
        raise OpsError("invalid", f"{where}: {ends!r:.40} is no date; write it as 2026-11-01") from None
    return Line(words["image"], words["version"], ends, words["source"], words["instead"])
