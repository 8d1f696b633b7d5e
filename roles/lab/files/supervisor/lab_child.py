# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process that is kept as wished. Standard library only."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_STEADY = 30.0  # seconds after which a process counts as healthy and its failures are forgotten
_STARTED = 1.0  # seconds that a process must live to be called running
_GRACE = 10.0  # seconds between asking a process to end and ending it
_LONGEST_DELAY = 30.0
_LOG_LIMIT = 20_000_000  # bytes after which a log is put aside at the next start
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Wish:
    """What is to run: a program (None: nothing), and why. anew: it is started again when this changes."""

    program: str | None
    version: str
    reason: str
    missing: bool = False
    anew: str = ""


UNKNOWN = Wish(None, "", "not known yet")


def _differ(one: Wish, other: Wish) -> bool:
    return (one.program, one.anew) != (other.program, other.anew)


def delay_after(failures: int) -> float:
    """Seconds to wait before the next start: 1, 2, 4 … 30."""
    return min(_LONGEST_DELAY, 2.0 ** max(0, failures - 1))


class Child:
    """One process that is kept as wished. Call ``tick`` often; it never blocks."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], folder: Path, logs: Path) -> None:
        self.name = name
        self.wish = UNKNOWN
        self._arguments = arguments
        self._environment = environment
        self._folder = folder
        self._log = logs / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._running: Wish | None = None
        self._since = 0.0
        self._failures = 0
        self._restarts = 0
        self._not_before = 0.0
        self._kill_at: float | None = None
        self._last_end = ""

    def tick(self, now: float) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._note_end(now)
        if self._process is None:
            if self.wish.program and now >= self._not_before:
                self._start(now)
        elif self._kill_at is not None or self._running is None or _differ(self.wish, self._running):
            self._stop(now)
        elif now - self._since > _STEADY:
            self._failures = 0

    def status(self, now: float) -> dict[str, Any]:
        """{state: running|starting|stopping|waiting|missing|stopped|unknown, pid, version, restarts, message}."""
        process, state = self._process, self._state(now)
        return {
            "state": state,
            "pid": process.pid if process else None,
            "version": self._running.version if process and self._running else self.wish.version,
            "restarts": self._restarts,
            "message": self._last_end if state == "waiting" and self._last_end else self.wish.reason,
        }

    def end(self) -> None:
        """Stop and wait."""
        self.wish = Wish(None, "", "the supervisor ends")
        while self._process is not None:
            self.tick(time.monotonic())
            time.sleep(0.05)

    def _state(self, now: float) -> str:
        if self._process is not None and self._kill_at is not None:
            return "stopping"
        if self._process is not None:
            return "running" if now - self._since > _STARTED else "starting"
        if self.wish.program:
            return "waiting"
        if self.wish is UNKNOWN:
            return "unknown"
        return "missing" if self.wish.missing else "stopped"

    def _start(self, now: float) -> None:
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.replace(f"{self._log}.1")
        # Run by a link in the cluster's own folder: that is how this cluster's processes are told from others'.
        link = self._folder / self.name
        link.unlink(missing_ok=True)
        link.symlink_to(str(self.wish.program))
        try:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [str(link), *self._arguments],
                    env={**os.environ, **self._environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=_die_with_parent,
                )
        except OSError as error:
            self._failed(now, f"cannot be started: {error.strerror}")
            return
        self._running, self._since = self.wish, now
        say(f"{self.name} {self.wish.version} started as {self._process.pid}: {self.wish.reason}")

    def _stop(self, now: float) -> None:
        assert self._process is not None
        if self._kill_at is None:
            say(f"{self.name} is stopped: {self.wish.reason}")
            self._process.terminate()
            self._kill_at = now + _GRACE
        elif now > self._kill_at:
            self._process.kill()

    def _note_end(self, now: float) -> None:
        code = self._process.returncode if self._process else 0
        wanted = self._kill_at is not None
        self._process, self._running, self._kill_at = None, None, None
        if not wanted:
            self._failed(now, f"ended by itself with {code}")

    def _failed(self, now: float, what: str) -> None:
        self._failures += 1
        self._restarts += 1
        delay = delay_after(self._failures)
        self._not_before = now + delay
        self._last_end = f"{what}; started again in {delay:.0f} s (see {self._log.name})"
        say(f"{self.name} {self._last_end}")


def say(text: str) -> None:
    print(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), text, flush=True)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Linux ends the children of a killed supervisor; elsewhere lab_up and lab_down find them."""
    if _libc is not None:
        _libc.prctl(_DIE_WITH_PARENT, signal.SIGTERM)
