# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins in filters: whether one and the same is spelled in several ways. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:\[bot\])?")


def login(pattern: str) -> str:
    """The login that a pattern stands for; nothing for one that stands for more, or takes any case."""
    plain = pattern.removeprefix("^").removesuffix("$")
    plain = re.sub(r"\\([\[\].-])", r"\1", plain)
    return plain if _LOGIN.fullmatch(plain) else ""


def spellings(sensors: Iterable[Document]) -> dict[str, set[str]]:
    """By login in small letters, how the filters of all sensors spell it."""
    found: dict[str, set[str]] = {}
    for sensor in sensors:
        for dependency in map(mapping, sequence(sensor.spec.get("dependencies"))):
            for one in map(mapping, sequence(mapping(dependency.get("filters")).get("data"))):
                for value in filter(None, map(login, _patterns(one))):
                    found.setdefault(value.lower(), set()).add(value)
    return found


def others(path: str, patterns: Iterable[str], known: Mapping[str, set[str]]) -> list[str]:
    """Spellings of its logins that a filter does not take and another one does."""
    if not _is_login(path):
        return []
    own = {login(pattern) for pattern in patterns}
    # A filter that names two spellings of one login means both.
    return sorted({other for one in own for other in known.get(one.lower(), ()) if other not in own})


def _patterns(item: dict) -> Iterable[str]:
    return [text(value) for value in sequence(item.get("value"))] if _is_login(text(item.get("path"))) else []


def _is_login(path: str) -> bool:
    return path == "login" or path.endswith(".login")
