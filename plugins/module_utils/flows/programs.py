# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run programs of others, and keep what they need on disk for a moment from staying there. Private API."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

_PREFIX = "agent-platform-"
_LOCK = "in-use"
_FRESH = 60  # seconds
_USER = re.compile(r"//[^/@\s]*@")
# What a program of ours may know of the environment: its own settings come from us alone.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


def find_program(option: str, name: str) -> str:
    """The path of a program.

    :param name: a path, or a name to look for in PATH
    :raises OpsError: invalid, when it is not there
    """
    found = shutil.which(name)
    if not found:
        raise OpsError("invalid", f"{option}: there is no program {name!r:.200}")
    return found


def run_program(
    words: Sequence[str],
    *,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    credentials: Sequence[str] = (),
    accepted: Sequence[int] = (0,),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, without a terminal, and with nothing of the caller's settings.

    :param timeout: seconds, after which it is killed
    :param environment: the only way for what must not stand among its arguments
    :param credentials: beginnings of variables of this process that it may know besides
    :param accepted: exit codes that are no failure
    :raises OpsError: unreachable, with the last line that it wrote; timeout
    """
    name = os.path.basename(words[0])
    known = {key: value for key, value in os.environ.items() if key in _PASSED_ON or key.startswith(tuple(credentials))}
    try:
        done = subprocess.run(
            list(words),
            env={**known, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            umask=0o077,
        )
    except subprocess.TimeoutExpired:
        raise OpsError("timeout", f"{name} did not end within {timeout:g} s, and was killed") from None
    except OSError as error:
        raise OpsError("invalid", f"{words[0]} cannot be run: {error.strerror}") from error
    if done.returncode not in accepted:
        raise OpsError("unreachable", f"{name} failed ({done.returncode}): {_last_line(done)}")
    return done


@contextmanager
def scratch(folder: str | None, purpose: str) -> Iterator[Path]:
    """A folder 0700 for a moment; those that killed processes left behind are removed first.

    :param folder: where it is made; the system's folder for temporary files by default
    :raises OpsError: invalid, when it cannot be made
    """
    above, prefix = Path(folder or tempfile.gettempdir()), f"{_PREFIX}{purpose}-"
    _sweep(above, prefix)
    try:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=above))
    except OSError as error:
        raise OpsError("invalid", f"cannot make a folder in {above}: {error.strerror}") from error
    try:
        with (made / _LOCK).open("wb") as lock:
            # The kernel lets go of it when this process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def require_space(folder: Path, size: int) -> None:
    """:raises OpsError: refused, when a disk has not so many bytes left"""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OpsError(
            "refused",
            f"{folder} has {free:,} bytes left, and {size:,} are needed; nothing was written",
            hint="Free some space there, or name another folder.",
        )


def _sweep(above: Path, prefix: str) -> None:
    for left in above.glob(f"{prefix}*"):
        try:
            seen = left.lstat()
            is_ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid()
            # One that is only just being made has no lock yet.
            if not is_ours or seen.st_mtime > time.time() - _FRESH:
                continue
            with (left / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except OSError:
            continue  # it is in use, being made, or gone already


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return _USER.sub("//", " ".join(lines[-1].split()))[:300] if lines else "it said nothing"
