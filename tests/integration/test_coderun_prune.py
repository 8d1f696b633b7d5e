# SPDX-License-Identifier: GPL-3.0-or-later
"""Module coderun_prune and role coderun_retention on the real API server; a stand-in plays the CodeRun controller."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINALIZER
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_prune, pruning
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import KEEP, ago
from tests.support.modules import run_module


class CodeRuns:
    """The CodeRuns of one namespace."""

    def __init__(self, namespace):
        self.namespace = namespace.name
        self.api = namespace.api
        self.path = resource(*CODERUN.at, self.namespace)

    def add(self, name, phase="Succeeded", agent="5DLabs-Rex", finished=None, **meta):
        body = {
            "apiVersion": CODERUN.api,
            "kind": CODERUN.kind,
            "metadata": {"name": name, "finalizers": [FINALIZER], **meta},
            "spec": {
                "taskId": 1,
                "service": "shop",
                "githubApp": agent,
                "repositoryUrl": "https://github.com/5dlabs/shop",
                "docsRepositoryUrl": "https://github.com/5dlabs/docs",
                "model": "claude",
                "workingDirectory": ".",
            },
        }
        self.api.create(self.path, body)
        status = {"phase": phase, "lastUpdate": finished or ago(days=90)}
        self.api.patch(f"{self.path}/{name}/status", {"status": status})

    def all(self):
        return {item["metadata"]["name"]: item for page in self.api.pages(self.path) for item in page}

    def let_go(self):
        """What the controller does after its clean-up."""
        for name, item in self.all().items():
            if item["metadata"].get("deletionTimestamp"):
                self.api.patch(f"{self.path}/{name}", {"metadata": {"finalizers": []}})

    @contextmanager
    def stand_in(self):
        ended = threading.Event()

        def control():
            while not ended.wait(0.1):
                try:
                    self.let_go()
                except OpsError:
                    # Gone between list and patch, as every controller meets it.
                    continue

        thread = threading.Thread(target=control)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


@pytest.fixture
def coderuns(namespace):
    made = CodeRuns(namespace)
    yield made
    for name in made.all():
        made.api.patch(f"{made.path}/{name}", {"metadata": {"finalizers": []}})


@pytest.fixture
def prune(lab, coderuns):
    def run(check=False, **options):
        fixed = {
            "kubeconfig": str(lab.kubeconfig),
            "namespaces": [coderuns.namespace],
            "keep_newest": 0,
            "wait": 5,
            "without_controller": True,
        }
        return run_module("coderun_prune", check=check, **{**fixed, **options})

    return run


def names(result, action="delete"):
    return sorted(row["subject"]["name"] for row in result["rows"] if row["action"] == action)


def test_the_plan_is_what_a_real_run_deletes_and_a_second_run_changes_nothing(lab, coderuns, prune):
    for number in range(4):
        coderuns.add(f"old-{number}", phase="Failed" if number % 2 else "Succeeded")
    coderuns.add("fresh", finished=ago(hours=1))
    coderuns.add("pinned", labels={KEEP: "true"})
    coderuns.add("odd", phase="Complete", agent="5DLabs-Cleo")
    position = lab.audit_position()
    look = prune(check=True)
    assert lab.writes(position) == []
    assert names(look) == ["old-0", "old-1", "old-2", "old-3"]
    assert look["findings"][0]["status"] == "unknown"
    with coderuns.stand_in():
        done = prune(as_of=look["plan"]["as_of"], plan_digest=look["plan"]["digest"])
    assert (done["changed"], names(done), done["summary"]["deleted"]) == (True, names(look), 4)
    assert coderuns.all().keys() == {"fresh", "pinned", "odd"}
    assert prune(as_of=look["plan"]["as_of"])["changed"] is False


def test_what_shares_the_clean_up_of_an_unfinished_one_stays(coderuns, prune):
    coderuns.add("done")
    coderuns.add("working", phase="Running", agent="5dlabs-rex")
    result = prune()
    assert result["changed"] is False
    assert result["summary"]["kept"]["shared_cleanup"] == 1
    assert coderuns.all().keys() == {"done", "working"}


def test_over_max_deletions_nothing_goes(coderuns, prune):
    for number in range(3):
        coderuns.add(f"c{number}")
    assert prune(max_deletions=2)["error"]["kind"] == "refused"
    assert not any(item["metadata"].get("deletionTimestamp") for item in coderuns.all().values())


def test_one_that_changes_between_list_and_delete_is_not_deleted(api, coderuns):
    coderuns.add("restarted")
    where = {"namespaces": [coderuns.namespace], "selector": None, "as_of": datetime.now(UTC), "controller": None}
    plan = coderun_prune.decide(api, Policy(0, 0, 0, keep_newest=0), **where)
    api.patch(f"{coderuns.path}/restarted/status", {"status": {"phase": "Running"}})
    pruned = pruning.carry_out(api, plan, Fence(None, None), [coderuns.namespace], 1)
    assert dict(pruned.counts) == {"changed": 1}
    assert "deletionTimestamp" not in coderuns.all()["restarted"]["metadata"]


def test_without_the_controller_it_refuses_and_otherwise_tells_what_holds(lab, coderuns, prune):
    coderuns.add("old")
    position = lab.audit_position()
    refused = prune(without_controller=False, controller_name="no-such-controller")
    assert refused["error"]["kind"] == "refused"
    assert "nothing would finish" in refused["msg"]
    assert lab.writes(position) == []

    held = prune(wait=1)
    assert (held["changed"], held["rows"][0]["outcome"]) == (True, "held")
    assert held["findings"][0]["message"].endswith(f"held by {FINALIZER}: is the CodeRun controller running?")
    assert coderuns.all()["old"]["metadata"]["finalizers"] == [FINALIZER]
