# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs us: the user, and the ansible process, which leaves its modules running when it is killed. Private API."""

from __future__ import annotations

import getpass
import os
import subprocess
from dataclasses import dataclass

_CONTROLLERS = frozenset({"ansible", "ansible-playbook", "ansible-console", "ansible-pull"})


@dataclass(frozen=True)
class Process:
    """One process, told apart from a later one of the same number by its start."""

    pid: int
    start: str

    def alive(self) -> bool:
        seen = _look(self.pid)
        return seen is not None and seen.start == self.start and not seen.zombie


def is_running(pid: int) -> bool:
    """Whether there is a process of this number at all."""
    seen = _look(pid)
    return seen is not None and not seen.zombie


@dataclass(frozen=True)
class _Seen:
    parent: int
    start: str
    zombie: bool
    arguments: list[str]


def user() -> str:
    """The user who runs this; a container may run under a number that has no name."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def controlling_playbook(pid: int | None = None) -> Process | None:
    """The outermost of the ansible processes directly above us; None where there is none (a remote host, a test)."""
    found = None
    current = os.getpid() if pid is None else pid
    while current > 1:
        seen = _look(current)
        if seen is None:
            break
        if any(os.path.basename(word) in _CONTROLLERS for word in seen.arguments[:3]):
            found = Process(current, seen.start)
        elif found:
            break
        current = seen.parent
    return found


def _look(pid: int) -> _Seen | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat, open(f"/proc/{pid}/cmdline", "rb") as command:
            # The name in brackets may hold anything, also spaces and brackets.
            fields = stat.read().decode("utf-8", "replace").rpartition(")")[2].split()
            words = command.read().decode("utf-8", "replace").split("\0")
        return _Seen(int(fields[1]), fields[19], fields[0] in "ZX", words)
    except FileNotFoundError:
        return None if os.path.isdir("/proc/self") else _ask_ps(pid)
    except (OSError, IndexError, ValueError):
        return None


def _ask_ps(pid: int) -> _Seen | None:
    """For systems without /proc, such as macOS."""
    asked = subprocess.run(
        ["ps", "-ww", "-o", "ppid=,stat=,lstart=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    words = asked.stdout.split()
    if asked.returncode or len(words) < 8:
        return None
    return _Seen(int(words[0]), " ".join(words[2:7]), words[1].startswith("Z"), words[7:])
