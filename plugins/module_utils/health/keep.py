# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of an object, so that a snapshot of thousands stays small. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part

METADATA = (
    "name", "namespace", "uid", "labels", "ownerReferences", "creationTimestamp", "deletionTimestamp", "finalizers",
    "generation",
)  # fmt: skip
#: a copy of the whole object as somebody applied it
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

Tree = dict[str, "Tree"]


def keeper(part: Part) -> Callable[[object], Item]:
    """A function that cuts an object of this part down to its kept fields; the object may have any shape.

    Lists of the API server do not name the kind of their items, so it is written into each.
    """
    tree = _tree(part.kept)

    def keep(item: object) -> Item:
        item = mapping(item)
        kept = _cut(item, tree) if tree else {key: value for key, value in item.items() if key != "metadata"}
        return {**kept, "apiVersion": part.api, "kind": part.kind, "metadata": metadata(item)}

    return keep


def metadata(item: Item) -> dict[str, Any]:
    """The metadata that checks may look at."""
    found = mapping(item.get("metadata"))
    kept = {name: found[name] for name in METADATA if name in found}
    if isinstance(found.get("annotations"), dict):
        kept["annotations"] = {key: value for key, value in found["annotations"].items() if key != _LAST_APPLIED}
    return kept


def _tree(dotted: tuple[str, ...]) -> Tree:
    """("spec.a", "spec.b.c", "status") -> {"spec": {"a": {}, "b": {"c": {}}}, "status": {}}"""
    tree: Tree = {}
    for path in dotted:
        branch = tree
        for field in path.split("."):
            branch = branch.setdefault(field, {})
    return tree


def _cut(value: Any, tree: Tree) -> Any:
    """The branches of a value; of a list, those of each entry. Anything else is left as it is."""
    if isinstance(value, dict) and tree:
        return {field: _cut(value[field], branch) for field, branch in tree.items() if field in value}
    if isinstance(value, list) and tree:
        return [_cut(entry, tree) for entry in value]
    return value
