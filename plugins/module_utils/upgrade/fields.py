# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of objects by path, and those that a schema would prune. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping

_OPEN = "x-kubernetes-preserve-unknown-fields"
_EMBEDDED = ("apiVersion", "kind", "metadata")


def has(item: Any, path: str) -> bool:
    """Whether an object has a field, see found()."""
    return any(value is not None for _keys, value in found(item, path))


def found(item: Any, path: str) -> list[tuple[tuple[str | int, ...], Any]]:
    """Where an object has a field, as keys and numbers, and what stands there.

    :param path: a[] in it is any member of list a, a[][] any member of the lists in it: spec.templates[].steps[][].when
    """
    places: list[tuple[tuple[str | int, ...], Any]] = [((), item)]
    for word in path.split("."):
        name = word.rstrip("[]")
        places = [((*keys, name), one[name]) for keys, one in places if isinstance(one, Mapping) and name in one]
        for _depth in range(word.count("[]")):
            places = [
                ((*keys, number), member)
                for keys, one in places
                if isinstance(one, list)
                for number, member in enumerate(one)
            ]
    return places


def pruned(schema: Mapping[str, Any], item: Any, at: str = "") -> Iterator[str]:
    """Paths of the fields that an API server drops because the structural schema does not know them.

    :param schema: openAPIV3Schema of a version of a CustomResourceDefinition
    """
    if isinstance(item, list):
        for number, one in enumerate(item):
            yield from pruned(mapping(schema.get("items")), one, f"{at}[{number}]")
    if not isinstance(item, Mapping):
        return
    known, other = mapping(schema.get("properties")), schema.get("additionalProperties")
    keeps = schema.get(_OPEN) is True or other is True
    for name, value in item.items():
        path = f"{at}.{name}" if at else str(name)
        if (not at or schema.get("x-kubernetes-embedded-resource") is True) and name in _EMBEDDED:
            continue
        if name in known:
            yield from pruned(mapping(known[name]), value, path)
        elif isinstance(other, Mapping):
            yield from pruned(other, value, path)
        elif not keeps:
            yield path
