# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge patches (RFC 7386) and lists of parameters, which such a patch would replace whole. Pure. Private API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The smallest patch that makes after out of before; what is left out of after is deleted."""
    patch: dict[str, Any] = {name: None for name, value in before.items() if name not in after and value is not None}
    for name, value in after.items():
        old = before.get(name)
        if value is old:  # shared by both: the nodes of a workflow may be many
            continue
        if isinstance(value, dict) and isinstance(old, dict):
            inner = merge_patch(old, value)
            if inner:
                patch[name] = inner
        elif value != old or isinstance(value, bool) is not isinstance(old, bool):
            patch[name] = value
    return patch


def parameter_names(parameters: object) -> list[str]:
    """Names of a list of parameters, in its order."""
    return [one["name"] for one in sequence(parameters) if isinstance(one, dict) and isinstance(one.get("name"), str)]


def merge_parameters(parameters: object, values: Mapping[str, str]) -> list[Any]:
    """The list with these values by name: every other entry stays, and what is not in it yet comes last."""
    left = dict(values)
    merged = [
        _with_value(one, left.pop(one["name"]))
        if isinstance(one, dict) and isinstance(one.get("name"), str) and one["name"] in left
        else one
        for one in sequence(parameters)
    ]
    return [*merged, *({"name": name, "value": value} for name, value in left.items())]


def with_parameters(spec: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The spec of a workflow with these values merged into arguments.parameters."""
    if not values:
        return dict(spec)
    arguments = mapping(spec.get("arguments"))
    return {
        **spec,
        "arguments": {**arguments, "parameters": merge_parameters(arguments.get("parameters"), values)},
    }


def unknown_parameters(values: Iterable[str], known: Iterable[str]) -> str:
    """Why values cannot be given, naming the known parameters; empty when all are known."""
    names = list(dict.fromkeys(known))
    strangers = [name for name in values if name not in names]
    if not strangers:
        return ""
    listed = ", ".join(f"{name:.60}" for name in names[:30]) or "none"
    return f"it has no parameter {strangers[0]!r:.80}; it knows: {listed}"


def as_text(value: object) -> str:
    """The value of a parameter, which is always text: true, not True; objects as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _with_value(parameter: dict[str, Any], value: str) -> dict[str, Any]:
    """valueFrom and a value exclude each other."""
    return {**{name: old for name, old in parameter.items() if name != "valueFrom"}, "value": value}
