# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a health check is: one file, one pure function, thresholds with their reasons. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit that an inventory may change.

    default: as it is written in an inventory; its form gives the unit: "14d" is a duration, 85 a number.
    why: the reason for the default, one sentence for the catalogue.
    """

    name: str
    default: str | float
    why: str
    unit: str = ""

    def parse(self, value: object, option: str) -> float:
        """Seconds of a duration, else the number.

        :raises OpsError: invalid, for a value of another form or a negative one
        """
        if isinstance(self.default, str):
            return parse_duration(value, option)
        try:
            number = float(value) if not isinstance(value, bool) else -1.0  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = -1.0
        if not 0 <= number < 1e12:
            raise OpsError("invalid", f"{option}: {value!r:.80} is not a number of 0 or more, such as {self.default}")
        return number


@dataclass(frozen=True, slots=True)
class View:
    """What the judge of one check sees.

    parts: objects by part of the snapshot, all that the check reads and that could be read.
    limits: its thresholds as numbers; durations in seconds.
    settings: names that the platform gives (health/parts.py tells which).
    unread: (part, namespace) of what could not be read; the whole part where the namespace is empty.
    """

    now: datetime
    parts: Mapping[str, list[Item]]
    limits: Mapping[str, float]
    settings: Mapping[str, Any] = field(default_factory=dict)
    unread: frozenset[tuple[str, str]] = frozenset()

    def items(self, part: str) -> list[Item]:
        """Objects of one part, in the order of the snapshot."""
        return self.parts[part]

    def was_read(self, part: str, namespace: str = "") -> bool:
        """Whether an empty list means that there is nothing: nobody was kept from looking.

        :param namespace: without one, whether the part was read everywhere
        """
        if not namespace:
            return all(name != part for name, _namespace in self.unread)
        # Whoever gave namespaces looked in no other.
        looked = self.settings.get("namespaces") or (namespace,)
        return namespace in looked and not {(part, namespace), (part, "")} & self.unread


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the catalogue.

    name: as findings carry it. title: what holds when it is ok. why: what goes wrong otherwise.
    reads: parts of the snapshot (health/parts.py); what of them cannot be read becomes unknown findings by itself.
    judge: findings from a view; pure, may raise: then the check is unknown and the others go on.
    runbook: the playbook that treats it, empty where a person must look.
    needs_all: whether nothing can be judged while one of the parts could not be read at all.
    """

    name: str
    title: str
    why: str
    reads: tuple[str, ...]
    judge: Callable[[View], Iterable[dict]]
    thresholds: tuple[Threshold, ...] = ()
    runbook: str = ""
    needs_all: bool = True

    def limits(self, overrides: Mapping[str, object]) -> dict[str, float]:
        """Thresholds as numbers, those of the inventory first.

        :raises OpsError: invalid, for a threshold that this check does not have, or a value that cannot be read
        """
        known = {one.name: one for one in self.thresholds}
        strangers = sorted(set(overrides) - set(known))
        if strangers:
            hint = f"It knows: {', '.join(known) or 'none'}."
            raise OpsError("invalid", f"check {self.name} has no threshold {strangers[0]!r:.60}", hint=hint)
        return {name: one.parse(overrides.get(name, one.default), f"{self.name}.{name}") for name, one in known.items()}


def about(item: Item, kind: str = "") -> dict:
    """The subject of a finding, from an object."""
    meta = item.get("metadata") if isinstance(item.get("metadata"), dict) else {}
    return subject(kind or str(item.get("kind") or ""), text(meta.get("namespace")), text(meta.get("name")))


def text(value: object) -> str:
    """The value where it is text, else nothing: no field of an object is believed to have its type."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> dict[str, Any]:
    """The value where it is an object, else an empty one: status may be null."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """The value where it is a whole number, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def each(check: str, kind: str, items: Iterable[Item], judge: Callable[[Item], Iterable[dict]]) -> Iterator[dict]:
    """The findings of each object; one that cannot be judged is unknown, by its name, and the others go on."""
    for item in items:
        try:
            yield from list(judge(item))
        except Exception as error:  # an odd object must not hide the others
            reason = f"cannot be judged: {error.__class__.__name__}"
            yield finding(check, "unknown", about(item, kind), f"{about(item)['name'] or kind}: {reason}")


def all_well(check: str, kind: str, count: int, what: str) -> dict:
    """One ok finding for many objects: "297 pods: containers run or ended well"."""
    return finding(check, "ok", subject(kind), what, value=count)
