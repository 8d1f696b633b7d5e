# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading workflows and what they own. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import WORKFLOW, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ownership import Dependent
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import Summary, summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

#: kinds that a workflow, or something below it, owns on this platform; Secrets are left alone, since the right to
#: list them is the right to read them
DEPENDENT_KINDS = (
    ("v1", "pods", "Pod"),
    ("v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ("v1", "configmaps", "ConfigMap"),
    ("batch/v1", "jobs", "Job"),
    ("agents.platform/v1", "coderuns", "CodeRun"),
)
#: an agent may still work after its workflow has ended, so this kind is read with its status
_LIVE_KIND = "CodeRun"


class UnknownKindError(OpsError):
    """The cluster does not have the kind at all."""


class Summaries:
    """Reduces pages of workflows to summaries."""

    def __init__(self) -> None:
        self.found: list[Summary] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found.extend(map(summarize, items))


class _Uids:
    def __init__(self) -> None:
        self.found: set[str] = set()

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found.update(item["metadata"]["uid"] for item in items)


class Owned:
    """Reduces pages of one kind to (uid of an owner, Dependent); a CodeRun that is not finished counts as pinned."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.found: list[tuple[str, Dependent]] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            meta = item["metadata"]
            owners = {owner["uid"] for owner in meta.get("ownerReferences") or ()}
            if owners:
                stays = is_pinned(meta.get("labels")) or (self._kind == _LIVE_KIND and not read(item).is_finished)
                one = Dependent(self._kind, meta.get("namespace", ""), meta["name"], meta["uid"], stays)
                self.found.extend((owner, one) for owner in owners)


def collections(kind: tuple[str, str], namespaces: Iterable[str]) -> list[str]:
    """Paths of a kind: one for each namespace, or the one over all of them."""
    return [resource(*kind, namespace) for namespace in dict.fromkeys(namespaces)] or [resource(*kind)]


def read_pages(
    client: Client, namespaces: Iterable[str], new_reducer: Callable[[], Any], *, kind: Kind = WORKFLOW, **options: Any
) -> list[Any]:
    """A filled reducer for each namespace.

    :raises UnknownKindError: when the cluster does not have the kind
    """
    try:
        return [client.read(path, new_reducer, **options) for path in collections(kind.at, namespaces)]
    except NotFoundError as error:
        owner = "Argo Workflows" if kind is WORKFLOW else f"the controller of {kind.noun}"
        raise UnknownKindError(
            "invalid",
            f"{client.host} knows no {kind.full_name}",
            request=error.request,
            status=error.status,
            hint=f"Is {owner} installed there, and is it the right cluster?",
        ) from error


def read_summaries(client: Client, namespaces: Iterable[str]) -> list[Summary]:
    return [item for part in read_pages(client, namespaces, Summaries) for item in part.found]


def read_selected(client: Client, namespaces: Iterable[str], selector: str, kind: Kind = WORKFLOW) -> frozenset[str]:
    """uids of those of a kind that a label selector matches."""
    parts = read_pages(client, namespaces, _Uids, kind=kind, metadata_only=True, label_selector=selector)
    return frozenset(uid for part in parts for uid in part.found)


def read_dependents(client: Client, namespaces: Iterable[str], kind: Kind = WORKFLOW) -> dict[str, list[Dependent]]:
    """What any object owns but those of this kind, by the uid of the owner.

    A kind that the cluster does not have owns nothing.

    :raises OpsError: when a kind may not be read: then nobody knows what would go along
    """
    wanted = [
        (path, name)
        for *at, name in DEPENDENT_KINDS
        if name != kind.kind
        for path in collections(tuple(at), namespaces)
    ]

    def owned(one: tuple[str, str]) -> list[tuple[str, Dependent]]:
        path, name = one
        try:
            return client.read(path, lambda: Owned(name), metadata_only=name != _LIVE_KIND).found
        except NotFoundError:
            return []

    dependents: dict[str, list[Dependent]] = {}
    for _one, result in client.each(owned, wanted):
        if isinstance(result, OpsError):
            raise result
        for owner, dependent in result:
            dependents.setdefault(owner, []).append(dependent)
    return dependents
