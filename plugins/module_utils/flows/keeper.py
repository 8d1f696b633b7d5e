# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that takes a lock and keeps it alive for as long as a playbook lives. Private API."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import RENEW_EVERY
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Taken:
    """A lock that was taken. lock: as modules are told of it; renew: raises OpsError, refused when it is another's."""

    lock: dict[str, Any]
    renew: Callable[[], None]
    release: Callable[[], bool]


def hold(take: Callable[[Sleep], Taken], playbook: Process) -> dict[str, Any]:
    """The lock, taken by a detached process that renews it until the playbook is gone or the lock is another's.

    It does not release later: after a killed playbook its orphaned module gets the rest of the lock's time to notice.
    A lock that comes when the playbook is gone already is given back at once, since no module of it knows of it.

    :param take: gets a sleep that ends with OpsError once the playbook is gone. It is called in the new process, since
        neither sockets nor the threads of a store's library get across a fork. This returns when it is done: the files
        that certificates are unpacked to go with the module.
    :raises OpsError: as take does; refused, when nobody could keep the lock
    """
    answers, own = os.pipe()
    between = os.fork()
    if not between:
        # Nothing of Ansible's may run in here, neither its exit hooks nor its answer on stdout.
        try:
            os.close(answers)
            os.setsid()
            if os.fork() == 0:
                _leave_terminal()
                _keep(take, own, playbook)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(own)
    with open(answers, "rb") as told:
        answer = json.loads(told.read() or b"{}")
    os.waitpid(between, 0)
    if "error" in answer:
        raise OpsError(**answer["error"])
    if "lock" not in answer:
        raise OpsError("refused", "the process that was to keep the lock has ended; the lock is not held")
    return answer["lock"]


def _keep(take: Callable[[Sleep], Taken], answers: int, playbook: Process) -> None:
    with open(answers, "w", encoding="utf-8") as told:
        try:
            taken = take(lambda seconds: _sleep(seconds, playbook))
        except OpsError as error:
            json.dump({"error": _fields(error)}, told)
            return
        if not playbook.alive():
            taken.release()
            return
        json.dump({"lock": taken.lock}, told)
    while True:
        time.sleep(RENEW_EVERY)
        if not playbook.alive():
            return
        try:
            taken.renew()
        except OpsError as error:
            if error.kind == "refused":
                return


def _sleep(seconds: float, playbook: Process) -> None:
    time.sleep(seconds)
    if not playbook.alive():
        raise OpsError("refused", f"the playbook (process {playbook.pid}) is gone; its lock was not taken")


def _fields(error: OpsError) -> dict[str, Any]:
    return {name: getattr(error, name) for name in ("kind", "message", "request", "status", "hint")}


def _leave_terminal() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir("/")
