# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a backup's objects is in a cluster: each kind read once, in pages. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import NAMESPACES
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import free_form
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind, Served, known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Found, found
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import encode
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import ADAPTIVE
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_MOST_NAMESPACES = 20  # read one by one; of more of them the whole kind is read
Place = tuple[str, str]  # namespace, name


def kind_of(part: Part) -> Kind:
    """The kind of a part, as the backup took it."""
    return replace(known(part.resource), status=part.status)


@dataclass
class Seen:
    """A kind in the cluster. problem: why nobody could look."""

    served: Served
    found: dict[Place, Found] = field(default_factory=dict)
    problem: str = ""

    def add(self, items: list[dict[str, Any]]) -> None:
        """Take in one page."""
        for item in items:
            free = free_form(self.served.kind.resource, item)
            one = encode(self.served.kind, self.served.api, self.served.name, free)
            self.found[one.namespace, one.name] = found(item, one)


class _Uids:
    """Of a kind that only owns what is restored."""

    def __init__(self) -> None:
        self.found: dict[Place, str] = {}

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            metadata = item["metadata"]
            self.found[text(metadata.get("namespace")), metadata["name"]] = metadata["uid"]


class Cluster:
    """Where a backup is restored.

    :param namespaces: the only ones that are written to; all when there are none
    """

    def __init__(self, client: Client, namespaces: list[str]) -> None:
        self.client = client
        self._namespaces = namespaces if len(namespaces) <= _MOST_NAMESPACES else []
        self._kinds: dict[str, Seen] = {}
        self._owners: dict[tuple[str, str], dict[Place, str]] = {}
        self._made: dict[tuple[str, str, str, str], str] = {}
        self.discover()
        self.namespaces = self._all_namespaces()

    def discover(self) -> None:
        """Ask (again) what is served."""
        self._offered = self.client.discover().rows

    def served(self, part: Part) -> Served | None:
        """The kind of a part as the cluster serves it: in the version of the backup, or else in the preferred one."""
        row = self._row(part)
        if row is None:
            return None
        return Served(kind_of(part), str(row["api"]), str(row["kind"]), bool(row["namespaced"]))

    def writes_status_apart(self, part: Part) -> bool:
        """Whether the status of such objects is written by a request of its own."""
        return bool((self._row(part) or {}).get("status_apart"))

    def _row(self, part: Part) -> dict[str, Any] | None:
        rows = [row for row in self._offered if row["resource"] == part.resource]
        return next((one for one in rows if one["api"] == part.api), rows[0] if rows else None)

    def look(self, served: Served, *, again: bool = False) -> Seen:
        """What there is of a kind.

        :raises OpsError: when nobody answers; a refusal is the problem of what is returned
        """
        name = served.kind.resource
        if again or name not in self._kinds:
            self._kinds[name] = self._read(served)
        return self._kinds[name]

    def made(self, served: Served, namespace: str, name: str, uid: str) -> None:
        """Remember what was written, so that it is known as an owner."""
        self._made[served.kind.group, served.name, namespace, name] = uid

    def owner(self, reference: Mapping[str, Any], namespace: str) -> str:
        """The uid of the owner of an object in a namespace, nothing when it is not there."""
        group, kind = text(reference.get("apiVersion")).rpartition("/")[0], text(reference.get("kind"))
        name = text(reference.get("name"))
        uids = self._uids(group, kind)
        for place in ((namespace, name), ("", name)):
            uid = self._made.get((group, kind, *place)) or uids.get(place)
            if uid:
                return uid
        return ""

    def _uids(self, group: str, kind: str) -> Mapping[Place, str]:
        if (group, kind) not in self._owners:
            seen = next(
                (one for one in self._kinds.values() if (one.served.kind.group, one.served.name) == (group, kind)), None
            )
            self._owners[group, kind] = (
                {place: one.uid for place, one in seen.found.items()} if seen else self._read_uids(group, kind)
            )
        return self._owners[group, kind]

    def _read(self, served: Served) -> Seen:
        whole = Seen(served)
        try:
            for path in self._paths(served.api, served.kind.plural, served.namespaced):
                whole.found |= self.client.read(path, lambda: Seen(served), limit=ADAPTIVE).found
        except OpsError as error:
            if error.status is None:
                raise
            return Seen(served, {}, error.message)
        return whole

    def _read_uids(self, group: str, kind: str) -> dict[Place, str]:
        row = next((one for one in self._offered if (_group(one["api"]), one["kind"]) == (group, kind)), None)
        uids: dict[Place, str] = {}
        if row:
            plural = str(row["resource"]).partition(".")[0]
            for path in self._paths(str(row["api"]), plural, bool(row["namespaced"])):
                uids |= self.client.read(path, _Uids, metadata_only=True).found
        return uids

    def _paths(self, api: str, plural: str, namespaced: bool) -> list[str]:
        if namespaced and self._namespaces:
            return [resource(api, plural, one) for one in self._namespaces]
        return [resource(api, plural)]

    def _all_namespaces(self) -> frozenset[str]:
        uids = self.client.read(resource("v1", NAMESPACES), _Uids, metadata_only=True).found
        return frozenset(name for _none, name in uids)


def _group(api: str) -> str:
    return api.rpartition("/")[0]
