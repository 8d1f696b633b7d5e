# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of Argo Events, where each was found, and what else was seen beside them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import schema
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    about,
    mapping,
    sequence,
    text,
)

#: place in an object: ("spec", "triggers", 0)
Where: TypeAlias = "tuple[str | int, ...]"
_DEEPEST_LIST = 4


@dataclass(frozen=True, slots=True)
class Document:
    """One object.

    file: as it was named, empty for an object of a cluster. line: the line of a place in the object, or of the nearest
    place around it, where the file tells.
    """

    item: Item
    file: str = ""
    line: Callable[[Where], int] | None = None

    @property
    def kind(self) -> str:
        return text(self.item.get("kind"))

    @property
    def namespace(self) -> str:
        return about(self.item)["namespace"]

    @property
    def name(self) -> str:
        return about(self.item)["name"]

    @property
    def spec(self) -> Item:
        return mapping(self.item.get("spec"))


def of_cluster(kind: str, items: Iterable[Item]) -> list[Document]:
    """Objects of one kind as a list of the API server gives them: its items do not name their kind."""
    return [Document({**item, "kind": kind}) for item in map(mapping, items)]


def unpacked(document: object, depth: int = 0) -> Iterator[tuple[Where, Item]]:
    """(place, object) of the objects of Argo Events in a document, also in a list; others are left out."""
    item = mapping(document)
    if text(item.get("apiVersion")).startswith(schema.API) and item.get("kind") in schema.KINDS:
        yield (), item
    elif text(item.get("kind")).endswith("List") and depth < _DEEPEST_LIST:
        for index, one in enumerate(sequence(item.get("items"))):
            for where, found in unpacked(one, depth + 1):
                yield ("items", index, *where), found


class Surroundings:
    """The event sources and buses that were seen.

    :param complete: (kind, namespace) of which nobody can have missed any; an empty namespace is the whole cluster
    """

    def __init__(self, documents: Iterable[Document], complete: Collection[tuple[str, str]] = ()) -> None:
        self._complete = complete
        self._by_name: dict[tuple[str, str], list[Document]] = {}
        for document in documents:
            if document.kind in ("EventSource", "EventBus"):
                self._by_name.setdefault((document.kind, document.name), []).append(document)

    def find(self, kind: str, name: str, sensor: Document) -> tuple[str, Document | None]:
        """("found", it), ("missing", None) or ("unseen", None), which is: nobody can tell.

        Objects without a namespace go wherever the others of their files go.
        """
        near = [
            one
            for one in self._by_name.get((kind, name), ())
            if one.namespace == sensor.namespace or not (one.namespace and sensor.namespace)
        ]
        if near:
            # A file is judged by the files beside it, an object of the cluster by the cluster.
            return "found", min(near, key=lambda one: bool(one.file) != bool(sensor.file))
        known = sensor.namespace and {(kind, sensor.namespace), (kind, "")} & set(self._complete)
        return ("missing" if known else "unseen"), None
