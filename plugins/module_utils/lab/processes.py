# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of a practice cluster, found by what they run and not by a remembered number. Private API."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_GRACE = 10.0  # seconds that processes may take to end


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


def end(folders: list[Path], first: str, gently: tuple[str, ...] = ()) -> list[str]:
    """End every process that runs a program of the folders; returns the names of what was ended.

    :param first: ended before the others, since it would start them again
    :param gently: asked to end and given time; the others keep nothing that they could lose
    """
    ended = _end(folders, lambda name: name == first, signal.SIGKILL)
    if gently:
        ended += _end(folders, lambda name: name not in gently, signal.SIGKILL)
        ended += _end(folders, lambda name: True, signal.SIGTERM)
    return ended + _end(folders, lambda name: True, signal.SIGKILL)


def end_program(folders: list[Path], program: str, patience: float = _GRACE) -> None:
    """Ask one program of the folders to end, and end it when it does not.

    :param patience: seconds that it may take
    """
    _end(folders, lambda name: name == program, signal.SIGTERM, patience)
    _end(folders, lambda name: name == program, signal.SIGKILL)


def _end(folders: list[Path], chosen: Callable[[str], bool], number: int, patience: float = _GRACE) -> list[str]:
    """Signal the chosen processes and wait until none is left or the time is over."""
    names: dict[int, str] = {}
    deadline = time.monotonic() + patience
    while left := [process for process in running(folders) if chosen(process.program)]:
        for process in left:
            if process.pid not in names:
                names[process.pid] = process.program
                _send(process.pid, number)
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
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
