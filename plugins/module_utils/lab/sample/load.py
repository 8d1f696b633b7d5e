# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing the sample into a practice cluster, and taking it out again. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import agents, generator, states
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.kinds import KINDS, Kind, kind_of, path_of
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Object

# The sample's own; nobody serves them on a practice cluster, so a fresh start takes them off.
FINALIZERS = frozenset({agents.FINALIZER, states.HOLD_FINALIZER, states.ARTIFACT_FINALIZER})
SIMULATED = ("kwok.x-k8s.io/node", "fake")

_PATIENCE = 10.0  # seconds until what an object needs (its kind, namespace, account, quota) is in effect
_PAUSE = 0.2


class Loader:
    """Makes objects of the sample one by one; safe to run again over what a killed run left.

    :param told: called with the number of objects that were brought in or taken out
    """

    def __init__(self, client: Client, profile: str, told: Callable[[int], None]) -> None:
        self._client = client
        self._profile = profile
        self._told = told
        self._nodes = simulated_nodes(client)

    def add(self, made: Iterable[Object]) -> int:
        """Bring objects in, those that others own after their owners; returns how many were not there yet."""
        owned: list[Object] = []

        def independent() -> Iterable[Object]:
            for one in made:
                if "ownerReferences" in one["metadata"]:
                    owned.append(one)
                else:
                    yield one

        return self._add_all(independent()) + self._add_all(owned)

    def add_kinds(self, definitions: list[Object]) -> int:
        """Bring CustomResourceDefinitions in and wait until the API server has established them."""
        added = self.add(definitions)
        for definition in definitions:
            deadline = time.monotonic() + 3 * _PATIENCE
            while not _is_established(self._client.get(path_of(definition))):
                if time.monotonic() > deadline:
                    name = definition["metadata"]["name"]
                    raise OpsError("timeout", f"the API server does not establish {name}", request=path_of(definition))
                time.sleep(_PAUSE)
        return added

    def remove_all(self, timeout: float) -> int:
        """Delete every object that carries the sample's label, except kinds and namespaces, and wait for it."""
        return sum(self._remove_kind(kind, timeout) for kind in KINDS.values() if not kind.lasting)

    def _add_all(self, made: Iterable[Object]) -> int:
        added = 0
        for _one, result in self._client.each(self._add_one, made):
            if isinstance(result, OpsError):
                raise result
            added += result
            self._told(1)
        return added

    def _add_one(self, made: Object) -> bool:
        body = generator.labelled(made, self._profile)
        status, kind = body.get("status"), kind_of(made)
        apart = bool(status) and kind.status_apart
        if made["kind"] == "Pod" and apart:
            # Nobody may place it before its status is written: a simulated node would start it at once.
            body["spec"] = body["spec"] | {"schedulerName": generator.SAMPLE_LABEL.replace("/", ".")}
        self._name_owner(body)
        added, found = self._create(kind, body)
        if apart:
            self._client.patch(f"{path_of(made)}/status", {"status": status})
        if made["kind"] == "Pod" and apart and not found["spec"].get("nodeName"):
            self._bind(body)
        if "deletionTimestamp" in body["metadata"]:
            meta = found["metadata"]
            self._client.delete(path_of(made), meta["uid"], meta["resourceVersion"])
        return added

    def _create(self, kind: Kind, body: Object) -> tuple[bool, Object]:
        """The object and whether it is new."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return True, self._client.create(kind.path(body["metadata"].get("namespace")), body)
            except OpsError as error:
                # A quota that is used up answers before anybody looks whether the object is there.
                found = self._client.get_or_none(path_of(body)) if error.status in (403, 409) else None
                if found is not None:
                    return False, found
                # Kinds, namespaces, accounts and quotas that were made a moment ago take a while to be known.
                if error.status not in (403, 404, 409) or time.monotonic() > deadline:
                    raise
            time.sleep(_PAUSE)

    def _name_owner(self, body: Object) -> None:
        owners = []
        for reference in body["metadata"].get("ownerReferences", []):
            path = KINDS[reference["kind"]].path(body["metadata"]["namespace"], reference["name"])
            owners.append(reference | {"uid": self._client.get(path)["metadata"]["uid"]})
        if owners:
            body["metadata"]["ownerReferences"] = owners

    def _bind(self, pod: Object) -> None:
        name = pod["metadata"]["name"]
        target = {"apiVersion": "v1", "kind": "Node", "name": self._nodes[len(name) % len(self._nodes)]}
        binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": target}
        self._client.create(f"{path_of(pod)}/binding", binding)

    def _remove_kind(self, kind: Kind, timeout: float) -> int:
        selector, collection = generator.SAMPLE_LABEL, kind.path()
        try:
            metas = self._client.read(collection, _Metas, metadata_only=True, label_selector=selector).found
        except OpsError as error:
            if error.status == 404:
                return 0
            raise
        for _meta, result in self._client.each(lambda meta: self._remove_one(kind, meta), metas):
            if isinstance(result, OpsError):
                raise result
            self._told(1)
        uids = [meta["uid"] for meta in metas]
        left = self._client.wait_absent(collection, uids, timeout, label_selector=selector) if uids else {}
        if left:
            names = ", ".join(sorted(meta["name"] for meta in left.values())[:5])
            raise OpsError("timeout", f"{len(left)} {kind.plural} of the sample are still there: {names}")
        return len(uids)

    def _remove_one(self, kind: Kind, meta: Object) -> None:
        path = kind.path(meta.get("namespace"), meta["name"])
        deadline = time.monotonic() + _PATIENCE
        current: Object | None = {"metadata": meta}
        while current is not None and current["metadata"]["uid"] == meta["uid"]:
            try:
                version = self._release(path, current["metadata"])
                self._client.delete(path, meta["uid"], version)
                return
            except OpsError as error:
                if error.status == 404:
                    return
                # A controller changed it in between.
                if error.kind != "conflict" or time.monotonic() > deadline:
                    raise
            current = self._client.get_or_none(path)

    def _release(self, path: str, meta: Object) -> str:
        """Take the sample's own finalizers off; returns the resourceVersion after that."""
        finalizers = meta.get("finalizers") or []
        kept = [name for name in finalizers if name not in FINALIZERS]
        if kept == finalizers:
            return meta["resourceVersion"]
        change = {"metadata": {"finalizers": kept or None, "resourceVersion": meta["resourceVersion"]}}
        return self._client.patch(path, change)["metadata"]["resourceVersion"]


class _Metas:
    def __init__(self) -> None:
        self.found: list[Object] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found += [
            {key: item["metadata"].get(key) for key in ("name", "namespace", "uid", "resourceVersion", "finalizers")}
            for item in items
        ]


def simulated_nodes(client: Client) -> list[str]:
    """Names of the nodes that only look like nodes.

    :raises OpsError: refused, where there is none: then it is no practice cluster, and the sample has no place there
    """
    annotation, value = SIMULATED
    names = [
        node["metadata"]["name"]
        for page in client.pages(resource("v1", "nodes"), metadata_only=True)
        for node in page
        if (node["metadata"].get("annotations") or {}).get(annotation) == value
    ]
    if not names:
        raise OpsError(
            "refused",
            f"{client.host} has no simulated nodes, so it is no practice cluster",
            hint="The sample is for practice clusters only; bring one up with playbooks/lab_up.yml.",
        )
    return sorted(names)


def _is_established(definition: Object) -> bool:
    conditions = (definition.get("status") or {}).get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)
