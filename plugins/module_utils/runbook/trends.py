# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How measures went from record to record. Pure. Private API.

A step puts what it measured into its result: data.measures is a list of {name, label, value, unit, limit}; value is a
number or None where it is not known, limit a number or None. Names are dotted, such as capacity.nodes.memory.requested.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """One measure over time: points are (moment, value), oldest first, None where it was not known."""

    name: str
    label: str
    unit: str
    limit: float | None
    points: tuple[tuple[str, float | None], ...]

    @property
    def value(self) -> float | None:
        """The newest one."""
        return self.points[-1][1]

    @property
    def known(self) -> int:
        """How many points have a value."""
        return sum(1 for _moment, value in self.points if value is not None)

    @property
    def nearness(self) -> float:
        """Share of the limit, by which the most pressing one is found; -1 where there is no limit or no value."""
        if not self.limit or self.limit < 0 or self.value is None:
            return -1.0
        return self.value / self.limit


def measures(record: dict) -> list[dict]:
    """What the steps of a record measured."""
    found = []
    for step in record.get("steps") or ():
        data = step.get("data") if isinstance(step, dict) else None
        own = data.get("measures") if isinstance(data, dict) else None
        own = own if isinstance(own, list) else ()
        found += [one for one in own if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return found


def kept(record: dict) -> dict:
    """What of a record its trends need: {started, steps: [{data: {measures}}]}."""
    return {"started": record["started"], "steps": [{"data": {"measures": measures(record)}}]}


def series(records: Iterable[dict]) -> list[Series]:
    """Every measure of the newest record over all records, by name.

    :param records: oldest first
    """
    values = _values(records)
    return _series(values, values[-1][1] if values else {})


def every(records: Iterable[dict]) -> list[Series]:
    """Every measure of any record over all records, by name; each as the newest record that has it describes it.

    :param records: oldest first
    """
    values = _values(records)
    return _series(values, {name: one for _moment, seen in values for name, one in seen.items()})


def _values(records: Iterable[dict]) -> list[tuple[str, dict[str, dict]]]:
    return [(record["started"], {one["name"]: one for one in measures(record)}) for record in records]


def _series(values: list[tuple[str, dict[str, dict]]], described: dict[str, dict]) -> list[Series]:
    return [
        Series(
            name=name,
            label=str(one.get("label") or name),
            unit=str(one.get("unit") or ""),
            limit=number(one.get("limit")),
            points=tuple((moment, number(seen[name].get("value"))) for moment, seen in values if name in seen),
        )
        for name, one in sorted(described.items())
    ]


def number(value: object) -> float | None:
    """The value where it is a finite number, else None."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
