# SPDX-License-Identifier: GPL-3.0-or-later
"""spawn.py REPORT COMMAND...: run a command, and write its exit code, seconds and peak memory into a file.

A process of its own, and a small one: whatever memory a process ever had counts to what it starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(report: str, *command: str) -> None:
    began = time.monotonic()
    process = subprocess.Popen(command)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = {"code": process.returncode, "seconds": time.monotonic() - began, "mb": usage.ru_maxrss / 1024}
    with open(report, "w", encoding="utf-8") as file:
        json.dump(told, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
