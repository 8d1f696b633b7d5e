# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The note of an upgrade in the store: read and changed under the lock of the run. Private API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import course


def handle(options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """{note, place}: as it is, or with O(fields) as it is now.

    :raises OpsError: unverified, for a note that nobody can read
    """
    key = course.key(backup_options.platform_of(options), options["what"])
    store = backup_options.look_of(options)
    note = _read(store, key) if store else {}
    if options["fields"]:
        note = course.changed({} if options["anew"] else note, options["fields"])
        if not check:
            Fence.from_option(None, options["lock"]).check()
            store = backup_options.open_of(options, create=True)
            store.put(key, json.dumps(note, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n")
    return {"note": note, "place": store.place(key) if store else ""}


def _read(store: Store, key: str) -> dict[str, Any]:
    data = store.get(key)
    if data is None:
        return {}
    try:
        note = json.loads(data)
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict) or note.get("schema") != 1:
        raise OpsError(
            "unverified",
            f"{store.place(key)} is no note of an upgrade, so nobody knows whether one goes on",
            hint="Look what the control plane runs; when no upgrade goes on, remove that file and run again.",
        )
    return note
