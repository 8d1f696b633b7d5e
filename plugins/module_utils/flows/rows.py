# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Result rows: some in the result, all of them in a file when they are many. Private API."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

IN_RESULT = 1000


def present(rows: Iterable[dict[str, Any]], directory: str | None, name: str) -> tuple[list[dict[str, Any]], str]:
    """(the first 1,000 rows, "" or the path of a JSON-lines file that holds every row).

    :param directory: where the file goes, made when needed; by default rows/ in the state folder of the collection
    :raises OpsError: invalid, when the file cannot be written
    """
    every = iter(rows)
    first = list(itertools.islice(every, IN_RESULT))
    more = next(every, None)
    if more is None:
        return first, ""
    folder = os.path.expanduser(directory or _state_folder())
    path = os.path.join(folder, f"{name}.jsonl")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            for row in itertools.chain(first, [more], every):
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise OpsError("invalid", f"rows_directory: {path} cannot be written: {error.strerror}") from error
    return first, path


def _state_folder() -> str:
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return os.path.join(os.path.expanduser(base), "agent_platform_ops", "rows")
