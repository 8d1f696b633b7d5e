# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of a practice cluster, found by what they run and not by a remembered number. Private API."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_GRACE = 10.0  # seconds between asking a process to end and ending it


@dataclass(frozen=True)
class Running:
    """One live process; ``program`` is the file name of what it runs."""

    pid: int
    program: str


def running(folders: list[Path]) -> list[Running]:
    """Processes that run a program of one of the folders, as themselves or by a Python interpreter.

    A process that merely names a file there (an editor, kubectl) is not among them.
    """
    prefixes = tuple(f"{folder}{os.sep}" for folder in folders)
    found = []
    for pid, words in _commands():
        program = next((word for word in _program_words(words) if word.startswith(prefixes)), None)
        if program and pid != os.getpid():
            found.append(Running(pid, os.path.basename(program)))
    return sorted(found, key=lambda process: process.pid)


def end(folders: list[Path], first: str | None = None) -> list[str]:
    """End the processes that run programs of the folders, ``first`` before the others; returns what was ended."""
    ended = []
    if first:
        ended += _end(folders, lambda process: process.program == first)
    return ended + _end(folders, lambda process: True)


def _end(folders: list[Path], chosen) -> list[str]:  # type: ignore[no-untyped-def]
    names: dict[int, str] = {}
    for number, grace in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, 2.0)):
        left = [process for process in running(folders) if chosen(process)]
        for process in left:
            names[process.pid] = process.program
            _send(process.pid, number)
        deadline = time.monotonic() + grace
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = [process for process in running(folders) if chosen(process)]
        if not left:
            break
    return list(names.values())


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _program_words(words: list[str]) -> list[str]:
    if words and os.path.basename(words[0]).startswith("python"):
        return words[:3]
    return words[:1]


def _commands() -> list[tuple[int, list[str]]]:
    if os.path.isdir("/proc/self"):
        return [(int(name), words) for name in os.listdir("/proc") if name.isdigit() and (words := _command_of(name))]
    asked = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False)
    lines = [line.split() for line in asked.stdout.splitlines()]
    return [(int(words[0]), words[1:]) for words in lines if len(words) > 1]


def _command_of(name: str) -> list[str]:
    """Arguments of a live process; empty for one that has ended or is a zombie."""
    try:
        return Path("/proc", name, "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []
