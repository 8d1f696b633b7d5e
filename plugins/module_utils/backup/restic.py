# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What restic says. Pure. Private API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text, whole

#: exit codes of restic 0.17 and later
OK, INCOMPLETE, NO_REPOSITORY, LOCKED, WRONG_PASSWORD = 0, 3, 10, 11, 12
_SNAPSHOT = re.compile(r"[0-9a-f]{8,64}")
_USER_IN_URL = re.compile(r"//[^/\s]*@")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup came to. id: of the snapshot, nothing for a dry run. bytes: of all files. added: to the repository.

    problems: what could not be read, at most 20 of them.
    """

    id: str
    files: int
    new: int
    changed: int
    bytes: int
    added: int
    problems: list[str] = field(default_factory=list)


def summary_of(output: str, errors: str) -> Summary:
    """From the lines of "restic backup --json".

    :param errors: what it wrote to standard error, as lines of JSON too
    :raises OpsError: unverified, when it did not say how it ended
    """
    said = [line for line in _lines(output) if line.get("message_type") == "summary"]
    if not said:
        raise OpsError("unverified", "restic did not say what its backup came to")
    end = said[-1]
    files, size, added = (
        whole(end.get(name)) for name in ("total_files_processed", "total_bytes_processed", "data_added")
    )
    if files is None or size is None or added is None:
        raise OpsError("unverified", "restic did not say how many files its backup holds")
    new, changed = whole(end.get("files_new")) or 0, whole(end.get("files_changed")) or 0
    return Summary(text(end.get("snapshot_id")), files, new, changed, size, added, _problems(errors)[:_SHOWN])


def require_snapshot(name: str) -> str:
    """:raises OpsError: invalid, for what is neither the id of a snapshot nor "latest\""""
    if name != "latest" and not _SNAPSHOT.fullmatch(name):
        raise OpsError("invalid", f"snapshot is {name!r:.80}; an id of restic is taken, or latest")
    return name


def require_no_user(repository: str) -> str:
    """:raises OpsError: invalid, for a URL that holds a user or a password, without showing it"""
    if _USER_IN_URL.search(repository):
        raise OpsError(
            "invalid",
            "repository holds a user or a password",
            hint="Write it into a file that only its owner may read, and give that as repository_file.",
        )
    return repository


def _problems(errors: str) -> list[str]:
    said = (line for line in _lines(errors) if line.get("message_type") == "error")
    return [f"{text(line.get('item'))}: {text(mapping(line.get('error')).get('message'))}" for line in said]


def _lines(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        try:
            yield mapping(json.loads(line))
        except (ValueError, RecursionError):
            continue  # restic mixes lines for people in
