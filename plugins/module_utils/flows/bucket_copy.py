# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy what a bucket lacks of another one, and read back every byte that was written. Private API."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.bucket import Plan, Wanted, plan
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import error_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import digest_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import local_folder
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store

CHECK = "bucket_copy"
_MOST_AT_ONCE = 64


def copy(options: Mapping[str, Any], *, check: bool) -> tuple[list[Action], Plan]:
    """What became of each object that was to be copied or that differs, and the whole plan.

    :param check: look at both and write nothing
    :raises OpsError: before anything is written, when a bucket cannot be opened or listed
    """
    if not 1 <= options["concurrency"] <= _MOST_AT_ONCE:
        raise OpsError("invalid", f"concurrency is {options['concurrency']}; it must lie between 1 and {_MOST_AT_ONCE}")
    _require_apart(options["source"], options["target"])
    url, prefix = options["target"], options["prefix"]
    source = open_store(options["source"], options["source_options"], create=False)
    if check and _is_absent(url):
        made = plan(source.list(prefix), {})
        return [_action(url, one, "planned") for one in made.copy], made
    target = open_store(url, options["target_options"], create=not check)
    made = plan(source.list(prefix), {meta.key: meta for meta in target.list(prefix)})
    pair = _Pair(source, target, url)
    wrong = [_differs(url, key, "it has another size here and is newer") for key in made.differs]
    with ThreadPoolExecutor(options["concurrency"]) as pool:
        if options["compare"] == "content":
            wrong += [one for one in _shown(pool.map(pair.compared, made.same), len(made.same), "compared") if one]
        if check:
            return [*wrong, *(_action(url, one, "planned") for one in made.copy)], made
        done = _shown(pool.map(pair.copied, made.copy), len(made.copy), "copied")
        return [*wrong, *done], made


def report(options: Mapping[str, Any], *, check: bool) -> tuple[dict[str, Any], OpsError | None]:
    """The result of the module, and the failure that its worst outcome amounts to.

    :raises OpsError: as copy
    """
    meter = Meter()
    done, made = copy(options, check=check)
    ordered = actions.worst_of(done)
    rows, rows_file = present((one.row() for one in ordered), options["rows_directory"], CHECK)
    result = {
        "changed": actions.changed(ordered),
        "line": line(ordered, made),
        "total": sum(one.outcome in ("changed", "planned", "unverified") for one in ordered),
        "rows": rows,
        "rows_file": rows_file,
        "findings": findings(ordered, options["target"]),
        "cost": meter.read(),
    }
    # What differs is told and judged; only a copy that went wrong is a failure.
    return result, error_of([one for one in ordered if one.outcome != "refused"])


def findings(done: Sequence[Action], target: str) -> list[dict[str, Any]]:
    """What did not end well, else that the target holds all of it; nothing where that is only planned."""
    bad = actions.findings(done, CHECK)
    if bad or any(one.outcome == "planned" for one in done):
        return bad
    return [finding(CHECK, "ok", subject("Bucket", "", target), "the target holds everything that the source holds")]


def line(done: Iterable[Action], made: Plan) -> str:
    """ "3 copied · 12 the same · 1 at the target alone"."""
    outcomes = [one.outcome for one in done]
    words = (
        (outcomes.count("changed"), "copied"),
        (outcomes.count("planned"), f"would be copied ({as_bytes(made.bytes)})"),
        (outcomes.count("failed") + outcomes.count("unverified"), "not copied"),
        (outcomes.count("refused"), "differ"),
        (len(made.same), "the same by size and time"),
        (made.extra, "at the target alone"),
    )
    return " · ".join(f"{text.number(count)} {what}" for count, what in words if count) or "both are empty"


class _Pair:
    """Two stores, and what is done between them to one object."""

    def __init__(self, source: Store, target: Store, url: str) -> None:
        """:param url: of the target"""
        self._source = source
        self._target = target
        self._url = url

    def copied(self, wanted: Wanted) -> Action:
        stream: Any = _Hashed(self._source.read(wanted.key))
        try:
            written = self._target.put_file(wanted.key, stream, if_absent=not wanted.replaces)
            if not written:
                return _action(self._url, wanted, "refused", "another writer made it meanwhile; look at it again")
            if digest_of(self._target, wanted.key) != stream.digest():
                return _action(self._url, wanted, "unverified", "the target does not give back what was written")
        except OpsError as error:
            return _action(self._url, wanted, "failed", error.message)
        return _action(self._url, wanted, "changed")

    def compared(self, key: str) -> Action | None:
        """Nothing when both have the same bytes."""
        try:
            if digest_of(self._source, key) == digest_of(self._target, key):
                return None
        except OpsError as error:
            return _differs(self._url, key, error.message, outcome="unverified")
        return _differs(self._url, key, "its content is another one here, and it is not older")


class _Hashed:
    """Chunks as a file to read from, hashed while they pass."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""
        self._hash = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most so many; nothing at the end."""
        if not self._left:
            self._left = next(self._chunks, b"")
            self._hash.update(self._left)
            self._size += len(self._left)
        piece = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(piece) :]
        return piece

    def digest(self) -> tuple[str, int]:
        """SHA-256 and length of what was read."""
        return self._hash.hexdigest(), self._size


def _require_apart(source: str, target: str) -> None:
    one, other = (f"{url.removeprefix('file://').rstrip('/')}/" for url in (source, target))
    if one.startswith(other) or other.startswith(one):
        raise OpsError("invalid", f"target {target} and source {source} are not apart: one lies in the other")


def _is_absent(url: str) -> bool:
    """Whether it is a folder that the first copy makes."""
    folder = local_folder(url)
    return folder is not None and not os.path.isdir(os.path.expanduser(folder))


def _shown(done: Iterable[Any], total: int, what: str) -> list[Any]:
    progress = Progress(CHECK, total)
    made = []
    for one in done:
        made.append(one)
        progress.step()
    return made


def _action(url: str, wanted: Wanted, outcome: str, reason: str = "") -> Action:
    detail = f"{as_bytes(wanted.size)}, over an older one" if wanted.replaces else as_bytes(wanted.size)
    return Action("Object", "", wanted.key, "", "copy", "copied", outcome, detail, reason, f"{url}/{wanted.key}")


def _differs(url: str, key: str, reason: str, outcome: str = "refused") -> Action:
    return Action("Object", "", key, "", "copy", "copied", outcome, "", reason, f"{url}/{key}")
