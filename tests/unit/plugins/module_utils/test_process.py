# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import getpass
import os
import subprocess
import sys
import textwrap
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.process import (
    Process,
    controlling_playbook,
    is_running,
    user,
)


@pytest.fixture
def playbook(tmp_path):
    """A process that looks like ansible-playbook with a forked worker and a module below it; prints their pids."""
    script = tmp_path / "ansible-playbook"
    script.write_text(
        textwrap.dedent(
            """
            import os, subprocess, sys, time
            if os.fork() == 0:  # the worker
                module = subprocess.Popen(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE)
                print(os.getppid(), module.stdout.readline().decode().strip(), module.pid, os.getpid(), flush=True)
                module.wait()
            time.sleep(60)
            """
        )
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    pids = [int(word) for word in process.stdout.readline().split()]
    yield pids[:2]
    for pid in pids:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
    process.wait()
    process.stdout.close()


def test_the_outermost_ansible_process_is_found_through_its_worker(playbook):
    parent, module = playbook
    assert controlling_playbook(module).pid == parent


def test_a_killed_playbook_is_seen_although_its_worker_lives(playbook):
    parent, module = playbook
    found = controlling_playbook(module)
    assert found.alive()
    os.kill(parent, 9)
    deadline = time.monotonic() + 5
    while found.alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not found.alive()


def test_without_ansible_above_there_is_none():
    assert controlling_playbook(1) is None


def test_another_process_of_the_same_number_is_not_taken_for_it():
    assert not Process(os.getpid(), "long ago").alive()


def test_running_is_told_from_ended():
    process = subprocess.Popen(["sleep", "60"])
    assert is_running(process.pid)
    process.kill()
    process.wait()
    assert not is_running(process.pid)


def nameless():
    raise KeyError("getpwuid(): uid not found: 4711")


@pytest.mark.parametrize(("lookup", "told"), [(lambda: "ada", "ada"), (nameless, "unknown")])
def test_a_user_without_a_name_is_unknown(monkeypatch, lookup, told):
    monkeypatch.setattr(getpass, "getuser", lookup)
    assert user() == told
