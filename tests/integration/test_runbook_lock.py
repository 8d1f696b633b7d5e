# SPDX-License-Identifier: GPL-3.0-or-later
"""Module runbook_lock with its keeper, in playbooks of its own, on a Lease of its own."""

from __future__ import annotations

import json
import time

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import LEASES, resource

NAME = f"lock-test-{time.time():.0f}"  # a cluster that is kept may hold the lock of an earlier run
LEASE = resource(*LEASES, "agent-platform-ops", NAME)


@pytest.fixture
def playbook(lab, tmp_path):
    """Start a play that takes the lock, waits, and gives it back."""
    running = []

    def start(runbook, seconds):
        options = {"kubeconfig": str(lab.kubeconfig), "name": NAME, "runbook": runbook}
        tasks = [
            {"name": "Take", "agent_platform.ops.runbook_lock": options, "register": "taken"},
            {"name": "Work", "ansible.builtin.command": f"sleep {seconds}", "changed_when": False},
            {
                "name": "Give back",
                "agent_platform.ops.runbook_lock": {**options, "state": "released", "lock": "{{ taken.lock }}"},
            },
        ]
        play = {"name": runbook, "hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        play["vars"] = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        path = tmp_path / f"{runbook}.yml"
        path.write_text(yaml.safe_dump([play]))
        running.append(lab.begin(path, log=path.with_suffix(".log")))
        return running[-1], path.with_suffix(".log")

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def lease(api):
    def read():
        found = api.get_or_none(LEASE)
        return found["spec"] if found else {}

    return read


def until(condition, timeout=60):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.1)


def test_the_keeper_renews_while_the_playbook_lives_and_a_killed_one_is_taken_over(playbook, lease):
    first, _log = playbook("first", 120)
    until(lambda: "first by" in (lease().get("holderIdentity") or ""))
    begun = lease()
    until(lambda: lease()["renewTime"] != begun["renewTime"], timeout=10)

    second, log = playbook("second", 0)
    assert second.wait(60) == 2
    output = log.read_text()
    assert "another run holds the lock of this platform: first by" in output
    assert begun["acquireTime"] in output
    assert lease()["leaseTransitions"] == begun["leaseTransitions"]

    first.kill()
    third, log = playbook("third", 0)
    assert third.wait(90) == 0, log.read_text()
    assert lease()["leaseTransitions"] == begun["leaseTransitions"] + 1
    assert not lease()["holderIdentity"]
    time.sleep(4)  # a keeper that had not ended would have renewed by now
    after = json.dumps(lease())
    time.sleep(4)
    assert json.dumps(lease()) == after
