# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of long work while it runs, and the last screen of each runbook after the recap."""

from __future__ import annotations

DOCUMENTATION = r"""
name: summary
type: aggregate
short_description: Show the progress of long work and the last screen of each runbook
version_added: 0.1.0
description:
  - While a module works it shows how far it is, how fast and how long it still takes, once a second on a terminal and
    every ten seconds in a log.
  - After the recap it shows the last screen of each runbook, in ASCII where the output is not a UTF-8 terminal.
  - Without it role P(agent_platform.ops.runbook#role) shows the last screen as a debug message, and no progress.
requirements:
  - enable it in C(callbacks_enabled)
"""

import atexit
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from ansible.plugins.callback import CallbackBase
from ansible_collections.agent_platform.ops.plugins.module_utils.process import is_running
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.follow import Follower, lines_of

RECORDING = ("agent_platform.ops.runbook_record", "runbook_record")
LOOK_EVERY = 0.25
PREFIX = "agent_platform_progress_"


def _remove_left_over() -> None:
    """Remove the files of our own killed runs; their names hold the process that made them."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*_*"):
        pid = path.name.removeprefix(PREFIX).split("_")[0]
        try:
            if pid.isdigit() and path.stat().st_uid == os.getuid() and not is_running(int(pid)):
                path.unlink()
        except OSError:
            continue


class CallbackModule(CallbackBase):
    """Follow the progress file that modules append to; workers and local modules inherit its path."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "agent_platform.ops.summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, display=None, options=None) -> None:
        super().__init__(display=display, options=options)
        self._screens: dict[str, dict] = {}
        self._terminal = sys.stdout.isatty()
        self._unicode = self._terminal and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        self._follower = Follower(1.0 if self._terminal else 10.0, plain=not self._unicode)
        _remove_left_over()
        descriptor, self._path = tempfile.mkstemp(prefix=f"{PREFIX}{os.getpid()}_")
        self._stream = os.fdopen(descriptor, encoding="utf-8")
        self._ended = threading.Event()
        os.environ["AGENT_PLATFORM_PROGRESS"] = self._path
        os.environ["AGENT_PLATFORM_SUMMARY"] = "1"
        self._thread = threading.Thread(target=self._follow, name="agent_platform_progress", daemon=True)
        self._thread.start()
        # A playbook that ends early never comes to its statistics.
        atexit.register(self._end)

    def v2_runner_on_ok(self, result) -> None:
        self._keep(result)

    def v2_runner_on_failed(self, result, ignore_errors: bool = False) -> None:
        self._keep(result)

    def v2_playbook_on_stats(self, stats) -> None:
        self._end()
        while self._screens:
            host = min(self._screens)
            screen = self._screens.pop(host)
            self._display.display("")
            for line in screen["screen" if self._unicode else "plain"]:
                self._display.display(line)

    def _keep(self, result) -> None:
        # Records of earlier, killed runs come in a loop, hence without a screen of their own.
        # Asking for the result of any other task would convert it, thousands of findings at a time.
        if result._task.action in RECORDING and "screen" in (seen := result._result):
            self._screens[result._host.get_name()] = seen

    def _follow(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            self._tell()

    def _tell(self) -> None:
        for line in lines_of(self._stream):
            told = self._follower.tell(line, time.monotonic())
            if told:
                self._display.display(told)

    def _end(self) -> None:
        """Tell what is left and remove the file, once; workers end without it."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._thread.join()
        self._tell()
        self._stream.close()
        os.unlink(self._path)
