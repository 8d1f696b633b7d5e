# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that keeps a lock alive for as long as a playbook lives. Private API."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import RENEW_EVERY, Lock, renew
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process


def start(connect: Callable[[], Client], lock: Lock, playbook: Process) -> None:
    """Detach a process that renews the lock until the playbook is gone or the lock is another's.

    It never releases: after a killed playbook its orphaned module gets the rest of the lease to notice.

    :param connect: makes a client in the new process; sockets must not be shared across a fork
    """
    if os.fork():
        os.wait()
        return
    # Nothing of Ansible's may run in here, neither its exit hooks nor its answer on stdout.
    try:
        os.setsid()
        if os.fork() == 0:
            _leave_terminal()
            _keep(connect(), lock, playbook)
    finally:
        os._exit(0)


def _keep(client: Client, lock: Lock, playbook: Process) -> None:
    while True:
        time.sleep(RENEW_EVERY)
        if not playbook.alive():
            return
        try:
            renew(client, lock)
        except OpsError as error:
            if error.kind == "refused":
                return


def _leave_terminal() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir("/")
