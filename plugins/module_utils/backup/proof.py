# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an object of a part is the one that the index of its backup means. Pure. Private API."""

from __future__ import annotations

import json

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import WORK, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import encode

Row = tuple[str, str, str, str, str]


def problem(part: Part, namespace: str, name: str, text: bytes, row: Row | None) -> str:
    """Why an object is not what it should be, nothing when it is; without a word of what is in it.

    :param namespace: and name, as the part calls it
    :param row: what the index says in its place, if anything
    """
    called = f"{namespace}/{name}"[:200] if namespace else name[:200]
    if row is None:
        return f"{called} is not in the index"
    if row[1:3] != (namespace, name):
        return f"{called} stands where the index has {row[1]}/{row[2]}"[:500]
    try:
        item = json.loads(text)
        if not isinstance(item, dict):
            return f"{called} is no object"
        found = encode(Kind(part.resource, WORK, part.status), part.api, part.kind, item)
    except (ValueError, TypeError, RecursionError):
        return f"{called} is no object"
    if (item.get("apiVersion"), item.get("kind")) != (part.api, part.kind):
        return f"{called} is an object of another kind than {part.kind}"
    if (found.namespace, found.name, found.uid) != (namespace, name, row[3]):
        return f"{called} says that it is another one"
    return "" if found.digest.hex() == row[4] else f"{called} is not what the index says"
