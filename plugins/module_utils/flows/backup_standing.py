# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the newest backups in a store stand: believed, complete, with all their parts, verified. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import Kept, newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_verify import note_of
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

MOST = 30


def standing(store: Store, platform: str, trusted: Trusted) -> list[dict[str, Any]]:
    """{key, believed, finished, complete, proved, problem} of the newest backups, down to the first that was proved.

    proved: what the last verification said and, whatever that was, False when parts of it are missing; None when nobody
    has verified it. problem: why it is not believed or not proved.

    :raises OpsError: when the store does not answer
    """

    @cache
    def sizes() -> Mapping[str, int]:
        return {meta.key: meta.size for meta in store.list(f"{manifest.folder(platform)}/parts")}

    found = []
    for kept in newest_first(store, platform, trusted):
        one = _standing(store, platform, kept, trusted)
        if one["complete"]:
            one |= _missing(kept, sizes())
        found.append(one)
        if one["proved"] or len(found) == MOST:
            break
    return found


def _standing(store: Store, platform: str, kept: Kept, trusted: Trusted) -> dict[str, Any]:
    known = kept.manifest
    if known is None:
        nothing = {"finished": None, "complete": None, "proved": None}
        return {"key": kept.id, "believed": False, **nothing, "problem": kept.problem}
    note = note_of(store, platform, kept, trusted)
    return {
        "key": kept.id,
        "believed": True,
        "finished": known.finished,
        "complete": known.is_complete,
        "proved": note.ok if note else None,
        "problem": note.problem if note else "",
    }


def _missing(kept: Kept, sizes: Mapping[str, int]) -> dict[str, Any]:
    """What changes when parts of a backup are not there as they were written."""
    parts = kept.manifest.everything if kept.manifest else ()
    missing = [part for part in parts if sizes.get(part.path) != part.bytes]
    if not missing:
        return {}
    words = f"{len(missing):,} of its {counted(len(parts), 'part')} are missing, such as {missing[0].resource}"
    return {"proved": False, "problem": words}
