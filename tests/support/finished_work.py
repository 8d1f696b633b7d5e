# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that has ended, and settings, in a namespace: what a restore must bring back and not begin anew."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import Keys, take_backup
from tests.support.cluster import Namespace, workflow
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab

CONFIG_MAPS = ("v1", "configmaps")
KINDS = ("configmaps", "workflows.argoproj.io", "coderuns.agents.platform")
ENDED = {"phase": "Succeeded", "workCompleted": True, "message": "done", "finishedAt": "2026-08-01T00:00:00Z"}
SETTINGS, RUNS = 120, 12


class FinishedWork:
    """Finished work and settings in a namespace, with a backup of them."""

    def __init__(self, lab: Lab, namespace: Namespace, keys: Keys, url: str) -> None:
        self.lab, self.api, self.namespace = lab, namespace.api, namespace
        self.keys, self.url = keys, url
        self.paths = [resource(*CONFIG_MAPS, namespace.name, f"setting-{number}") for number in range(SETTINGS)]
        for path in self.paths:
            name = path.rpartition("/")[2]
            namespace.create(*CONFIG_MAPS, _setting(name))
        for number in range(RUNS):
            self._finished_work(number)

    def _finished_work(self, number: int) -> None:
        place, name = self.namespace.name, f"run-{number}"
        body = coderun(name)
        body["metadata"]["finalizers"] = [restores.FINALIZER]
        made = self.namespace.create(*CODERUNS, body)
        self.paths += [resource(*CODERUNS, place, name), resource(*WORKFLOWS, place, f"play-{number}")]
        self.api.replace(f"{resource(*CODERUNS, place, name)}/status", {**made, "status": ENDED})
        self.namespace.add(workflow(f"play-{number}"))

    def back_up(self, *kinds: str, **more: Any) -> str:
        """The id of a backup of these kinds, by default those of what is in it."""
        return take_backup(self.api, open_store(self.url), self.keys, *(kinds or KINDS), **more).manifest.id

    @property
    def options(self) -> dict[str, Any]:
        """Of module restore."""
        known = self.keys.options(self.url)
        places = {name: known[name] for name in ("platform", "store", "trusted_keys")}
        return {**places, "identity": str(self.keys.identity), "kubeconfig": str(self.lab.kubeconfig)}

    def empty(self) -> None:
        for _path, result in self.api.each(lambda path: restores.delete(self.api, path), self.paths):
            assert not isinstance(result, OpsError), result

    def there(self) -> list[str]:
        """Names of what is there, those of CodeRuns with their status."""
        place = self.namespace.name
        runs = [one for one in self._runs() if one.get("status")]
        settings = self.api.list_at(resource(*CONFIG_MAPS, place), {"labelSelector": "setting=true"})[0]
        found = [*runs, *settings, *self.namespace.workflows().values()]
        return [one["metadata"]["name"] for one in found]

    def made(self, position: int, user: str = "lab-admin") -> list[str]:
        """What was created in the namespace since then, as the API server wrote it down."""
        return [
            "/".join((event["objectRef"]["resource"], event["objectRef"]["name"]))
            for event in self.lab.audit_events(position)
            if event["verb"] == "create"
            and event["user"]["username"] == user
            and event["objectRef"].get("namespace") == self.namespace.name
            and event.get("responseStatus", {}).get("code") == 201
            and event.get("stage", "ResponseComplete") == "ResponseComplete"
            and "dryRun" not in event["requestURI"]
        ]

    def without_status(self) -> list[str]:
        """CodeRuns that their controller would take for new ones."""
        return [one["metadata"]["name"] for one in self._runs() if not one.get("status")]

    def require_nothing_runs(self, controller: StandInCodeRunController) -> None:
        """All is there as it ended, and the controllers have had time to look at everything."""
        time.sleep(1)
        self.require_nothing_ran(controller)
        assert [one["status"] for one in self._runs()] == [ENDED] * RUNS

    def require_nothing_ran(self, controller: StandInCodeRunController) -> None:
        """Nothing of what is there, which may not be all, began anew."""
        assert controller.jobs(self.namespace.name) == []
        pods = resource("v1", "pods", self.namespace.name)
        assert [item for page in self.api.pages(pods) for item in page] == []
        assert {one["status"]["phase"] for one in self.namespace.workflows().values()} <= {"Succeeded"}
        assert all(one["status"] == ENDED for one in self._runs() if one.get("status"))

    def _runs(self) -> list[dict[str, Any]]:
        return self.api.list_at(resource(*CODERUNS, self.namespace.name), {})[0]


def _setting(name: str) -> dict[str, Any]:
    return {"kind": "ConfigMap", "metadata": {"name": name, "labels": {"setting": "true"}}, "data": {"a": name}}
