# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import os
import subprocess
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import keeper
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import Lock
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process, _look

LOCK = Lock("ops", "runbook", "me", 1)


@pytest.fixture
def beats(tmp_path, monkeypatch):
    """Renewals are written to a file, since they happen in another process."""
    path = tmp_path / "beats"
    path.write_text("")

    def renew(_client, _lock):
        with path.open("a") as stream:
            stream.write(f"{os.getpid()}\n")

    monkeypatch.setattr(keeper, "RENEW_EVERY", 0.05)
    monkeypatch.setattr(keeper, "renew", renew)
    return lambda: path.read_text().split()


@pytest.fixture
def playbook():
    process = subprocess.Popen(["sleep", "60"])
    yield process, Process(process.pid, _look(process.pid).start)
    process.kill()
    process.wait()


def settled(beats):
    """Wait until no more renewals come."""
    for _try in range(40):
        before = len(beats())
        time.sleep(0.3)
        if len(beats()) == before:
            return True
    return False


def test_the_lock_is_kept_by_another_process_until_the_playbook_is_gone(beats, playbook):
    process, seen = playbook
    keeper.start(lambda: None, LOCK, seen)
    deadline = time.monotonic() + 10
    while len(beats()) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(beats()) >= 3
    assert set(beats()).isdisjoint({str(os.getpid())})
    process.kill()
    process.wait()
    assert settled(beats)


def test_the_keeper_ends_when_the_lock_is_another_s(beats, playbook, monkeypatch):
    inner, calls = keeper.renew, itertools.count()

    def lost_after_two(client, lock):
        if next(calls) >= 2:
            raise OpsError("refused", "no longer ours")
        inner(client, lock)

    monkeypatch.setattr(keeper, "renew", lost_after_two)
    keeper.start(lambda: None, LOCK, playbook[1])
    assert settled(beats)
    assert len(beats()) == 2


def test_a_server_that_is_away_for_a_while_does_not_end_the_keeper(beats, playbook, monkeypatch):
    inner, calls = keeper.renew, itertools.count()

    def away_at_first(client, lock):
        if next(calls) < 2:
            raise OpsError("unreachable", "no answer")
        inner(client, lock)

    monkeypatch.setattr(keeper, "renew", away_at_first)
    keeper.start(lambda: None, LOCK, playbook[1])
    deadline = time.monotonic() + 10
    while not beats() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert beats()
