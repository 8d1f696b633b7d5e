# SPDX-License-Identifier: GPL-3.0-or-later
"""A practice cluster of a test's own whose control plane is one minor version behind."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

from tests.support.cluster import Namespace, ago, client
from tests.support.commands import ROOT, run
from tests.support.lab import UP_TIMEOUT, Lab, Run
from tests.support.workflows import HOLD, act, manifest, phase, steps, until

RUNBOOK = "upgrade_kubernetes"
#: variables of the runbook: what a practice cluster runs has one replica each, and simulated pods keep nothing
DRAINS = {"node_drain_last_replicas": "roll", "node_drain_empty_dirs": "evict"}
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
OLD, NEW = "v1.34.4", "v1.35.4"
_OLDER = {"kubernetes": str(ROOT / "roles" / "lab" / "files" / "older_tools" / "kubernetes")}


class OldLab(Lab):
    """One that begins with the older version; runs of the runbook use its own ServiceAccount."""

    @property
    def note(self) -> dict[str, Any]:
        """Of the last upgrade; empty before the first one."""
        path = self.state / "upgrades" / "lab" / "kubernetes.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def arguments(self, *more: str) -> list[str]:
        """Of a run of the runbook."""
        own = self.kubeconfig_of("upgrade-kubernetes")
        return ["-e", f"platform_kubeconfig={own}", *more]

    def kubectl(self, *arguments: str) -> str:
        """What kubectl prints, with the rights of the administrator."""
        return run(self.program("kubectl"), f"--kubeconfig={self.kubeconfig}", *arguments).stdout

    def server(self) -> str:
        """The version of the API server that answers."""
        return json.loads(self.kubectl("get", "--raw", "/version"))["gitVersion"]

    def kubelets(self) -> set[str]:
        return set(self.kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}").split())

    def set_kubelets(self, version: str, *nodes: str) -> None:
        """Let simulated nodes tell a version, as real ones do; all of them when none is named."""
        patch = json.dumps({"status": {"nodeInfo": {"kubeletVersion": version}}})
        for node in nodes or self.kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split():
            self.kubectl("patch", "node", node, "--subresource=status", "--type=merge", f"--patch={patch}")

    def component(self, program: str) -> str:
        """Which program of the cache it is by now."""
        return os.readlink(self.programs / program)

    def require_at_rest(self, version: str) -> None:
        """Every component runs, nothing is left in clear, and the note says how it ended."""
        assert all(self.runs(name) for name in COMPONENTS)
        assert self.note["phase"] == ("done" if version == NEW else "rolled_back")
        assert not (self.directory / "private" / "etcd-snapshot").exists()

    def rehearse(self) -> None:
        """Put the record of a drill that went well into the store."""
        now = datetime.now(UTC)
        step = {"role": "agent_platform.ops.backup_drill", "status": "ok"}
        record = {"id": "drill", "started": format_time(now), "check": False, "steps": [step], "outcome": "finished"}
        folder = self.state / "records" / "lab" / "weekly_maintenance"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{now:%Y-%m-%dT%H-%M-%SZ}.json"
        path.write_text(json.dumps({**record, "runbook": {"name": "weekly_maintenance"}}))


class Site:
    """The cluster, and a workflow that is held in a namespace of its own."""

    def __init__(self, lab: OldLab) -> None:
        self.lab = lab
        self.api = client(lab.kubeconfig)
        self.namespace = Namespace(self.api)
        self.namespace.add(manifest("held", steps(("hold=hold",)), HOLD))
        self.uid = until(self.held)["metadata"]["uid"]

    def held(self) -> dict[str, Any] | None:
        """The workflow, once it is held."""
        found = self.namespace.workflows().get("held", {})
        return found if phase(found) == "Running" else None

    def run(self, *arguments: str) -> Run:
        return self.lab.run_playbook(RUNBOOK, *self.lab.arguments(*arguments), timeout=1800)

    def require(self, version: str) -> None:
        """Server and nodes have the version, each node takes pods, and the workflow is the one from the beginning."""
        assert (self.lab.server(), self.lab.kubelets()) == (version, {version})
        assert self.away() == []
        held = self.held()
        assert held
        assert held["metadata"]["uid"] == self.uid
        assert self._written() < 1_000_000, "the workflow controller watches nothing any more, and fills its log"

    def _written(self) -> int:
        """Bytes that the workflow controller writes to its log in a second."""
        log = self.lab.directory / "logs" / "workflow-controller.log"
        before = log.stat().st_size
        time.sleep(1)
        return log.stat().st_size - before

    def resume(self) -> None:
        """Controllers that stood by all the time go on with it."""
        act(self.api, "resumed", namespace=self.namespace.name, names=["held"], reason="It is over")
        until(lambda: phase(self.namespace.workflows()["held"]) == "Succeeded")

    def away(self) -> list[str]:
        """Nodes that take no pods, or carry a mark of a drain."""
        nodes = [one for page in self.api.pages(resource("v1", "nodes")) for one in page]
        marked = [one for one in nodes if set(marks.MARKS) & set(one["metadata"].get("annotations") or {})]
        closed = [one for one in nodes if one["spec"].get("unschedulable")]
        return sorted({one["metadata"]["name"] for one in [*marked, *closed]})

    def nodes(self, version: str) -> set[str]:
        """Those that say that they have it."""
        found = (one for page in self.api.pages(resource("v1", "nodes")) for one in page)
        return {one["metadata"]["name"] for one in found if one["status"]["nodeInfo"]["kubeletVersion"] == version}

    def leave_away(self, node: str) -> None:
        """A node that has the new version, and that a run has drained and not brought back."""
        self.lab.set_kubelets(NEW, node)
        about = {marks.REASON: f"It moves to Kubernetes {NEW}", marks.TIME: ago(minutes=1), marks.ACTOR: ""}
        wish = {"metadata": {"annotations": about}, "spec": {"unschedulable": True}}
        self.api.patch(resource("v1", "nodes", None, node), wish)

    def add(self, name: str) -> None:
        self.namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": name}})

    def names(self) -> set[str]:
        """Of the ConfigMaps that a test has made."""
        said = self.lab.kubectl("-n", self.namespace.name, "get", "configmaps", "-o", "name")
        return {line.rpartition("/")[2] for line in said.split()} - {"kube-root-ca.crt"}


@contextmanager
def old_lab(name: str) -> Iterator[OldLab]:
    """One that lives until the block ends."""
    lab = OldLab(name)
    try:
        _up(lab)
        lab.set_kubelets(OLD)
        yield lab
    finally:
        lab.stop()


def _up(lab: OldLab, tries: int = 3) -> None:
    """Bring it up; a machine that is busy may take longer than one run waits, and the next one goes on."""
    options = json.dumps({"lab_tool_modules": _OLDER, "lab_sample": "none"})
    words = ["ansible-playbook", ROOT / "playbooks" / "lab_up.yml", *lab.options, "-e", options]
    for left in reversed(range(tries)):
        if run(*words, timeout=UP_TIMEOUT, expect=None if left else 0).returncode == 0:
            return
