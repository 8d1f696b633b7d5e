# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors, decided here as an API server decides them. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

Matches = Callable[[Mapping[str, object]], bool]

_KEY = r"(?P<key>[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?)"
_VALUE = r"[-A-Za-z0-9_.]*"
_EXISTS = re.compile(rf"\s*(?P<no>!?)\s*{_KEY}\s*")
_EQUALS = re.compile(rf"\s*{_KEY}\s*(?P<sign>==?|!=)\s*(?P<value>{_VALUE})\s*")
_AMONG = re.compile(rf"\s*{_KEY}\s+(?P<word>in|notin)\s+\((?P<values>[^()]*)\)\s*")
_BETWEEN = re.compile(r",(?![^(]*\))")  # not the commas of a set


def parse(selector: str) -> Matches:
    """What a selector asks of labels; everything matches an empty one.

    :raises OpsError: invalid, naming the piece that is not understood
    """
    pieces = _BETWEEN.split(selector) if selector.strip() else []
    asked = [_requirement(piece) for piece in pieces]
    return lambda labels: all(one(labels) for one in asked)


def _requirement(piece: str) -> Matches:
    if found := _AMONG.fullmatch(piece):
        values = frozenset(value.strip() for value in found["values"].split(","))
        return _among(found["key"], values, found["word"] == "in")
    if found := _EQUALS.fullmatch(piece):
        return _among(found["key"], frozenset((found["value"],)), found["sign"] != "!=")
    if found := _EXISTS.fullmatch(piece):
        key, wanted = found["key"], not found["no"]
        return lambda labels: (key in labels) is wanted
    raise OpsError(
        "invalid",
        f"label_selector: {piece.strip()!r:.80} is not understood; a=b, a!=b, a, !a, a in (b,c) and a notin (b,c) are",
    )


def _among(key: str, values: frozenset[str], wanted: bool) -> Matches:
    """As the API server has it, a label that is not there is not among the values."""
    return lambda labels: (key in labels and labels[key] in values) is wanted
