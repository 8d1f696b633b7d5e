# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeRuns that had finished come back while their controller is in service, and none of them runs again.

The controller is our stand-in; it works as long as its Deployment says, as the real one does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import take_backup
from tests.support.cluster import Namespace
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab

CONTROLLER = resource("apps/v1", "deployments", "agent-platform", "controller")
KIND = "coderuns.agents.platform"
RUNS = ("merged", "reviewed")


@contextmanager
def _beside(*works: Any) -> Iterator[None]:
    """Each of these again and again, in a thread of its own, until the block ends."""
    ended = threading.Event()

    def repeat(work: Any) -> None:
        while not ended.wait(0.1):
            work()

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


class Versions:
    """Every version of the CodeRuns of a namespace from now on."""

    def __init__(self, api: Client, namespace: str) -> None:
        self._api, self._collection = api, resource(*CODERUNS, namespace)
        _items, self._version = api.list_at(self._collection, {})
        self.seen: list[dict[str, Any]] = []

    def follow(self) -> None:
        for event in self._api.watch(self._collection, self._version, 3):
            self._version = event["object"]["metadata"]["resourceVersion"]
            if event["type"] in ("ADDED", "MODIFIED"):
                self.seen.append(event["object"])


def test_finished_coderuns_come_back_and_their_controller_starts_none_of_them(
    lab: Lab, api: Client, namespace: Namespace
) -> None:
    here, followed = namespace.name, []
    with StandInCodeRunController(api, [here]) as controller:

        def as_its_deployment_says() -> None:
            rests = api.get(CONTROLLER)["spec"].get("replicas") == 0
            followed.append(rests)
            (controller.pause if rests else controller.resume)()

        controller.create(here, *(coderun(name, task=number) for number, name in enumerate(RUNS, 1)))
        for name in RUNS:
            controller.finish(here, name)
        ended = {name: _ended(controller, here, name) for name in RUNS}
        backup = take_backup(api, open_store(str(lab.state)), restores.keys_of(lab), KIND).manifest.id
        for name in RUNS:
            restores.delete(api, restores.path(here, *CODERUNS, name))

        versions = Versions(api, here)
        rights = ("-e", f"platform_kubeconfig={lab.kubeconfig_of('restore')}", "-e", "runbook_confirm=lab")
        wanted = ("-e", f"restore_backup={backup}", "-e", f"restore_namespaces={here}", "-e", "restore_kinds=coderuns")
        with _beside(as_its_deployment_says, versions.follow):
            done = lab.run_playbook("restore", *rights, *wanted)
            time.sleep(3)  # the controller has looked at each again and again by then
        assert done.rc == 0, done.stdout[-6000:]
        assert True in followed, "its Deployment was held meanwhile"
        assert followed[-1] is False, "and let go"
        assert {name: controller.get(here, name)["status"]["phase"] for name in RUNS} == ended
        phases = {(one["metadata"]["name"], one.get("status", {}).get("phase", "")) for one in versions.seen}
        assert phases <= {*ended.items(), *((name, "") for name in RUNS)}, "none began again"
        assert controller.jobs(here) == []


def _ended(controller: StandInCodeRunController, namespace: str, name: str) -> str:
    ends = ("Succeeded", "Failed")
    found = controller.wait_for(namespace, name, lambda run: run.get("status", {}).get("phase") in ends, 60)
    return found["status"]["phase"]
