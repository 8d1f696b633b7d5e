# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a playbook that are killed at random moments, one after another, in little time.

A run is killed alone, as by hand, so that what it started must stop by itself, or with everything that came from it, as
when its machine goes. Most kills are followed by the next one as soon as nothing of the run is left and its lock is
free; after some of them the next run begins at once and has to outlive what it finds.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube import lease
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import LEASES, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.processes import running

from tests.support.killing import SEED, Tally
from tests.support.lab import Lab, Run

#: called when a run begins, it returns what is asked again and again until it holds
Mark = Callable[[], Callable[[], bool]]
_PLACE = ("agent-platform-ops", "runbook")
_LEASE = resource(*LEASES, *_PLACE)
_SIGN = "KILLED_RUN"
_LONGEST = 900.0  # seconds that a run, or what is left of it, may take on a machine that is busy
_AT_ONCE = 0.2  # how many of the kills are followed by the next run at once


class RunKiller:
    """Kills runs of one playbook; each of its moments gets its turn."""

    def __init__(
        self,
        lab: Lab,
        api: Client | None,
        playbook: str,
        variables: Mapping[str, Any],
        spared: Sequence[Path] = (),
    ) -> None:
        """:param api: None for a playbook whose lock lies in the store, since there may be no API server
        :param spared: folders; what a run started from there is part of the platform and outlives the run
        """
        self.tally = Tally(f"runs of {playbook}")
        #: nothing of earlier runs is left; False when the next one was to begin at once
        self.at_rest = True
        self._lab, self._api, self._playbook = lab, api, playbook
        self._variables, self._spared = variables, list(spared)
        self._log = lab.state / f"killed-{playbook}.log"
        self._chance = random.Random(f"{SEED} {playbook}")
        self._sign = f"{playbook}-{os.getpid()}-"
        self._seconds = 15.0  # that a run takes, until a whole one was timed
        self._number = 0

    def finish(self, **more: Any) -> Run:
        """Run it without a kill, and require that it ends well and gives its lock back.

        :param more: further variables
        """
        began = time.monotonic()
        done = self._lab.run_playbook(self._playbook, *self._arguments(more), timeout=_LONGEST)
        if not self.at_rest and "another run holds the lock" in done.stdout:
            # The last renewal of the killed one was under way; to a run that begins just then it is a sign of life.
            done = self._lab.run_playbook(self._playbook, *self._arguments(more), timeout=_LONGEST)
        self._seconds = time.monotonic() - began
        assert done.record, done.stdout[-5000:]
        assert (done.rc, done.record["outcome"]) == (0, "finished"), done.stdout[-5000:]
        assert not self._holder(), "the lock stays"
        self._end(self._sign)
        self.at_rest = True
        return done

    def kill(self, marks: Mapping[str, Mark]) -> None:
        """Begin a run and kill it at one of its moments: any of them, around its lock, or around one of the marks.

        :param marks: what is looked for, in turns, once the run has taken the lock
        """
        names = [*marks, "lock", "any"]
        name = names[self._number % len(names)]
        alone = (self._number + self._number // len(names)) % 2 == 0
        self._kill(name, lambda process: self._wait(process, name, marks), alone, {})

    def kill_at(self, name: str, reached: Callable[[], bool], *, alone: bool, **more: Any) -> None:
        """Begin a run and kill it as soon as it has reached something, or a little later.

        :param alone: leave what it has started
        :param more: further variables
        """

        def wait(process: subprocess.Popen[bytes]) -> None:
            _until(process, reached)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self._chance.choice((0, 0.3, 3)) * self._chance.random())

        self._kill(name, wait, alone, more)

    def says(self, words: str) -> Callable[[], bool]:
        """Whether the run that is to be killed has printed this."""
        return lambda: words in self._log.read_text(errors="replace")

    def _arguments(self, more: Mapping[str, Any]) -> tuple[str, str]:
        return "-e", json.dumps({**self._variables, **more})

    def _kill(
        self, name: str, wait: Callable[[subprocess.Popen[bytes]], None], alone: bool, more: Mapping[str, Any]
    ) -> None:
        self._number += 1
        sign = f"{self._sign}{self._number}-"
        began = time.monotonic()
        process = self._lab.begin(self._playbook, *self._arguments(more), log=self._log, **{_SIGN: sign})
        try:
            wait(process)
        finally:
            # Also when a test gives up.
            process.kill() if alone else self._end(sign)
            code = process.wait()
        what = f"around {name}, {'alone' if alone else 'with all of it'}, after {time.monotonic() - began:.1f} s"
        self.tally.count(what, hit=code == -signal.SIGKILL)
        assert code in (0, -signal.SIGKILL), f"it ended with {code} by itself:\n{self._log.read_text()[-5000:]}"
        self._leave()

    def _wait(self, process: subprocess.Popen[bytes], name: str, marks: Mapping[str, Mark]) -> None:
        """Until the moment, or the end of the run."""
        if name == "any":
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self._chance.uniform(0, self._seconds))
            return
        before = self._holder()
        _until(process, lambda: self._holder() not in ("", before))
        if name in marks:
            _until(process, marks[name]())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self._chance.choice((0, 0.1, self._seconds / 4)) * self._chance.random())

    def _leave(self) -> None:
        """Wait for what is left of the runs, and free their lock as its time would; or leave both to the next run."""
        self.at_rest = self._chance.random() >= _AT_ONCE
        if not self.at_rest:
            return
        deadline = time.monotonic() + _LONGEST
        while left := [pid for pid in self._signed(self._sign) if "ansible-playbook" not in _command(pid)]:
            assert time.monotonic() < deadline, f"it does not end by itself: {[_command(pid) for pid in left]}"
            time.sleep(0.2)
        # A worker of Ansible whose module has ended sleeps for ever where nobody reads its result.
        self._end(self._sign)
        if self._api and (found := self._api.get_or_none(_LEASE)):
            spec = found["spec"]
            held = lease.Lock(*_PLACE, spec.get("holderIdentity") or "", spec.get("leaseTransitions") or 0)
            lease.release(self._api, held)

    def _holder(self) -> str:
        found = self._api.get_or_none(_LEASE) if self._api else None
        return (found or {"spec": {}})["spec"].get("holderIdentity") or ""

    def _end(self, sign: str) -> None:
        """SIGKILL of every process of a run; those that begin meanwhile too."""
        while found := self._signed(sign):
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _signed(self, sign: str) -> list[int]:
        """Processes whose environment carries a sign that begins so; those that have ended carry none."""
        wanted, found = f"{_SIGN}={sign}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        # Afterwards: what began meanwhile is spared too.
        spared = {one.pid for one in running(self._spared)} if found and self._spared else set()
        return [pid for pid in found if pid not in spared]


def _until(process: subprocess.Popen[bytes], condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST
    while process.poll() is None and not condition():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.1)


def _command(pid: int) -> str:
    """Empty, when it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
