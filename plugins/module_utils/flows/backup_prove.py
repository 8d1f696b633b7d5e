# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the parts of a backup are what its manifest says: as they are stored, and decrypted. Private API.

Nothing of what is in them is kept, and nothing of it stands in a problem but names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive, proof
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import open_part
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import AbsentError, Store

Problem = tuple[Part, str]


def stored(store: Store, parts: Iterable[Part], concurrency: int) -> dict[str, str]:
    """{path: why the part is not what it should be, nothing when it is}, several looked at at once.

    :raises OpsError: when the store does not answer; then nobody knows
    """
    distinct = list({part.path: part for part in parts}.values())
    with ThreadPoolExecutor(concurrency) as pool:
        looks = [pool.submit(stored_problem, store, part) for part in distinct]
        try:
            return {part.path: look.result() for part, look in zip(distinct, looks, strict=True)}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def stored_problem(store: Store, part: Part) -> str:
    """Why a part is not stored as its manifest says, nothing when it is.

    :raises OpsError: when the store does not answer
    """
    sha256, size = hashlib.sha256(), 0
    try:
        for chunk in store.read(part.path):
            sha256.update(chunk)
            size += len(chunk)
            if size > part.bytes:
                return f"is longer than its {part.bytes:,} bytes"
    except AbsentError:
        return "is not there"
    if size < part.bytes:
        return f"is cut short: {size:,} of {part.bytes:,} bytes"
    return "" if sha256.hexdigest() == part.sha256 else "holds other bytes than were written"


def recipients_problem(manifest: Manifest, part: Part) -> str:
    """Why a part is for others than the manifest names, nothing when it is for them; its path says for whom it is."""
    found, named = part.path.split("/")[-2].partition(".")[2], Recipients((), manifest.recipients).id
    return "" if found == named else "is for others than the manifest names"


def opened(store: Store, manifest: Manifest, identities: list[Any], *, deep: bool) -> Iterator[Problem]:
    """What is wrong with a backup whose parts are stored as its manifest says, seen from inside.

    :param deep: read every object and compare it with the index; else read the index alone, which proves that the
        identities can decrypt what was encrypted for the same recipients
    """
    part = manifest.index
    try:
        with open_part(store, part, identities) as file:
            rows = archive.index_rows(file)
            if deep:
                yield from _every_object(store, manifest, identities, rows)
            elif sum(1 for _row in rows) != part.objects:
                yield part, f"does not list as many objects as the manifest says ({part.objects:,})"
    except OpsError as error:
        if error.kind not in ("invalid", "refused"):
            raise
        yield part, f"cannot be read: {_told(error, manifest)}"


def _every_object(
    store: Store, manifest: Manifest, identities: list[Any], rows: Iterator[proof.Row]
) -> Iterator[Problem]:
    """The index lists the kinds in the order of the parts, and the objects of each in the order of its part."""
    kinds = groupby(rows, key=lambda row: row[0])
    for part in manifest.parts:
        listed: Iterator[proof.Row] = iter(())
        if part.objects:
            resource, listed = next(kinds, ("nothing", iter(())))
            if resource != part.resource:
                yield part, f"is not in the index, which has {resource:.80} in its place"
                return
        words = _objects_problem(store, manifest, part, identities, listed)
        if words:
            yield part, words
    rest = next(kinds, None)
    if rest is not None:
        yield manifest.index, f"lists {rest[0]:.80}, of which there is no part"


def _objects_problem(
    store: Store, manifest: Manifest, part: Part, identities: list[Any], listed: Iterator[proof.Row]
) -> str:
    count = 0
    try:
        with open_part(store, part, identities) as file:
            for namespace, name, text in archive.objects(file):
                words = proof.problem(part, namespace, name, text, next(listed, None))
                if words:
                    return words
                count += 1
    except OpsError as error:
        if error.kind not in ("invalid", "refused"):
            raise
        return f"cannot be read: {_told(error, manifest)}"
    if next(listed, None) is not None:
        return "holds fewer objects than the index lists"
    return "" if count == part.objects else f"holds {count:,} objects, and the manifest says {part.objects:,}"


def _told(error: OpsError, manifest: Manifest) -> str:
    named = ", ".join(manifest.recipients)
    return f"{error.message}; it is encrypted for {named:.500}" if named else error.message
