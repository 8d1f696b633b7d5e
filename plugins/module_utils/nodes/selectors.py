# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selectors of labels and of nodes as the scheduler understands them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

#: (key, operator, values), all of which must hold
Requirement: TypeAlias = "tuple[str, str, frozenset[str]]"
Requirements: TypeAlias = "tuple[Requirement, ...]"
NAME_FIELD = "metadata.name"


def requirements(selector: object) -> Requirements | None:
    """What a LabelSelector asks for; () selects everything, None (no selector at all) nothing."""
    if not isinstance(selector, dict):
        return None
    labels = mapping(selector.get("matchLabels"))
    equal = [(key, "In", frozenset({value})) for key, value in labels.items() if isinstance(value, str)]
    return tuple(sorted(equal, key=lambda one: one[0])) + expressions(selector.get("matchExpressions"))


def expressions(given: object) -> Requirements:
    """Requirements of matchExpressions or matchFields."""
    found = map(mapping, sequence(given))
    return tuple(
        (text(one.get("key")), text(one.get("operator")), frozenset(map(str, sequence(one.get("values")))))
        for one in found
    )


def matches(selector: object, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector {matchLabels, matchExpressions} selects these labels."""
    return meets(requirements(selector), labels)


def meets(wanted: Requirements | None, labels: Mapping[str, str]) -> bool:
    """Whether labels are as they must be; an operator that nobody knows is met by nothing."""
    return wanted is not None and all(_holds(one, labels) for one in wanted)


def node_terms(selector: object) -> tuple[Requirements, ...]:
    """The terms of a NodeSelector, of which one must hold; an empty term selects no node, as the API says."""
    found = map(mapping, sequence(mapping(selector).get("nodeSelectorTerms")))
    return tuple(
        wanted
        for one in found
        if (wanted := expressions(one.get("matchExpressions")) + expressions(one.get("matchFields")))
    )


def _holds(one: Requirement, labels: Mapping[str, str]) -> bool:
    key, operator, values = one
    there = key in labels
    if operator == "In":
        return there and labels[key] in values
    if operator == "NotIn":
        return not there or labels[key] not in values
    if operator in ("Exists", "DoesNotExist"):
        return there == (operator == "Exists")
    if operator in ("Gt", "Lt") and there:
        return _compares(labels[key], operator, values)
    return False


def _compares(value: str, operator: str, values: frozenset[str]) -> bool:
    numbers: list[Any] = [_whole(one) for one in (value, *values)]
    if len(numbers) != 2 or None in numbers:
        return False
    return numbers[0] > numbers[1] if operator == "Gt" else numbers[0] < numbers[1]


def _whole(value: str) -> int | None:
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None
