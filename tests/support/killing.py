# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in processes of their own that can be killed at any moment, many of them in little time.

Each is forked from a process that has imported the modules already, so that its life is its work and not its start.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import random
import resource
import signal
import tempfile
import time
from collections.abc import Callable
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from ansible.module_utils.testing import patch_module_args

from tests.support.commands import ROOT, environment
from tests.support.modules import PACKAGE

SEED = int(os.environ.get("SEED", "7"))
#: how many kills each of the ten series of modules has; the variable says how many all of them have
KILLS = -(-int(os.environ.get("KILLS", "20")) // 10)
#: how many runs of playbooks are killed, shared out by the tests
PLAYBOOK_KILLS = int(os.environ.get("PLAYBOOK_KILLS", "6"))
#: how many runs of each runbook that upgrades something are killed; of upgrade_kubernetes none unless it is said
UPGRADE_KILLS = int(os.environ.get("UPGRADE_KILLS", "2"))
KUBERNETES_KILLS = int(os.environ.get("KUBERNETES_KILLS", "0"))
_NAMES = ("backup", "backup_copy", "backup_info", "backup_prune", "backup_verify", "quiesce", "restore")
_FORKS = multiprocessing.get_context("forkserver")
_LONGEST = 600  # seconds, on a machine that is busy


class Begun:
    """A module that runs."""

    def __init__(self, name: str, options: dict[str, Any], *, file_limit: int = 0) -> None:
        """:param file_limit: bytes; whoever writes a longer file is refused, as on a disk that is full"""
        handle, self._output = tempfile.mkstemp(suffix=".json")
        os.close(handle)
        self._since = time.monotonic()
        _ready()
        self._process = _FORKS.Process(target=_work, args=(name, options, self._output, file_limit))
        self._process.start()

    def kill(self) -> bool:
        """SIGKILL, whatever it does; whether it was still alive."""
        assert self._process.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(_LONGEST)
        Path(self._output).unlink()
        return self._process.exitcode == -signal.SIGKILL

    def result(self) -> dict[str, Any]:
        """What it returned; a failure is a result too."""
        self._process.join(_LONGEST)
        text = Path(self._output).read_text()
        Path(self._output).unlink()
        assert text, f"it said nothing and ended with {self._process.exitcode}"
        return json.loads(text.splitlines()[-1])

    def alive_for(self, seconds: float) -> bool:
        """Wait until so long after its start; False when it ends before."""
        self._process.join(max(0.0, self._since + seconds - time.monotonic()))
        return self._process.is_alive()

    def alive_until(self, condition: Callable[[], bool]) -> bool:
        """Wait for something that it does; False when it ends before."""
        while self._process.is_alive():
            if condition():
                return True
        return False


def run(name: str, /, *, file_limit: int = 0, **options: Any) -> dict[str, Any]:
    """The result of a module that is left alone; a failure is a result too."""
    return Begun(name, options, file_limit=file_limit).result()


class Tally:
    """Counts the kills of a series, and those that came before the end; what was counted is told after the tests."""

    all: ClassVar[list[Tally]] = []

    def __init__(self, what: str) -> None:
        self.what, self.kills, self.hits = what, 0, 0
        self.all.append(self)

    def count(self, moment: str, *, hit: bool) -> None:
        """Also say what happened: pytest shows it when the test fails."""
        self.kills += 1
        self.hits += hit
        print(f"SEED={SEED}: kill {self.kills} of {self.what}, {moment}{'' if hit else ': it had ended by itself'}")

    def require_hits(self) -> None:
        """A series that hit nothing shows nothing."""
        assert self.hits >= self.kills // 3, f"only {self.hits} of {self.kills} kills came before the end"

    def __str__(self) -> str:
        return f"{self.what}: {self.kills} kills, {self.hits} before the end"


class Killer:
    """Kills modules at random moments of their work."""

    def __init__(self, series: str, seconds: float) -> None:
        """:param seconds: how long the module works when it is left alone"""
        self.tally = Tally(series)
        self._seconds = seconds
        self._chance = random.Random(f"{SEED} {series}")

    def kill(self, name: str, /, after: Callable[[], bool] | None = None, **options: Any) -> None:
        """:param after: kill it within moments after this came to hold, instead of at any time"""
        moment = self._chance.uniform(0, self._seconds) if after is None else self._chance.choice((0, 0.01, 0.03))
        begun = Begun(name, options)
        if after is None:
            begun.alive_for(moment)
        else:
            begun.alive_until(after)
            time.sleep(moment)
        since = "its start" if after is None else "its mark"
        self.tally.count(f"{moment:.3f} s after {since}", hit=begun.kill())


@cache
def _ready() -> None:
    """Start the process that the others are forked from."""
    _FORKS.set_forkserver_preload([f"{PACKAGE}.{name}" for name in _NAMES])
    path = os.pathsep.join((str(ROOT), str(ROOT / "playbooks" / "collections")))
    with mock.patch.dict(os.environ, environment(PYTHONPATH=path), clear=True):
        forkserver.ensure_running()


def _work(name: str, options: dict[str, Any], output: str, file_limit: int) -> None:
    os.setsid()
    with open(output, "w") as file:
        os.dup2(file.fileno(), 1)
    if file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    arguments = {"_ansible_remote_tmp": tempfile.gettempdir(), "_ansible_keep_remote_files": False, **options}
    with patch_module_args(arguments):
        importlib.import_module(f"{PACKAGE}.{name}").main()
