# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which fields two objects differ, told without what is secret. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import own_part
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping

_SECRET = ("data", "stringData")
_DEEPEST = 12


def lost(wanted: Any, found: Any, at: str = "") -> Iterator[str]:
    """Paths of the fields that are not as they were wanted; what the cluster added besides is none of them."""
    if isinstance(wanted, dict) and isinstance(found, dict) and at.count(".") < _DEEPEST:
        for key, value in wanted.items():
            path = f"{at}.{key}" if at else str(key)
            if key not in found:
                if value not in (None, {}, [], ""):
                    yield path
            else:
                yield from lost(value, found[key], path)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for position, value in enumerate(wanted):
            yield from lost(value, found[position], f"{at}[{position}]")
    elif wanted != found:
        yield at


def shown(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Any, Any]:
    """What is an object's own before and after, for a diff: values of Secrets are only told to differ, and texts that
    look like secrets are hidden."""
    told = [own_part(kind, before), own_part(kind, after)]
    if kind.resource == "secrets":
        for part in _SECRET:
            old, new = (mapping(one.get(part)) for one in told)
            differs = {key for key in {*old, *new} if old.get(key) != new.get(key)}
            for one, values, word in ((told[0], old, "before"), (told[1], new, "after")):
                if values:
                    one[part] = {key: f"[value {word}]" if key in differs else "[same value]" for key in values}
    return redaction.document(told[0]), redaction.document(told[1])
