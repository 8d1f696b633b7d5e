# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the parts of specifications stand in objects of each kind: data of role component_upgrade. Pure. Private API.

A path may begin with the name of a place in braces, {template}.priority. It then is as many paths as that place has in
the kind that is looked at, so that a release names a field once, wherever a specification is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence

#: paths by plural of the kind, by name of the place
Places = Mapping[str, Mapping[str, tuple[str, ...]]]

_BEGINS = re.compile(r"\{([a-z_]+)\}(?:\.|$)")


def read(data: Mapping[str, Any], where: str) -> Places:
    """Places from their data, {name: {plural: [paths]}}; a path may begin with a place that stands before it.

    :raises OpsError: invalid, naming the place and what is missing
    """
    known: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, by_plural in data.items():
        rows = {
            plural: [one for one in sequence(row) if isinstance(one, str)] for plural, row in mapping(by_plural).items()
        }
        if not rows or not all(rows.values()):
            raise OpsError("invalid", f"{where}.{name}: it is empty; give a list of paths for each kind")
        known[name] = {plural: paths(known, row, plural, f"{where}.{name}") for plural, row in rows.items()}
    return known


def paths(known: Places, written: Iterable[str], plural: str, where: str) -> tuple[str, ...]:
    """What is written, as paths in objects of a kind.

    :raises OpsError: invalid, where a place is not known, or not in that kind
    """
    found: list[str] = []
    for path in written:
        begins = _BEGINS.match(path)
        if begins is None:
            found.append(path)
            continue
        name = begins.group(1)
        if plural not in known.get(name, {}):
            raise OpsError("invalid", f"{where}: nobody has said where {name} stands in {plural}; name it in places")
        rest = path[begins.end() :]
        found += [f"{at}.{rest}" if rest else at for at in known[name][plural]]
    return tuple(found)


def called(path: str) -> str:
    """The path as people read it: "priority of template" for {template}.priority."""
    begins = _BEGINS.match(path)
    return f"{path[begins.end() :]} of {begins.group(1)}" if begins else path
