# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of the weekly maintenance or of its module, then run again. PLAYBOOK_KILLS sets the length of the series."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import LEASES, resource

from tests.support.cluster import KEEP, ago, workflow
from tests.support.killed_runs import RunKiller
from tests.support.killing import PLAYBOOK_KILLS

COUNT = 800
BATCH = 200
LEASE = resource(*LEASES, "agent-platform-ops", "runbook")


def old_ones():
    return [workflow(f"w{number:04}") for number in range(COUNT)]


@pytest.fixture
def variables(lab, namespace):
    namespace.add(
        workflow("fresh", finished=ago(hours=1)),
        workflow("pinned", labels={KEEP: "true"}),
        *old_ones(),
    )
    return {
        "platform_kubeconfig": str(lab.kubeconfig_of("weekly-maintenance")),
        "workflow_retention_namespaces": [namespace.name],
        "workflow_retention_keep_newest": 0,
        "runbook_only": ["agent_platform.ops.workflow_retention"],
    }


@pytest.fixture
def begin(lab, variables):
    """Start a weekly maintenance and return its process."""
    begun = []

    def start():
        log = lab.state / f"killed-{len(begun)}.log"
        begun.append(lab.begin("weekly_maintenance", "-e", json.dumps(variables), log=log))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


def left(namespace):
    """How many of those that are past their retention are still there."""
    pages = namespace.api.pages(namespace.path, metadata_only=True)
    return sum(item["metadata"]["name"].startswith("w") for page in pages for item in page)


def until(condition, timeout=60):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.02)


def at_rest(namespace):
    """The number of workflows when it does not change any more."""
    while True:
        before = left(namespace)
        time.sleep(2)
        if left(namespace) == before:
            return before


def modules_below(pid):
    """Processes below a playbook that are not ansible-playbook itself."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below, found = {pid}, []
    while new := {child for child, parent in parents.items() if parent in below} - below:
        below |= new
        found += [child for child in new if b"ansible-playbook" not in _command(child)]
    return found


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b"ansible-playbook"


@pytest.fixture
def finish(lab, api, namespace, variables):
    """Run again, and hold the whole story against the promises."""

    def run(position):
        done = lab.run_playbook("weekly_maintenance", "-e", json.dumps(variables))
        assert (done.rc, done.record["outcome"]) == (0, "finished"), done.stdout[-3000:]
        assert namespace.workflows().keys() == {"fresh", "pinned"}
        assert not api.get(LEASE)["spec"].get("holderIdentity"), "the lock stays"
        deleted = [
            event["objectRef"]["name"]
            for event in lab.audit_events(position)
            if event["verb"] == "delete"
            and event["objectRef"]["resource"] == "workflows"
            and event.get("responseStatus", {}).get("code") == 200
            and event.get("stage", "ResponseComplete") == "ResponseComplete"
        ]
        # A request whose sender was killed is carried out, but its answer, 200 or not, is written down as it may be.
        assert len(deleted) == len(set(deleted)), "something was deleted twice"
        assert len(deleted) > COUNT / 2
        return done

    return run


def test_a_killed_playbook_leaves_an_orphan_that_stops_before_its_next_batch(lab, namespace, begin, finish):
    position = lab.audit_position()
    process = begin()
    until(lambda: left(namespace) < COUNT)
    process.kill()
    seen = left(namespace)
    rest = at_rest(namespace)
    assert rest >= seen - 2 * BATCH
    assert rest > 0, "all was gone before the kill took effect; raise COUNT"
    done = finish(position)
    records = [json.loads(path.read_text()) for path in sorted(lab.state.glob("records/*/weekly_maintenance/*.json"))]
    interrupted = [record for record in records if record["outcome"] == "interrupted"]
    assert interrupted
    assert interrupted[-1]["started"] < done.record["started"]


def test_a_killed_module_ends_the_run_and_the_next_one_finishes(lab, namespace, begin, finish):
    position = lab.audit_position()
    process = begin()
    until(lambda: left(namespace) < COUNT)
    for pid in modules_below(process.pid):
        os.kill(pid, signal.SIGKILL)
    assert process.wait(120) == 2
    finish(position)


def test_killed_again_and_again_at_any_moment(lab, api, namespace, variables, finish):
    position, killer = lab.audit_position(), RunKiller(lab, api, "weekly_maintenance", variables)
    for number in range(max(1, PLAYBOOK_KILLS // 10)):
        if number and number % 5 == 0:
            finish(position)
            namespace.add(*old_ones())
            position = lab.audit_position()
        killer.kill({"first deletion": lambda: deletes_more(namespace)})
    finish(position)


def deletes_more(namespace):
    """When fewer are left than at the beginning of the run."""
    before = left(namespace)
    return lambda: left(namespace) < before
