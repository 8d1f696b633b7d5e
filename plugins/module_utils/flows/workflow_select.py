# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the workflows that are meant, by name or by label. Private API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Selection:
    """Names in one namespace, or a label selector over several; all namespaces where none is given."""

    namespaces: tuple[str, ...]
    names: tuple[str, ...] = ()
    label_selector: str = ""

    @classmethod
    def of(cls, options: dict[str, Any]) -> Selection:
        """:raises OpsError: invalid, naming the option and what is accepted"""
        names, selector = tuple(dict.fromkeys(options["names"])), options["selector"]
        if bool(names) == bool(selector):
            said = "both are given" if names else "neither is given"
            raise OpsError("invalid", f"names or selector says which workflows are meant; {said}")
        if names and not options["namespace"]:
            raise OpsError("invalid", "namespace: it is empty; names need the namespace they are in")
        if not all(names) and names:
            raise OpsError("invalid", "names: one of them is empty")
        if names and options["namespaces"]:
            raise OpsError("invalid", "namespaces goes with selector; names take the one namespace")
        single = (options["namespace"],) if options["namespace"] else ()
        return cls(tuple(options["namespaces"]) or single, names, selector)


class _Results(Generic[V]):
    """Reduces pages to what a function makes of each workflow, so that many of them do not fill the memory."""

    def __init__(self, function: Callable[[dict[str, Any]], V]) -> None:
        self._function = function
        self.found: list[V] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found.extend(map(self._function, items))


def read(
    client: Client, selection: Selection, function: Callable[[dict[str, Any]], V], *, absent_is_well: bool = False
) -> list[V]:
    """What the function makes of each workflow that is meant.

    :param absent_is_well: leave a named one out that is not there
    :raises OpsError: invalid, naming those that are not there
    """
    if selection.label_selector:
        parts = workflows.read_pages(
            client, selection.namespaces, lambda: _Results(function), label_selector=selection.label_selector
        )
        return [one for part in parts for one in part.found]
    found, missing = {}, []
    (namespace,) = selection.namespaces
    for name, result in client.each(
        lambda name: function(client.get(resource(*WORKFLOWS, namespace, name))), selection.names
    ):
        if isinstance(result, NotFoundError):
            missing.append(name)
        elif isinstance(result, OpsError):
            raise result
        else:
            found[name] = result
    if missing and not absent_is_well:
        raise _not_there(namespace, missing)
    return [found[name] for name in selection.names if name in found]


def _not_there(namespace: str, names: list[str]) -> OpsError:
    listed = ", ".join(f"{name:.80}" for name in sorted(names)[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return OpsError(
        "invalid",
        f"there is no workflow {listed}{more} in namespace {namespace}; nothing was changed",
        hint="Was it deleted by its retention, or is it in another namespace? kubectl get workflows -A shows all.",
    )
