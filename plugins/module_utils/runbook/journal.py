# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a run: one file of JSON lines, there from the first moment until its record is in the store.

It reads and writes files and looks at processes, unlike the rest of this package. A journal that is left over
belongs to a run that was killed. Private API.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process

Event = dict
DETAILS = "+"


def folder(state_directory: str, platform: str, runbook: str) -> Path:
    """Where the journals of a runbook on a platform lie."""
    return Path(state_directory) / "journal" / platform / runbook


def create(path: Path, event: Event) -> None:
    """Begin a journal; FileExistsError when another run began it."""
    line = _line(event)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(line)


def append(path: Path, event: Event, details: tuple[str, ...] = ()) -> None:
    """Add one event; a single write, so that a kill leaves at most a last line that is cut.

    :param details: fields that only the record needs; they may be long and get a line of their own before the event
    """
    long = {field: event[field] for field in details}
    short = {field: value for field, value in event.items() if field not in details}
    with path.open("a", encoding="utf-8") as stream:
        stream.write((DETAILS + _line(long) if long else "") + _line(short))


def read(path: Path, *, details: bool = True) -> list[Event]:
    """All whole events; a line cut by a kill is left out.

    :param details: whether to read the long fields too, which costs time with each of thousands of findings
    """
    return list(_whole_lines(path, details))


def _whole_lines(path: Path, details: bool) -> Iterator[Event]:
    long: Event = {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            is_detail = line.startswith(DETAILS)
            if is_detail and not details:
                continue
            try:
                seen = json.loads(line.removeprefix(DETAILS))
            except ValueError:
                seen = {}
            if is_detail:
                long = seen
            elif seen:
                yield seen | long
                long = {}


def _line(event: Event) -> str:
    # YAML gives dates, which JSON does not know.
    return json.dumps(event, separators=(",", ":"), sort_keys=True, default=str) + "\n"


def here() -> str:
    """The machine and process space in which a process number means something."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return os.uname().nodename


def gone(owner: dict) -> bool | None:
    """Whether the playbook that wrote a journal has ended; None where that cannot be told from here.

    :param owner: {pid, start, here} as the first event of the journal holds it
    """
    if owner.get("here") != here() or not owner.get("pid"):
        return None
    return not Process(owner["pid"], owner["start"]).alive()


def left_over(directory: Path, *, sole: bool) -> list[Path]:
    """Journals of runs that were killed, oldest first.

    :param sole: the caller holds the lock, so that no other run that needs it can be under way: a journal whose
        process cannot be looked at from here then counts as left over too
    """
    found = []
    for path in sorted(directory.glob("*.jsonl")):
        events = read(path, details=False)
        if not events:
            continue
        ended = gone(events[0].get("owner", {}))
        if ended or (ended is None and sole and events[0].get("locks")):
            found.append(path)
    return found
