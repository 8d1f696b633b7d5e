# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups of a platform in a store: which there are, and which are believed. Private API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest, notes
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, ManifestError
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in a store.

    manifest: nothing when it is not believed; problem says why. refers_to: paths of the parts that it names, believed
    or not; nothing (None) when nobody can tell. digest: by which a note names the manifest.
    """

    id: str
    path: str
    manifest: Manifest | None
    problem: str = ""
    refers_to: frozenset[str] | None = None
    digest: str = ""


def store_id(store: Store, platform: str, *, create: bool) -> str:
    """The id of the store for a platform; made by the first backup, of several at once by one of them.

    :param create: without it, an id that is not there is nothing
    """
    path = f"{manifest.folder(platform)}/store.json"
    found = store.get(path)
    if found is None and create:
        store.put(path, json.dumps({"id": str(uuid.uuid4())}).encode() + b"\n", if_absent=True)
        found = store.get(path)
    try:
        return str(json.loads(found)["id"]) if found else ""
    except (ValueError, KeyError, TypeError) as error:
        raise OpsError("invalid", f"{store.place(path)} does not say the id of the store") from error


def newest_first(store: Store, platform: str, trusted: Trusted) -> Iterator[Kept]:
    """The backups of a platform, each read when it is asked for.

    :raises OpsError: when the store does not answer
    """
    for path in sorted(_paths(store, platform), key=_moment_and_number, reverse=True):
        yield read_manifest(store, path, trusted)


def next_number(store: Store, platform: str, moment: str) -> int:
    """The number of a backup behind all of the same moment, so that it is the newest of them: 1 for the first.

    :param moment: the id of a backup without a number
    """
    named = [_moment_and_number(path) for path in _paths(store, platform)]
    return max((max(number, 1) + 1 for name, number, _id in named if name == moment), default=1)


def _paths(store: Store, platform: str) -> list[str]:
    return [meta.key for meta in store.list(f"{manifest.folder(platform)}/manifests/")]


def _moment_and_number(path: str) -> tuple[str, int, str]:
    """Of two with the same moment the later one has the larger number behind it."""
    name = manifest.id_of(path) or path.rpartition("/")[2]
    number = name[21:]
    return name[:20], int(number) if number.isdecimal() else 0, name


def read_manifest(store: Store, path: str, trusted: Trusted) -> Kept:
    """What stands under a path, believed or not."""
    name = manifest.id_of(path) or path.rpartition("/")[2]
    data = store.get(path)
    if data is None:
        return Kept(name, path, None, f"{path} is not there")
    try:
        believed = manifest.unseal(data, path, trusted.accepts)
    except ManifestError as error:
        return Kept(name, path, None, error.message, manifest.refers_to(data))
    parts = frozenset(part.path for part in believed.everything)
    return Kept(name, path, believed, refers_to=parts, digest=notes.digest(data))


def find(store: Store, platform: str, trusted: Trusted, wanted: str) -> Manifest:
    """One backup that is believed.

    :param wanted: its id, or "newest": the newest complete one that is believed and was not taken before a restore
    :raises OpsError: when there is none, saying why the ones there are not believed
    """
    if wanted != "newest":
        kept = read_manifest(store, manifest.path_of(platform, wanted), trusted)
        if kept.manifest is None:
            raise ManifestError(kept.problem)
        return kept.manifest
    doubted = ""
    for kept in newest_first(store, platform, trusted):
        if kept.manifest and kept.manifest.is_usable:
            return kept.manifest
        taken_before = kept.manifest and kept.manifest.before
        why = f"was taken before the restore of {taken_before}" if taken_before else "is not complete"
        doubted = doubted or kept.problem or f"{kept.path} {why}"
    why = f": {doubted}" if doubted else ""
    raise OpsError("refused", f"there is no backup of platform {platform} that can be used{why}")
