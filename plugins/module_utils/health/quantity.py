# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes quantities in every unit, exactly. Pure. Private API."""

from __future__ import annotations

import re
from decimal import Decimal

#: decimal and binary suffixes of the Kubernetes API; an exponent may stand instead of one
_SUFFIXES = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1), "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6, "G": Decimal(10) ** 9, "T": Decimal(10) ** 12, "P": Decimal(10) ** 15,
    "E": Decimal(10) ** 18, "Ki": Decimal(2) ** 10, "Mi": Decimal(2) ** 20, "Gi": Decimal(2) ** 30,
    "Ti": Decimal(2) ** 40, "Pi": Decimal(2) ** 50, "Ei": Decimal(2) ** 60,
}  # fmt: skip
_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40}))(?:([eE][+-]?[0-9]{1,2})|([numkMGTPE]|[KMGTPE]i)?)", re.ASCII
)
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def parse(value: object) -> Decimal | None:
    """The number that a quantity stands for: "250m" -> 0.25, "1Gi" -> 1073741824; None for what is no quantity.

    "1E" is an exa and "1E3" an exponent, as the API server reads them.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    match = _QUANTITY.fullmatch(str(value))
    if not match:
        return None
    number, exponent, suffix = match.groups()
    return Decimal(number + exponent) if exponent else Decimal(number) * _SUFFIXES[suffix or ""]


def share(used: Decimal | None, limit: Decimal | None) -> float | None:
    """Percent of the limit in use, to one decimal; None where either is not known or the limit is 0."""
    if used is None or limit is None or limit <= 0:
        return None
    return round(float(100 * used / limit), 1)


def as_bytes(value: Decimal | float) -> str:
    """1610612736 -> "1.5 GiB"."""
    number, step = float(value), 0
    while abs(number) >= 1024 and step < len(_BINARY) - 1:
        number, step = number / 1024, step + 1
    return f"{number:.0f} B" if step == 0 else f"{number:.1f} {_BINARY[step]}"


def as_cores(value: Decimal | float) -> str:
    """0.25 -> "250 m", 12 -> "12 cores"."""
    number = float(value)
    if 0 < abs(number) < 1:
        return f"{number * 1000:.0f} m"
    words = f"{number:,.1f}".removesuffix(".0")
    return f"{words} {'core' if number == 1 else 'cores'}"
