# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a dataset in a store, and read it back: encrypted, signed, verified. Private API."""

from __future__ import annotations

import os
import tarfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import dataset as datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import files
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset import Dataset
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import ManifestError
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients, Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import (
    Place,
    digest_of,
    known_parts,
    open_part,
    store_part,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import store_id
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

_SAME_SECOND = 100
#: seconds; parts without a manifest are deleted after a day
_LONGEST = 12 * 3600
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """Whose data is kept, by which provider, for whom, and who signs it."""

    platform: str
    provider: str
    recipients: Recipients
    signer: Signer
    trusted: Trusted


@dataclass(frozen=True, slots=True)
class Content:
    """One part of a dataset: what it is called, and its files."""

    name: str
    files: Callable[[], Iterator[File]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A dataset that is in the store. place: of its manifest. new_bytes: what had to be written for it."""

    dataset: Dataset
    place: str
    new_bytes: int

    def row(self) -> dict[str, Any]:
        """As a result tells it."""
        return {
            "id": self.dataset.id,
            "provider": self.dataset.provider,
            "place": self.place,
            "bytes": self.dataset.bytes,
            "new_bytes": self.new_bytes,
            "parts": len(self.dataset.parts),
            "files": sum(part.objects for part in self.dataset.parts),
            "encrypted": bool(self.dataset.recipients),
            "facts": self.dataset.facts,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset in a store.

    dataset: nothing when it is not believed; problem says why. refers_to: paths of the parts that it names, believed or
    not; nothing (None) when nobody can tell.
    """

    id: str
    path: str
    dataset: Dataset | None
    problem: str = ""
    refers_to: frozenset[str] | None = None


def keep(store: Store, order: Order, started: datetime, contents: Sequence[Content], facts: Mapping[str, Any]) -> Kept:
    """Store the parts, read each back, and sign the manifest last.

    :raises OpsError: then there is no new dataset; unverified, when the store does not give back what was written
    """
    began = time.monotonic()
    origin = store_id(store, order.platform, create=True)
    believed = (one.dataset for one in newest_first(store, order.platform, order.provider, order.trusted))
    last = next((one for one in believed if one), None)
    key = order.signer.address_key(origin)
    known = known_parts(last.parts) if last else {}
    place = Place(store, order.platform, key, order.recipients, known, datasets.group(order.provider))
    parts, new_bytes = [], 0
    for content in contents:
        part, written = _part(place, f"{order.provider}/{content.name}", content)
        parts.append(part)
        new_bytes += written
    made = Dataset(
        id=started.strftime("%Y-%m-%dT%H-%M-%SZ"),
        platform=order.platform,
        provider=order.provider,
        started=format_time(started),
        finished=format_time(datetime.now(UTC)),
        origin=origin,
        recipients=order.recipients.names,
        parts=tuple(parts),
        facts=dict(facts),
    )
    if time.monotonic() - began > _LONGEST:
        raise OpsError("timeout", "it took over 12 hours, so parts of it may be gone by now; there is no new dataset")
    return _publish(store, order, made, new_bytes)


def newest_first(store: Store, platform: str, provider: str, trusted: Trusted) -> Iterator[Found]:
    """The datasets of a provider, each read when it is asked for."""
    paths = [meta.key for meta in store.list(f"{datasets.manifests(platform, provider)}/")]
    for path in youngest_first(path for path in paths if datasets.id_of(path)):
        yield read(store, path, trusted)


def find(store: Store, platform: str, provider: str, trusted: Trusted, wanted: str) -> Dataset:
    """One dataset that is believed.

    :param wanted: its id, or "newest"
    :raises OpsError: when there is none, saying why the one there is not believed
    """
    if wanted != "newest":
        found = read(store, datasets.path_of(platform, provider, wanted), trusted)
        if found.dataset is None:
            raise ManifestError(found.problem)
        return found.dataset
    doubted = ""
    for found in newest_first(store, platform, provider, trusted):
        if found.dataset:
            return found.dataset
        doubted = doubted or f": {found.problem}"
    raise OpsError("refused", f"there is no dataset of {provider} of platform {platform} that can be used{doubted}")


def verify(store: Store, dataset: Dataset) -> list[str]:
    """What is wrong with the stored parts of a dataset, nothing when each is as it was signed."""
    problems = []
    for part in dataset.parts:
        try:
            intact = digest_of(store, part.path) == (part.sha256, part.bytes)
        except OpsError as error:
            problems.append(f"{part.resource}: {error.message}")
        else:
            if not intact:
                problems.append(f"{part.resource}: {part.path} is not what was stored")
    return problems


def unpack(store: Store, dataset: Dataset, folder: Path, identities: list[Any]) -> int:
    """Write the files of a dataset into a new folder, each 0600; how many there are.

    :raises OpsError: refused, before anything is written, when a part is not what was stored
    """
    problems = verify(store, dataset)
    if problems:
        raise OpsError("refused", f"dataset {dataset.id} of {dataset.provider} is damaged: {problems[0]}")
    written = 0
    for part in dataset.parts:
        with open_part(store, part, identities) as stream:
            written += _unpack_part(stream, folder)
    return written


def file_on_disk(name: str, path: Path) -> File:
    """A file as it is now, to be read when its turn comes."""
    return File(name, path.stat().st_size, _pieces(path))


def _part(place: Place, resource: str, content: Content) -> tuple[Part, int]:
    counted = _Counted(content.files())
    stored = store_part(place, resource, files.tar(counted))
    if digest_of(place.store, stored.path) != (stored.sha256, stored.bytes):
        raise OpsError("unverified", f"the store does not give back {stored.path} as it was written")
    part = Part(resource, stored.path, stored.sha256, stored.bytes, stored.plain_bytes, counted.number)
    return part, stored.new_bytes


def _publish(store: Store, order: Order, made: Dataset, new_bytes: int) -> Kept:
    for number in range(1, _SAME_SECOND):
        named = replace(made, id=made.id if number == 1 else f"{made.id}-{number}")
        path, data = datasets.path_of(named.platform, named.provider, named.id), datasets.seal(named, order.signer)
        if store.put(path, data, if_absent=True):
            if store.get(path) != data:
                raise OpsError("unverified", f"the store does not give back {path} as it was written")
            return Kept(named, store.place(path), new_bytes + len(data))
    raise OpsError("conflict", f"{_SAME_SECOND - 1} datasets were started in one second; there is no new one")


def youngest_first(paths: Iterable[str]) -> list[str]:
    """Manifests by their moments, then by number: -10 is after -9. What is no manifest comes last."""
    return sorted(paths, key=_age, reverse=True)


def _age(path: str) -> tuple[str, int]:
    moment, _z, number = datasets.id_of(path).partition("Z-")
    return moment.removesuffix("Z"), int(number or 1)


def read(store: Store, path: str, trusted: Trusted) -> Found:
    """What stands under a path, believed or not."""
    name, data = datasets.id_of(path) or path.rpartition("/")[2], store.get(path)
    if data is None:
        return Found(name, path, None, f"{path} is not there")
    try:
        believed = datasets.unseal(data, path, trusted.accepts)
    except ManifestError as error:
        return Found(name, path, None, error.message, datasets.refers_to(data))
    return Found(name, path, believed, refers_to=frozenset(part.path for part in believed.parts))


def _unpack_part(stream: BinaryIO, folder: Path) -> int:
    written = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|gz", encoding="utf-8", errors="surrogateescape") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                if content is None:
                    raise OpsError("refused", f"a part holds {info.name!r:.200}, which is no file")
                target = folder / files.require_inside(info.name)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(target, content)
                written += 1
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise OpsError("refused", "a part is not readable, or only a piece of one") from error
    return written


def _write(target: Path, content: Any) -> None:
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        while piece := content.read(_PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


@dataclass
class _Counted:
    """Files that are counted while they pass."""

    source: Iterator[File]
    number: int = field(default=0)

    def __iter__(self) -> Iterator[File]:
        for file in self.source:
            self.number += 1
            yield file
