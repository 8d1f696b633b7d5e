# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths into events (gjson) and into resources (sjson), and the names of headers in them. Pure. Private API."""

from __future__ import annotations

import re

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.schema import HEADER_ROOTS

_SEPARATOR = re.compile(r"(?<!\\)[.|]")
_WILD = re.compile(r"[*?#@!{}\[\]]")
_FORGE_HEADER = re.compile(r"x-(?:github|gitlab|gitea|hub)-[a-z0-9-]+", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9-]+")


def parts(path: str) -> list[str]:
    """The keys of a path; none where a wildcard or modifier lets it mean anything."""
    return [] if _WILD.search(path) else _SEPARATOR.split(path)


def root(path: str) -> str:
    """Its first key."""
    return next(iter(parts(path)), "")


def header(path: str) -> str:
    """The header that it reads, as it is written."""
    keys = parts(path)
    return keys[1] if len(keys) > 1 and keys[0] in HEADER_ROOTS else ""


def header_in_body(path: str) -> str:
    """The header of a forge that it looks for in the body, where none is."""
    keys = parts(path)
    return keys[1] if len(keys) > 1 and keys[0] == "body" and _FORGE_HEADER.fullmatch(keys[1]) else ""


def canonical(name: str) -> str:
    """A header as an event carries it: X-Github-Event, whatever the sender wrote."""
    if not _TOKEN.fullmatch(name):
        return name
    return "-".join(word[:1].upper() + word[1:].lower() for word in name.split("-"))


def is_destination(path: str) -> bool:
    """Whether it can be written to: keys and indexes with dots between them, no JSONPath and no JSON pointer."""
    return bool(path) and path[0] not in "$./" and not path.endswith(".") and not re.search(r"(?<!\\)\[", path)
