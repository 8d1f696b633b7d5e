# SPDX-License-Identifier: GPL-3.0-or-later
"""Module runbook_lock with its keeper, in playbooks of its own, on a Lease of its own."""

from __future__ import annotations

import json
import time
import uuid

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import LEASES, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.s3 import s3

NAME = f"lock-test-{time.time():.0f}"  # a cluster that is kept may hold the lock of an earlier run
LEASE = resource(*LEASES, "agent-platform-ops", NAME)


@pytest.fixture
def playbook(lab, tmp_path):
    """Start a play that takes the lock, waits, and gives it back."""
    running = []

    def start(runbook, seconds, **more):
        options = {"kubeconfig": str(lab.kubeconfig), "name": NAME, "runbook": runbook, **more}
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
    until(lambda: lease()["renewTime"] != begun["renewTime"], timeout=30)

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


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """Options of a store on a real S3 server, and the store."""
    with s3(tmp_path) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        url = f"{server.url}/{uuid.uuid4().hex}"
        yield {"platform": "lab", "store": url, "store_options": server.options}, open_store(url, server.options)


def test_a_lock_in_a_bucket_is_kept_and_taken_over_and_holds_back_runs_with_the_other_kind(playbook, bucket):
    options, store = bucket

    def claim():
        keys = store.keys("locks/lab")
        return json.loads(store.get(keys[-1])) if keys else {}

    first, _log = playbook("first", 120, kind="store", **options)
    until(lambda: claim().get("holder", "").startswith("first by"))
    begun = claim()
    until(lambda: claim()["renewed"] != begun["renewed"], timeout=30)

    for kind in ("store", "cluster"):
        other, log = playbook(f"other-{kind}", 0, kind=kind, **options)
        assert other.wait(60) == 2
        assert (
            f"another run holds the lock of this platform in its store: first by {begun['holder'][9:]}"
            in log.read_text()
        )
    assert len(store.keys("locks/lab")) == 1

    first.kill()
    second, log = playbook("second", 0, kind="store", **options)
    assert second.wait(90) == 0, log.read_text()
    assert store.keys("locks/lab") == [f"locks/lab/{number:09}.json" for number in (1, 2, 3)]
    assert claim()["holder"] == ""


def test_a_run_with_the_lock_in_the_store_is_held_back_by_one_with_the_lease(playbook, lease, tmp_path):
    options = {"platform": "lab", "store": str(tmp_path / "store")}
    first, _log = playbook("with-lease", 60, **options)
    until(lambda: "with-lease by" in (lease().get("holderIdentity") or ""))
    other, log = playbook("in-store", 0, kind="store", **options)
    assert other.wait(60) == 2
    assert "another run holds the lock of this platform: with-lease by" in log.read_text()
    store = open_store(options["store"])
    assert json.loads(store.get(store.keys("locks/lab")[-1]))["holder"] == "", "its own lock is given back"
    first.kill()
