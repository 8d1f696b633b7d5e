# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cores, memory and storage cost a month, by the prices of an inventory. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_checks import WORDS, amount

_GIB = Decimal(1024**3)
#: field of the prices, resource, and how many of its units have this price
_FIELDS = {
    "cpu_month": ("cpu", Decimal(1)),
    "memory_gib_month": ("memory", _GIB),
    "storage_gib_month": ("storage", _GIB),
}
Amounts = Mapping[str, "Decimal | float"]


@dataclass(frozen=True, slots=True)
class Prices:
    """Price of one unit of each resource a month; without any, only quantities are told."""

    by_resource: Mapping[str, Decimal]
    currency: str

    def month(self, amounts: Amounts) -> float | None:
        """What these amounts (cores, bytes) cost a month; None where a price is missing."""
        if not self.by_resource or not amounts or set(amounts) - set(self.by_resource):
            return None
        total = sum((Decimal(str(value)) * self.by_resource[name] for name, value in amounts.items()), Decimal(0))
        return round(float(total), 2)

    def words(self, month: float | None) -> str:
        """ "12.40 EUR a month"; nothing where it is not known."""
        return "" if month is None else f"{month:,.2f} {self.currency} a month".replace("  ", " ")


def prices(given: Mapping[str, Any]) -> Prices:
    """:raises OpsError: invalid, naming the field and the accepted form"""
    strangers = sorted(set(map(str, given)) - {*_FIELDS, "currency"})
    if strangers:
        known = ", ".join([*_FIELDS, "currency"])
        raise OpsError("invalid", f"prices: {strangers[0]!r:.60} is none of {known}")
    found = {}
    for field, (resource, units) in _FIELDS.items():
        if given.get(field) is not None:
            found[resource] = _number(field, given[field]) / units
    return Prices(found, " ".join(str(given.get("currency") or "").split())[:10])


def told(amounts: Amounts) -> str:
    """ "1.5 cores CPU, 2.0 GiB memory"; what is nothing is left out."""
    words = (f"{amount(name, float(value))} {WORDS.get(name, name)}" for name, value in amounts.items() if value)
    return ", ".join(words) or "nothing"


def _number(field: str, value: Any) -> Decimal:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal(-1)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number < 10**9:
        raise OpsError("invalid", f"prices: {field} is {value!r:.40}; it is a price of 0 or more, such as 21.90")
    return number
