# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import importlib
import time

import pytest


@pytest.fixture
def lab_child():
    return importlib.import_module("lab_child")


@pytest.fixture
def child(lab_child, tmp_path):
    (tmp_path / "bin").mkdir()
    made = lab_child.Child("worker", ["60"], {"ROLE": "test"}, tmp_path / "bin", tmp_path)
    yield made
    made.end()


def program(folder, text, name="program"):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def tick_until(child, state, seconds=5):
    deadline = time.monotonic() + seconds
    while True:
        child.tick(time.monotonic())
        status = child.status(time.monotonic())
        if status["state"] == state:
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.01)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (50, 30)])
def test_the_delay_grows_and_has_a_bound(lab_child, failures, seconds):
    assert lab_child.delay_after(failures) == seconds


def test_nothing_runs_until_something_is_wished(child):
    child.tick(time.monotonic())
    assert child.status(time.monotonic())["state"] == "unknown"


def test_it_runs_by_a_link_in_its_own_folder(lab_child, child, tmp_path):
    child.wish = lab_child.Wish(program(tmp_path, 'echo "$0 $1 $ROLE"; exec sleep 60'), "v1", "wanted")
    status = tick_until(child, "running")
    assert status["version"] == "v1"
    assert (tmp_path / "worker.log").read_text() == f"{tmp_path}/bin/worker 60 test\n"


def test_it_is_started_anew_when_that_is_wished(lab_child, child, tmp_path):
    runs = program(tmp_path, "exec sleep 60")
    child.wish = lab_child.Wish(runs, "v1", "wanted")
    first = tick_until(child, "running")["pid"]
    child.wish = lab_child.Wish(runs, "v1", "wanted", anew="now")
    tick_until(child, "stopping")
    assert tick_until(child, "running")["pid"] != first


def test_no_wish_stops_it(lab_child, child, tmp_path):
    child.wish = lab_child.Wish(program(tmp_path, "exec sleep 60"), "v1", "wanted")
    tick_until(child, "running")
    child.wish = lab_child.Wish(None, "", "its Deployment has 0 replicas")
    status = tick_until(child, "stopped")
    assert (status["pid"], status["restarts"]) == (None, 0)
    assert status["message"] == "its Deployment has 0 replicas"


def test_another_program_replaces_it(lab_child, child, tmp_path):
    child.wish = lab_child.Wish(program(tmp_path, "exec sleep 60", "one"), "v1", "wanted")
    first = tick_until(child, "running")
    child.wish = lab_child.Wish(program(tmp_path, "exec sleep 60", "two"), "v2", "wanted")
    tick_until(child, "stopping")
    second = tick_until(child, "running")
    assert (second["version"], second["restarts"]) == ("v2", 0)
    assert second["pid"] != first["pid"]


def test_one_that_dies_is_started_again_after_a_while(lab_child, child, tmp_path):
    child.wish = lab_child.Wish(program(tmp_path, "exit 3"), "v1", "wanted")
    status = tick_until(child, "waiting")
    assert status["restarts"] == 1
    assert "ended by itself with 3; started again in 1 s (see worker.log)" in status["message"]
    child.tick(time.monotonic() + 2)
    assert child.status(time.monotonic())["state"] == "starting"


def test_one_that_cannot_be_started_is_told(lab_child, child, tmp_path):
    child.wish = lab_child.Wish(str(tmp_path / "missing"), "v1", "wanted")
    assert "cannot be started" in tick_until(child, "waiting")["message"]


def test_one_that_does_not_listen_is_ended_all_the_same(lab_child, child, tmp_path, monkeypatch):
    monkeypatch.setattr(lab_child, "_GRACE", 0.2)
    child.wish = lab_child.Wish(program(tmp_path, "trap '' TERM; while :; do sleep 0.1; done"), "v1", "wanted")
    tick_until(child, "running")
    child.end()
    assert child.status(time.monotonic())["state"] == "stopped"


def test_a_big_log_is_put_aside(lab_child, child, tmp_path, monkeypatch):
    monkeypatch.setattr(lab_child, "_LOG_LIMIT", 10)
    (tmp_path / "worker.log").write_text("x" * 11)
    child.wish = lab_child.Wish(program(tmp_path, "exec sleep 60"), "v1", "wanted")
    tick_until(child, "running")
    assert (tmp_path / "worker.log.1").read_text() == "x" * 11
