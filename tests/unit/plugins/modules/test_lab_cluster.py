# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil
import subprocess
import sys

import pytest


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_that_cannot_be_is_refused(run_module, tmp_path, state):
    result = run_module(
        "lab_cluster", state=state, name="../x", directory=str(tmp_path), binaries={}, kubernetes_version="v1"
    )
    assert result["error"]["kind"] == "invalid"
    assert "'../x' cannot be used" in result["msg"]


def test_removing_what_is_not_there_changes_nothing(run_module, tmp_path):
    result = run_module("lab_cluster", state="absent", name="lab", directory=str(tmp_path / "lab"))
    assert (result["changed"], result["action"], result["ended"]) == (False, "nothing", [])
    assert not (tmp_path / "lab").exists()


@pytest.mark.parametrize("left", ["lab.json", ".lab.json.new"])
def test_what_an_interrupted_set_up_left_is_removed(run_module, tmp_path, left):
    (tmp_path / "lab" / "logs").mkdir(parents=True)
    (tmp_path / "lab" / left).write_text("{")
    options = {"state": "absent", "name": "lab", "directory": str(tmp_path / "lab")}
    assert run_module("lab_cluster", check=True, **options)["changed"] is True
    assert (tmp_path / "lab").exists()
    assert run_module("lab_cluster", **options)["action"] == "remove"
    assert not (tmp_path / "lab").exists()


def test_processes_of_a_folder_that_was_removed_by_hand_are_ended(run_module, tmp_path):
    program = tmp_path / "lab" / "bin" / "metrics-server.py"
    program.parent.mkdir(parents=True)
    program.write_text("print('up', flush=True)\nimport time\ntime.sleep(60)\n")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        shutil.rmtree(tmp_path / "lab")
        result = run_module("lab_cluster", state="absent", name="lab", directory=str(tmp_path / "lab"))
        assert result["ended"] == ["metrics-server.py"]
        assert process.wait(5) != 0
    assert not (tmp_path / "lab").exists()


def test_check_mode_says_what_would_be_done(run_module, tmp_path):
    directory = tmp_path / "lab"
    options = {"name": "lab", "directory": str(directory), "binaries": {"etcd": "/x"}, "kubernetes_version": "v1.35.4"}
    result = run_module("lab_cluster", check=True, **options)
    assert (result["changed"], result["action"]) == (True, "create")
    assert result["kubeconfig"] == f"{directory}/kubeconfig"
    assert not directory.exists()


def test_the_programs_are_needed_to_run_it(run_module, tmp_path):
    assert "binaries" in run_module("lab_cluster", name="lab", directory=str(tmp_path))["msg"]
