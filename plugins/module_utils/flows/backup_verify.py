# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify backups in a store, tell what is wrong with them, and note how it ended. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest, notes, verdict
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.notes import Note
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.verdict import Problem, Verdict
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, backup_prove
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import (
    Kept,
    newest_first,
    read_manifest,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

NEWEST, ALL = "newest", "all"
_COULD_NOT_LOOK = ("unreachable", "timeout", "forbidden", "unverified")
_MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be verified. backup: an id, newest or all. signer: who notes how it ended, if anybody does."""

    platform: str
    backup: str
    trusted: Trusted
    identities: list[Any]
    deep: bool
    signer: Signer | None
    concurrency: int = 4


def order_of(options: Mapping[str, Any]) -> Order:
    """What the options of the module ask for, judged before anything is read.

    :raises OpsError: naming the option
    """
    platform = backup_options.platform_of(options)
    require_wanted(platform, options)
    trusted = backup_options.trusted_of(options)
    return Order(
        platform,
        options["backup"],
        trusted,
        backup_options.identities_of(options["identity"]),
        options["deep"],
        backup_options.trusted_signer_of(options["signing_key"], trusted) if options["signing_key"] else None,
        options["concurrency"],
    )


def require_wanted(platform: str, options: Mapping[str, Any]) -> None:
    """:raises OpsError: invalid, when backup names none, or concurrency makes no sense"""
    if options["backup"] not in (NEWEST, ALL):
        manifest.path_of(platform, options["backup"])
    if not 1 <= options["concurrency"] <= _MOST_AT_ONCE:
        words = f"concurrency is {options['concurrency']}; it must lie between 1 and {_MOST_AT_ONCE}"
        raise OpsError("invalid", words)


def look(options: Mapping[str, Any], now: datetime, *, check: bool) -> dict[str, Any]:
    """{backups, findings, line, measures}; a store that does not answer is an unknown finding.

    :param check: note nothing
    :raises OpsError: when the options make no sense
    """
    order = order_of(options)
    try:
        store = backup_options.open_of(options)
        return verdict.told(list(verify(store, order, now, check=check)), order.platform, order.backup, now)
    except OpsError as error:
        if error.kind not in _COULD_NOT_LOOK:
            raise
        return verdict.nothing_seen(order.platform, error.message)


def verify(store: Store, order: Order, now: datetime, *, check: bool = False) -> Iterator[Verdict]:
    """What became of each backup that was to be verified; of newest also those that came after it and are no use.

    :raises OpsError: when the store does not answer
    """
    looks: dict[str, str] = {}
    for kept in _chosen(store, order, now):
        done = Verdict(kept.id, store.place(kept.path), kept.manifest, doubt=kept.problem, deep=order.deep)
        if kept.manifest and _is_wanted(kept, order, now):
            done.looked = True
            done.problems = list(_problems(store, kept, order, looks))
            done.noted = _noted(store, order, kept, done, now, check=check)
        yield done


def _chosen(store: Store, order: Order, now: datetime) -> Iterable[Kept]:
    if order.backup not in (NEWEST, ALL):
        yield read_manifest(store, manifest.path_of(order.platform, order.backup), order.trusted)
        return
    for kept in newest_first(store, order.platform, order.trusted):
        yield kept
        if order.backup == NEWEST and _is_wanted(kept, order, now):
            return


def _is_wanted(kept: Kept, order: Order, now: datetime) -> bool:
    """Whether a backup is looked into: of newest, the first one that a restore would take."""
    if kept.manifest is None or order.backup != NEWEST:
        return kept.manifest is not None
    return kept.manifest.is_usable and not verdict.is_future(kept.manifest, now)


def _problems(store: Store, kept: Kept, order: Order, looks: dict[str, str]) -> Iterator[Problem]:
    """:param looks: {path: problem} of the parts that were looked at already, which backups share"""
    known = kept.manifest
    if known is None:
        return
    if order.deep and known.recipients and not order.identities:
        words = f"backup {known.id} is encrypted for {', '.join(known.recipients):.500}"
        raise OpsError("invalid", f"deep: {words}; give the identity of one of them")
    new = [part for part in known.everything if part.path not in looks]
    looks |= backup_prove.stored(store, new, order.concurrency)
    whole = True
    for part in known.everything:
        words = looks[part.path] or backup_prove.recipients_problem(known, part)
        if words:
            whole = False
            yield Problem(part.resource, part.path, words)
    if whole and (order.identities or order.deep):
        for part, words in backup_prove.opened(store, known, order.identities, deep=order.deep):
            yield Problem(part.resource, part.path, words)


def _noted(store: Store, order: Order, kept: Kept, done: Verdict, now: datetime, *, check: bool) -> bool:
    if order.signer is None or check:
        return False
    first = done.problems[0] if done.problems else None
    words = f"{first.resource} {first.words}" if first else ""
    note = Note(kept.id, order.platform, kept.digest, format_time(now), first is None, order.deep, words[:500])
    return store.put(notes.path_of(order.platform, kept.id), notes.seal(note, order.signer))


def note_of(store: Store, platform: str, kept: Kept, trusted: Trusted) -> Note | None:
    """How the last verification of a backup ended, as far as somebody says so who is trusted.

    :raises OpsError: when the store does not answer
    """
    path = notes.path_of(platform, kept.id)
    data = store.get(path)
    try:
        note = notes.unseal(data, path, trusted.accepts) if data is not None else None
    except manifest.ManifestError:
        return None
    return note if note and note.manifest == kept.digest else None
