# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that Argo Events does not know: a custom resource keeps them, and no controller looks at them. Pure.

Private API.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import schema


def strangers(level: str, item: dict, besides: Collection[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, facts) of each unknown field; nothing for a level that is not listed.

    :param besides: names that are told in another way
    """
    known = schema.FIELDS.get(level)
    for name in item if known else ():
        if name not in known and name not in besides:
            near = get_close_matches(str(name), known, n=1)
            yield str(name), {"name": str(name), "level": level, "near": near[0] if near else "", "known": list(known)}
