# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read every kind of a cluster once, at one resourceVersion each, into parts of a backup. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind, Served, served
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part, Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.selection import left_out
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import Encoded, encode
from ansible_collections.agent_platform.ops.plugins.module_utils.collector import resting_collector
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import Place, Stored, store_part
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import GoneError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import ADAPTIVE
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress

INDEX = "index"
_RESTARTS = 3
_INDEX_ROWS = 5000  # in one member of the index, so that it is written in constant memory


@dataclass
class Kinds:
    """What was read. new_bytes: written for it. named: objects that others make anew, by reason."""

    parts: list[Part] = field(default_factory=list)
    index: Part | None = None
    skipped: list[Skipped] = field(default_factory=list)
    new_bytes: int = 0
    named: dict[str, list[str]] = field(default_factory=dict)

    def add(self, part: Part, done: Pass, stored: Stored) -> None:
        """One kind that was read to its end."""
        self.parts.append(part)
        self.new_bytes += stored.new_bytes
        if done.named:
            self.named["external_secret"] = done.named


class Pass:
    """One kind, read from its beginning: its objects are encoded, and its index is kept."""

    def __init__(self, client: Client, kind: Served, owners: frozenset[tuple[str, str]], progress: Progress) -> None:
        self.version = ""
        self.objects = 0
        self.left_out: Counter[str] = Counter()
        self.named: list[str] = []
        self.index = _Index(kind.kind.resource)
        self._client = client
        self._served = kind
        self._owners = owners
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        """The tar of the part, piece by piece."""
        for encoded in self.encoded():
            self.index.add(encoded)
            yield archive.member(encoded.namespace, encoded.name, encoded.text)
        yield archive.end()

    def encoded(self) -> Iterator[Encoded]:
        """The objects that are kept.

        :raises GoneError: the snapshot expired midway; start again with another pass
        """
        kind, api, name = self._served.kind, self._served.api, self._served.name
        for version, items in self._client.versioned_pages(resource(api, kind.plural), limit=ADAPTIVE):
            self.version = version
            for item in items:
                reason = left_out(kind, item, self._owners)
                if reason:
                    self._leave(reason, item["metadata"])
                    continue
                self.objects += 1
                yield encode(kind, api, name, item)
            self._progress.step(len(items))

    def _leave(self, reason: str, metadata: dict[str, str]) -> None:
        self.left_out[reason] += 1
        if reason == "external_secret":
            self.named.append(f"{metadata.get('namespace')}/{metadata.get('name')}")


class _Index:
    """The rows of one kind, compressed as they come."""

    def __init__(self, resource_name: str) -> None:
        self._resource = resource_name
        self._rows: list[tuple[str, str, str, str, str]] = []
        self._members: list[bytes] = []

    def add(self, encoded: Encoded) -> None:
        row = (self._resource, encoded.namespace, encoded.name, encoded.uid, encoded.digest.hex())
        self._rows.append(row)
        if len(self._rows) == _INDEX_ROWS:
            self._close()

    def members(self) -> list[bytes]:
        """Compressed members of the index."""
        if self._rows:
            self._close()
        return self._members

    def _close(self) -> None:
        name = f"{len(self._members):06d}"
        self._members.append(
            archive.pack(archive.member(self._resource, name, b"".join(archive.index_lines(self._rows))))
        )
        self._rows = []


def read_kinds(client: Client, kinds: Sequence[Kind], recipients: Recipients, place: Place | None) -> Kinds:
    """Read all kinds, and store a part for each.

    :param place: nothing in check mode: everything is read and decided, and nothing is stored
    """
    discovery = client.discover()
    found, missing = served(kinds, discovery.rows)
    read = Kinds(skipped=[_missing(kind, discovery.stale) for kind in missing])
    owners = frozenset((one.kind.group, one.name) for one in found)
    members: list[bytes] = []
    refusal: OpsError | None = None
    progress = Progress("backup", 0)
    for one in found:
        if one.kind.resource == "secrets" and not recipients.keys:
            read.skipped.append(Skipped("secrets", "left out: nobody is named for whom to encrypt them"))
            continue
        try:
            with resting_collector():
                done, stored = _read_kind(client, one, owners, place, progress)
        except OpsError as error:
            if error.status is None:
                raise  # nobody answers, or the store does not take it
            refusal = refusal or error
            read.skipped.append(Skipped(one.kind.resource, f"could not be read: {error.message}", lost=True))
            continue
        read.add(_part(one, done, stored), done, stored)
        members += done.index.members()
    if refusal and not read.parts:
        raise refusal
    objects = sum(part.objects for part in read.parts)
    index = _store(place, INDEX, _unpacked(members))
    read.index = Part(INDEX, index.path, index.sha256, index.bytes, index.plain_bytes, objects)
    read.new_bytes += index.new_bytes
    return read


def _missing(kind: Kind, stale: tuple[str, ...]) -> Skipped:
    if kind.group in stale:
        return Skipped(kind.resource, f"the server of API group {kind.group} does not answer", lost=True)
    return Skipped(kind.resource, "the server has no such kind")


def _read_kind(
    client: Client, kind: Served, owners: frozenset[tuple[str, str]], place: Place | None, progress: Progress
) -> tuple[Pass, Stored]:
    for _attempt in range(_RESTARTS):
        one = Pass(client, kind, owners, progress)
        try:
            return one, _store(place, kind.kind.resource, one)
        except GoneError:
            continue
        except RecursionError:
            message = f"one of the {kind.kind.resource} is nested too deeply"
            raise OpsError("invalid", message, status=200) from None
    raise OpsError(
        "timeout",
        f"{kind.kind.resource} changed faster than they could be read, {_RESTARTS} times",
        status=410,
        hint="The API server forgets snapshots very quickly; try again when it is less busy.",
    )


def _store(place: Place | None, name: str, plain: Iterable[bytes]) -> Stored:
    if place is not None:
        return store_part(place, name, plain)
    return Stored("", "", 0, sum(len(data) for data in plain), 0)


def _unpacked(members: list[bytes]) -> Iterator[bytes]:
    for packed in members:
        yield archive.unpack(packed)
    yield archive.end()


def _part(kind: Served, done: Pass, stored: Stored) -> Part:
    return Part(
        resource=kind.kind.resource,
        path=stored.path,
        sha256=stored.sha256,
        bytes=stored.bytes,
        plain_bytes=stored.plain_bytes,
        objects=done.objects,
        api=kind.api,
        kind=kind.name,
        namespaced=kind.namespaced,
        status=kind.kind.status,
        version=done.version,
        left_out=dict(sorted(done.left_out.items())),
    )
