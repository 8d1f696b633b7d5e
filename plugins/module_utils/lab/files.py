# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files of a practice cluster: private, whole, and nobody else's. Private API."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, path)


def read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def replace_link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def require_own(directory: Path, known: tuple[str, ...]) -> None:
    """Refuse a folder that holds anything but what a practice cluster puts there: it is about to be emptied.

    :param known: beginnings of names
    """
    foreign = sorted(entry.name for entry in directory.iterdir() if not entry.name.startswith(known))
    if foreign:
        raise OpsError(
            "refused",
            f"{directory} holds {foreign[0]}, which is not of a practice cluster",
            hint="Set lab_directory to a folder of its own; nothing was touched.",
        )


def empty(directory: Path) -> None:
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def lock_folder(directory: Path, seconds: float) -> int | None:
    """Make a folder and lock it; the lock lasts until the returned descriptor is closed.

    :returns: None when another process held the lock all the time
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The one before us may have removed the folder, and then we hold the lock of a ghost.
            if directory.is_dir() and os.path.samestat(os.fstat(descriptor), directory.stat()):
                return descriptor
        except BlockingIOError:
            time.sleep(0.2)
        os.close(descriptor)
    return None
