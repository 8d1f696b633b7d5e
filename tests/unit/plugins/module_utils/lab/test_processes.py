# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import processes

SLEEPER = "import sys, time\nprint('up', flush=True)\ntime.sleep(60)\n"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


@pytest.fixture
def start(folder):
    started = []

    def run(name, text=SLEEPER, command=None):
        program = folder / name
        program.write_text(text)
        process = subprocess.Popen([*(command or [sys.executable, "-B"]), str(program)], stdout=subprocess.PIPE)
        started.append(process)
        if command is None:
            process.stdout.readline()
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_programs_of_the_folder_are_found_by_what_they_run(folder, start):
    process = start("lab_supervisor.py")
    assert processes.running([folder]) == [processes.Running(process.pid, "lab_supervisor.py")]
    assert processes.running([folder.parent / "other"]) == []


def test_a_process_that_only_names_a_file_there_is_not_one(folder, start):
    start("lab.json", command=["tail", "-f"])
    time.sleep(0.1)
    assert processes.running([folder]) == []


def test_one_that_has_ended_is_not_running(folder, start):
    process = start("a.py")
    process.kill()
    while processes.running([folder]):
        time.sleep(0.01)
    assert process.poll() is not None or process.wait() is not None


@pytest.mark.parametrize("gently", [(), ("etcd.py",)])
def test_all_are_ended_the_watcher_first(folder, start, gently):
    for name in ("etcd.py", "kube-apiserver.py", "lab_supervisor.py"):
        start(name)
    ended = processes.end([folder], first="lab_supervisor.py", gently=gently)
    assert ended[0] == "lab_supervisor.py"
    assert sorted(set(ended)) == ["etcd.py", "kube-apiserver.py", "lab_supervisor.py"]
    assert processes.running([folder]) == []


def test_one_that_does_not_listen_is_ended_all_the_same(folder, start, monkeypatch):
    monkeypatch.setattr(processes, "_GRACE", 0.3)
    start("etcd.py", STUBBORN)
    assert "etcd.py" in processes.end([folder], first="lab_supervisor.py", gently=("etcd.py",))
    assert processes.running([folder]) == []


def test_with_nothing_there_nothing_is_ended(folder):
    assert processes.end([folder], first="lab_supervisor.py") == []


def test_one_program_ends_and_the_others_go_on(folder, start):
    gone, stays = start("gone.py", STUBBORN), start("stays.py")
    processes.end_program([folder], "gone.py", patience=0.2)
    assert [one.pid for one in processes.running([folder])] == [stays.pid]
    assert gone.wait() == -9
