# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster of upgrades with its workloads in a Helm release, and what Helm would do there, in memory."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_act
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    SERVER,
    UpgradeCluster,
    definition,
)

COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "group": "argoproj.io",
    "workloads": [{"name": "controller", "container": "controller"}, {"name": "server", "container": "server"}],
    "releases": [{"line": "3.6"}, {"line": "3.7", "since": ["3.6"]}],
}
OLD, NEW = "v3.6.13", "v3.7.15"
RELEASE = {"name": "wf", "namespace": "", "chart_version": "", "values_files": [], "timeout": 1}
Run = Callable[..., Acted]
LONG_AGO = "2020-01-01T00:00:00Z"  # so long ago that nobody works on it any more
_OWNER = {"meta.helm.sh/release-name": "wf", "meta.helm.sh/release-namespace": "argo"}


class HelmCluster(UpgradeCluster):
    """revisions: of the release, the oldest first. definitions: whether the release holds them itself."""

    def __init__(self, manifest: str = "") -> None:
        super().__init__()
        self.revisions: list[dict[str, Any]] = []
        self.manifest = manifest
        for path in (CONTROLLER, SERVER):
            self.objects[path]["metadata"]["annotations"] = dict(_OWNER)
        self.helm("v3.6.13", password="canary-of-a-value")

    def helm(self, version: str, status: str = "deployed", begun: str = LONG_AGO, **values: Any) -> None:
        """Helm installs or upgrades: values are kept, and objects are changed unless it dies before."""
        before = self.revisions[-1] if self.revisions else {"config": {}}
        chart = {"name": "wf", "version": f"1.{version.rpartition('.')[2]}", "appVersion": version}
        self._add({"chart": {"metadata": chart}, "config": {**before["config"], **values}}, status, begun)
        if status == "deployed":
            self._show(version)

    def roll_back(self, number: int) -> None:
        """Helm goes back to what a revision was."""
        kept = next(one for one in self.revisions if one["version"] == number)
        self._add({"chart": kept["chart"], "config": kept["config"]}, "deployed", LONG_AGO)
        self._show(kept["chart"]["metadata"]["appVersion"])

    def _add(self, made: dict[str, Any], status: str, begun: str) -> None:
        number = len(self.revisions) + 1
        info = {"status": status, "last_deployed": f"at {number}", "description": "as it went"}
        self.revisions.append({"version": number, "info": info, "manifest": self.manifest, "begun": begun, **made})

    def _show(self, version: str) -> None:
        for path in (CONTROLLER, SERVER):
            item = copy.deepcopy(self.objects[path])
            container = item["spec"]["template"]["spec"]["containers"][0]
            container["image"] = f"q.io/{container['name']}:{version}"
            self._store(path, item)

    def list_at(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
        if path != "/api/v1/namespaces/argo/secrets" or "name=wf" not in query["labelSelector"]:
            return [], "1"
        return [_secret(one) for one in self.revisions], "1"


def _secret(revision: dict[str, Any]) -> dict[str, Any]:
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(revision).encode()))).decode()
    meta = {"name": f"sh.helm.release.v1.wf.v{revision['version']}", "creationTimestamp": revision["begun"]}
    return {"metadata": meta, "data": {"release": packed}}


def runner(cluster: HelmCluster, folder: Path) -> Run:
    """What module component_upgrade does, with a definition of the version in a folder."""
    (folder / "crds.yaml").write_text(yaml.safe_dump(definition("a", "b")))

    def act(state: str, *, check: bool = False, **more: Any) -> Acted:
        options = {
            "state": state,
            "version": NEW,
            "component": COMPONENT,
            "namespace": "",
            "watching": [],
            "accept_irreversible": False,
            "method": "helm",
            "release": RELEASE,
            "definitions": [str(folder)],
            "images": {},
            "automatic": False,
            "operations_namespace": "ops",
            "wait": 0.05,
            "steady": 0,
            "reason": "",
            "actor": "",
            "lock": None,
            **more,
        }
        return upgrade_act.act(cluster, options, check)

    return act


def outcomes(acted: Acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def upgrade(cluster: HelmCluster, run: Run) -> Acted:
    """What the role does: one half, Helm, the other half."""
    release = run("prepared").more["release"]
    if release["back_to"]:
        cluster.roll_back(release["back_to"])
    if release["upgrade"]:
        cluster.helm(NEW)
    return run("upgraded")


def back(cluster: HelmCluster, run: Run, **more: Any) -> Acted:
    release = run("rolled_back", **more).more["release"]
    if release["back_to"]:
        cluster.roll_back(release["back_to"])
    return run("rolled_back", **more)
