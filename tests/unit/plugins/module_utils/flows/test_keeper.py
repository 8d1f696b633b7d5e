# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import os
import signal
import subprocess
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import keeper
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.keeper import Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.process import Process, _look

LOCK = {"namespace": "ops", "name": "runbook", "holder": "me", "transitions": 1}


@pytest.fixture
def beats(tmp_path, monkeypatch):
    """Renewals are written to a file, since they happen in another process."""
    path = tmp_path / "beats"
    path.write_text("")
    monkeypatch.setattr(keeper, "RENEW_EVERY", 0.05)

    def renew():
        with path.open("a") as stream:
            stream.write(f"{os.getpid()}\n")

    def read():
        return path.read_text().split()

    read.renew = renew
    return read


@pytest.fixture
def playbook():
    process = subprocess.Popen(["sleep", "60"])
    yield process, Process(process.pid, _look(process.pid).start)
    process.kill()
    process.wait()


def taking(renew):
    return lambda _sleep: Taken(LOCK, renew, lambda: True)


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
    assert keeper.hold(taking(beats.renew), seen) == LOCK
    deadline = time.monotonic() + 10
    while len(beats()) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(beats()) >= 3
    assert set(beats()).isdisjoint({str(os.getpid())})
    process.kill()
    process.wait()
    assert settled(beats)


def test_the_keeper_ends_when_the_lock_is_another_s(beats, playbook):
    calls = itertools.count()

    def lost_after_two():
        if next(calls) >= 2:
            raise OpsError("refused", "no longer ours")
        beats.renew()

    keeper.hold(taking(lost_after_two), playbook[1])
    assert settled(beats)
    assert len(beats()) == 2


def test_a_server_that_is_away_for_a_while_does_not_end_the_keeper(beats, playbook):
    calls = itertools.count()

    def away_at_first():
        if next(calls) < 2:
            raise OpsError("unreachable", "no answer")
        beats.renew()

    keeper.hold(taking(away_at_first), playbook[1])
    deadline = time.monotonic() + 10
    while not beats() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert beats()


def test_the_lock_is_taken_before_the_module_goes_on_and_takes_its_files_along(beats, playbook, tmp_path):
    connected = tmp_path / "connected"

    def slowly(_sleep):
        time.sleep(0.3)
        connected.touch()
        return Taken(LOCK, beats.renew, lambda: True)

    keeper.hold(slowly, playbook[1])
    assert connected.exists()


def test_why_the_lock_could_not_be_taken_is_told_as_it_was(beats, playbook):
    def refuse(_sleep):
        raise OpsError("refused", "ann holds it", request="GET /x", status=200, hint="Wait.")

    with pytest.raises(OpsError, match="ann holds it") as caught:
        keeper.hold(refuse, playbook[1])
    told = caught.value
    assert (told.kind, told.request, told.status, told.hint) == ("refused", "GET /x", 200, "Wait.")
    assert beats() == []


def test_a_keeper_that_dies_is_told(beats, playbook):
    with pytest.raises(OpsError, match="the lock is not held"):
        keeper.hold(lambda _sleep: os._exit(3), playbook[1])
    assert beats() == []


def test_whoever_waits_for_a_lock_stops_when_its_playbook_is_gone(beats, playbook):
    process, seen = playbook

    def wait_for_ever(sleep):
        os.kill(process.pid, signal.SIGKILL)
        for _second in range(40):
            sleep(0.05)
        return Taken(LOCK, beats.renew, lambda: True)

    with pytest.raises(OpsError, match=r"the playbook .* is gone; its lock was not taken"):
        keeper.hold(wait_for_ever, seen)


def test_a_lock_that_comes_too_late_is_given_back(beats, playbook, tmp_path):
    process, seen = playbook
    released = tmp_path / "released"

    def take(_sleep):
        os.kill(process.pid, signal.SIGKILL)
        while seen.alive():
            time.sleep(0.01)
        return Taken(LOCK, beats.renew, lambda: released.touch() or True)

    with pytest.raises(OpsError, match="the lock is not held"):
        keeper.hold(take, seen)
    assert released.exists()
    assert beats() == []
