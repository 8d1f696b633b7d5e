# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy a backup from one store to another as it is, part by part, with its manifest last. Private API.

Nothing is ever overwritten. A copy that was interrupted goes on where it stopped when it is run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import notes
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part, mark_path
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import Chunks
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_prove import stored_problem
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import Kept
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import AbsentError, Store


@dataclass(frozen=True, slots=True)
class Copied:
    """What had to be written, or in check mode would be; published: the manifest too."""

    parts: int
    bytes: int
    published: bool

    @property
    def changed(self) -> bool:
        return self.published or self.parts > 0


def copy(source: Store, target: Store, kept: Kept, concurrency: int, *, check: bool) -> Copied:
    """Copy one backup that is believed; each part is read back before the manifest is written.

    :param check: look what is missing, and write nothing
    :raises OpsError: then the target holds no new backup, and what it held before
    """
    data = source.get(kept.path)
    if kept.manifest is None or data is None or notes.digest(data) != kept.digest:
        raise OpsError("conflict", f"{kept.path} changed while it was copied")
    there = target.get(kept.path)
    if there not in (None, data):
        raise OpsError("conflict", f"{target.place(kept.path)} is another manifest, and nothing is overwritten")
    distinct = list({part.path: part for part in kept.manifest.everything}.values())
    new = list(_new_parts(source, target, distinct, concurrency, believed=there is not None, check=check))
    if there is None and not check:
        _publish(target, kept.path, data)
    return Copied(len(new), sum(part.bytes for part in new), there is None)


def _new_parts(
    source: Store, target: Store, parts: Iterable[Part], concurrency: int, *, believed: bool, check: bool
) -> Iterator[Part]:
    """Copy those that are missing, several at once, and yield them.

    :param believed: the manifest is there already, so those that are there were read back once
    """

    def one(part: Part) -> bool:
        return _copy_part(source, target, part, believed=believed, check=check)

    with ThreadPoolExecutor(concurrency) as pool:
        copies = [(part, pool.submit(one, part)) for part in parts]
        try:
            for part, copied in copies:
                if copied.result():
                    yield part
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _copy_part(source: Store, target: Store, part: Part, *, believed: bool, check: bool) -> bool:
    """Whether it had to be copied."""
    found = target.head(part.path)
    if found is not None:
        if not believed and not check:
            # It may have been waiting for its deletion, which must not come before the manifest.
            target.delete(mark_path(part.path))
        if not believed or found.size != part.bytes:
            _require(target, part, "and nothing is overwritten", kind="conflict")
        return False
    if not check:
        chunks = Chunks(_proved(source, part))
        try:
            ours = target.put_file(part.path, chunks, if_absent=True)
        except OpsError as error:
            raise chunks.error or error from error
        _read_back(target, part, ours=ours)
    return True


def _proved(source: Store, part: Part) -> Iterator[bytes]:
    """The bytes of a part; an error in place of their end when they are not what the manifest says.

    A store makes an object of what it got only when all of it came.
    """
    sha256, size = hashlib.sha256(), 0
    try:
        for chunk in source.read(part.path):
            sha256.update(chunk)
            size += len(chunk)
            if size > part.bytes:
                break
            yield chunk
    except AbsentError as error:
        raise OpsError("refused", f"{error.message}; it was not copied") from error
    if (sha256.hexdigest(), size) != (part.sha256, part.bytes):
        raise OpsError("refused", f"{source.place(part.path)} is not what its manifest says; it was not copied")


def _read_back(target: Store, part: Part, *, ours: bool) -> None:
    try:
        _require(target, part, "although it was just written", kind="unverified")
    except OpsError:
        if ours:
            # Left there it would stand in the way of every later copy.
            target.delete(part.path)
        raise


def _require(target: Store, part: Part, more: str, *, kind: str) -> None:
    problem = stored_problem(target, part)
    if problem:
        raise OpsError(kind, f"{target.place(part.path)} {problem}, {more}")


def _publish(target: Store, path: str, data: bytes) -> None:
    target.put(path, data, if_absent=True)
    if target.get(path) != data:
        raise OpsError("unverified", f"the store does not hold {target.place(path)} as it was written")
