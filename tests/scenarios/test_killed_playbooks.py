# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of runbooks backup and restore again and again. PLAYBOOK_KILLS sets how often, SEED when.

After each kill: every backup is whole and none is gone, nothing that had ended runs again, and a CodeRun without its
status is there only while its controller is held. After every tenth one a run ends by itself, and everything holds.
"""

from __future__ import annotations

import json
import threading

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support import killing, restores
from tests.support.backups import Keys
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.finished_work import FinishedWork
from tests.support.killed_runs import RunKiller
from tests.support.killing import PLAYBOOK_KILLS
from tests.support.lab import Lab
from tests.support.proved_backups import ProvedBackups

KILLS = -(-PLAYBOOK_KILLS * 9 // 20)  # of each of the two; the others are of test_killed_runs
EVERY = 10
CODERUN_CONTROLLER = resource("apps/v1", "deployments", "agent-platform", "controller")
COMPONENTS = (
    resource("apps/v1", "deployments", "argo", "argo-workflows-workflow-controller"),
    resource("apps/v1", "deployments", "argo-events", "argo-events-controller-manager"),
    CODERUN_CONTROLLER,
)
USER = "system:serviceaccount:agent-platform-ops:restore"


@pytest.fixture
def keys(lab: Lab) -> Keys:
    return restores.keys_of(lab)


@pytest.fixture
def backups(lab: Lab, keys: Keys) -> ProvedBackups:
    """Those in the store of the lab."""
    return ProvedBackups(lab.state, keys.trusted, str(keys.identity))


def is_due(number: int) -> bool:
    """Whether a whole run follows this kill."""
    return (number + 1) % EVERY == 0 or number + 1 == KILLS


def interrupted(lab: Lab, playbook: str) -> int:
    """How many of the runs that were killed have a record."""
    records = [json.loads(path.read_text()) for path in lab.state.glob(f"records/*/{playbook}/*.json")]
    return sum(record["outcome"] == "interrupted" for record in records)


def test_runs_of_backup_killed_again_and_again_leave_whole_backups(lab, api, namespace, keys, backups) -> None:
    name = {"name": "changing"}
    namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": name, "data": {"number": "none"}})
    changing = resource("v1", "configmaps", namespace.name, name["name"])
    variables = {"platform_kubeconfig": str(lab.kubeconfig_of("backup")), "backup_reason": "killed"}

    def more(pattern: str):
        """When there are more of these files than at the beginning of the run."""
        before = set(lab.state.glob(f"backups/lab/{pattern}"))
        return lambda: set(lab.state.glob(f"backups/lab/{pattern}")) > before

    marks = {"first part": lambda: more("parts/*/*"), "manifest": lambda: more("manifests/*.json")}
    killer = RunKiller(lab, api, "backup", variables)
    due = {**keys.options(str(lab.state)), "kubeconfig": str(lab.kubeconfig), "when_due": True}
    killing.run("backup", **due)
    for number in range(KILLS):
        api.patch(changing, {"data": {"number": str(number)}})
        before = backups.look()
        killer.kill(marks)
        assert before <= backups.look()
        if is_due(number):
            before = backups.look()
            assert killer.finish().record["steps"][0]["changes"]["total"] == 1
            assert before < backups.look()
            assert not killing.run("backup", **due)["changed"]
    backups.prove()
    assert interrupted(lab, "backup")
    killer.tally.require_hits()


class Site:
    """Work that has ended, on a platform whose CodeRun controller works for as long as it is not scaled to 0."""

    def __init__(self, work: FinishedWork, controller: StandInCodeRunController) -> None:
        self.work, self._controller = work, controller
        self._lab, self._api = work.lab, work.api
        self._position = 0
        self._before = self._acting()

    @property
    def variables(self) -> dict[str, object]:
        """Of the runbook."""
        return {
            "platform_kubeconfig": str(self._lab.kubeconfig_of("restore")),
            "restore_namespaces": [self.work.namespace.name],
            "runbook_confirm": "lab",
        }

    @property
    def marks(self):
        return {"held": self._held, "all there": self._all_there, "first object": self._more, "let go": self._let_go}

    def empty(self) -> None:
        self.work.empty()
        self._position = self._lab.audit_position()

    def is_whole(self) -> bool:
        return len(self.work.there()) == len(self.work.paths)

    def require_nothing_runs(self) -> None:
        """A CodeRun without its status would start anew as soon as its controller is back."""
        self.work.require_nothing_ran(self._controller)
        if self._acts():
            assert self.work.without_status() == []
        self._require_made_once()

    def require_finished(self) -> None:
        """All is back, once, and acts as it did."""
        assert self._acting() == self._before
        self._require_made_once()
        again = killing.run("restore", **self.work.options, namespaces=[self.work.namespace.name])
        assert (again["changed"], again["plan"]["states"]) == (False, {"same": len(self.work.paths)})
        self.work.require_nothing_runs(self._controller)

    def _require_made_once(self) -> None:
        made = self.work.made(self._position, USER)
        assert len(made) == len(set(made)), "something was made twice"

    def _acting(self) -> dict[str, tuple[int, bool]]:
        """(replicas, whether it is held) of the controllers."""
        found = {path: self._api.get(path) for path in COMPONENTS}
        return {
            path: (one["spec"]["replicas"], MARK in (one["metadata"].get("labels") or {}))
            for path, one in found.items()
        }

    def _acts(self) -> bool:
        return bool(self._api.get(CODERUN_CONTROLLER)["spec"]["replicas"])

    def _held(self):
        return lambda: not self._acts()

    def _all_there(self):
        return self.is_whole

    def _more(self):
        before = len(self.work.there())
        return lambda: len(self.work.there()) > before

    def _let_go(self):
        """It was held, by this run or one before, and acts again."""
        seen: list[bool] = []

        def holds() -> bool:
            seen.append(self._acts())
            return seen[-1] and not all(seen)

        return holds


@pytest.fixture
def site(lab, api, namespace, keys):
    ended, work = threading.Event(), FinishedWork(lab, namespace, keys, str(lab.state))
    with StandInCodeRunController(api, [namespace.name]) as controller:

        def follow() -> None:
            while not ended.wait(0.1):
                controller.resume() if api.get(CODERUN_CONTROLLER)["spec"]["replicas"] else controller.pause()

        thread = threading.Thread(target=follow)
        thread.start()
        try:
            yield Site(work, controller)
        finally:
            ended.set()
            thread.join()


def test_runs_of_restore_killed_again_and_again_run_nothing_anew_and_are_finished(lab, api, site, backups) -> None:
    site.work.back_up()
    killer = RunKiller(lab, api, "restore", site.variables)
    for number in range(KILLS):
        if number == 0 or (killer.at_rest and (site.is_whole() or number % 3 == 0)):
            site.empty()
        before = backups.look()
        killer.kill(site.marks)
        site.require_nothing_runs()
        assert before <= backups.look()
        if is_due(number):
            killer.finish()
            site.require_finished()
    backups.prove()
    assert interrupted(lab, "restore")
    killer.tally.require_hits()
