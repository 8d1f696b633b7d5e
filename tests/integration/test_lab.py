# SPDX-License-Identifier: GPL-3.0-or-later
"""lab_up and lab_down: one practice cluster beside another, mended after a crash, removed without a trace."""

from __future__ import annotations

import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.lab import Lab


def _changed(stdout: str) -> int:
    return int(re.search(r"changed=(\d+)", stdout.split("PLAY RECAP")[1])[1])


def _processes(folder: Path) -> dict[int, str]:
    """Command lines of the processes that name a folder, by pid."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{folder}/" in line:
            found[int(entry.name)] = line
    return found


@pytest.fixture(scope="module")
def beside(lab: Lab) -> Iterator[Lab]:
    """A second, empty practice cluster while the first one is up."""
    second = Lab("test-beside", sample="none")
    second.start()
    try:
        second.wait()
        yield second
    finally:
        second.stop(keep=False)


def test_a_second_lab_up_changes_nothing(lab: Lab) -> None:
    again = lab.run_playbook("lab_up", "-e", "lab_sample=small")
    assert (again.rc, _changed(again.stdout)) == (0, 0), again.stdout


def test_its_prometheus_watches_the_workflow_controller_and_itself(lab: Lab) -> None:
    url = (lab.directory / "prometheus" / "url").read_text()
    deadline = time.monotonic() + 20
    while (up := _targets(url)) != {"prometheus": "1", "workflow-controller": "1"} and time.monotonic() < deadline:
        time.sleep(0.5)
    assert up == {"prometheus": "1", "workflow-controller": "1"}
    shown = run(
        "ansible", "lab", "-i", "inventories/lab", *lab.options, "-m", "debug", "-a", "var=platform_prometheus_url"
    )
    assert url in shown.stdout


def _targets(url: str) -> dict[str, str]:
    """Whether each target answers ("1"), by the name of its job."""
    with urllib.request.urlopen(f"{url}/api/v1/query?query=up", timeout=5) as answer:
        found = json.load(answer)["data"]["result"]
    return {one["metric"]["job"]: one["value"][1] for one in found}


@pytest.mark.parametrize("playbook", ["lab_up", "lab_down"])
def test_check_leaves_a_practice_cluster_as_it_is(lab: Lab, playbook: str) -> None:
    before, position = set(_processes(lab.directory)), lab.audit_position()
    checked = lab.run_playbook(playbook, "--check", "-e", "lab_sample=small")
    assert checked.rc == 0, checked.stdout
    assert before <= set(_processes(lab.directory))
    assert lab.writes(position) == []


def test_two_stand_side_by_side(lab: Lab, beside: Lab) -> None:
    assert lab.kubeconfig.read_text() != beside.kubeconfig.read_text()
    assert _processes(lab.directory).keys().isdisjoint(_processes(beside.directory))
    assert lab.kubeconfig.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("victim", ["etcd", "lab_supervisor"])
def test_a_killed_part_is_mended_by_the_next_lab_up(beside: Lab, victim: str) -> None:
    pids = [pid for pid, line in _processes(beside.directory).items() if victim in line.split(" --")[0]]
    assert pids, _processes(beside.directory)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    mended = beside.run_playbook("lab_up", "-e", "lab_sample=none")
    assert mended.rc == 0, mended.stdout
    assert _changed(mended.stdout) > 0
    assert _changed(beside.run_playbook("lab_up", "-e", "lab_sample=none").stdout) == 0


def test_lab_down_leaves_no_process_and_no_folder(beside: Lab) -> None:
    assert beside.run_playbook("lab_down").rc == 0
    assert _processes(beside.directory) == {}
    assert not beside.directory.exists()
    assert beside.run_playbook("lab_down").rc == 0


def test_a_name_that_cannot_be_one_is_refused_in_a_sentence(lab: Lab) -> None:
    refused = lab.run_playbook("lab_up", "-e", "lab_name=Not/a/name")
    assert refused.rc == 2
    assert "lab_name" in refused.stdout
