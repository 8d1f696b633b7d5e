# SPDX-License-Identifier: GPL-3.0-or-later
"""Argo Workflows of a practice cluster as a Helm release, kept by an account of its own, and back as it was found."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.commands import ROOT, environment
from tests.support.s3 import program
from tests.support.upgrades_argo import CONTROLLER, OLD, SERVER, Argo, until

RELEASE, NAMESPACE = "argo-workflows", "argo"
KEEPER = "helm-keeper"
SECRET = "canary-of-a-value"  # a value of the release, which nothing may show
_CHART = ROOT / "tests" / "support" / "charts" / "argo-workflows"
_SECRETS = resource("v1", "secrets", NAMESPACE)
_RBAC = "rbac.authorization.k8s.io/v1"
# What the chart holds, and where Helm keeps its releases.
_RULES = [
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "create", "update", "delete"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list", "create", "patch"]},
    {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["list"]},  # to wait for them
]
_OWN = {"meta.helm.sh/release-name": None, "meta.helm.sh/release-namespace": None, "tests/note": None}


class Helm:
    """The release, and what is needed to have it upgraded."""

    def __init__(self, argo: Argo, folder: Path) -> None:
        self.argo, self.folder, self.program = argo, folder, program("helm")
        self.kubeconfig = argo.lab.kubeconfig

    def chart(self, version: str) -> str:
        """The chart of a version of Argo Workflows, packed."""
        own = f"1.0.{version.rpartition('.')[2]}"
        package = self.folder / f"argo-workflows-{own}.tgz"
        if not package.exists():
            self.run("package", str(_CHART), "--version", own, "--app-version", version, "-d", str(self.folder))
        return str(package)

    def command(self, *arguments: str) -> list[str]:
        return [str(self.program), *arguments, "--kubeconfig", str(self.kubeconfig), "--namespace", NAMESPACE]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(self.command(*arguments), env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def history(self) -> list[tuple[int, str, str]]:
        """Revision, status and version of the application, the oldest first."""
        rows = json.loads(self.run("history", RELEASE, "-o", "json"))
        return [(row["revision"], row["status"], row["app_version"]) for row in rows]

    def values(self) -> dict[str, Any]:
        """Those of the newest revision that somebody gave."""
        return json.loads(self.run("get", "values", RELEASE, "-o", "json"))

    def note(self) -> str:
        """What the chart makes of one of its values."""
        return self.argo.api.get(self.argo.path(CONTROLLER))["metadata"]["annotations"]["tests/note"]

    def kill_an_upgrade(self, version: str) -> None:
        """Helm dies in the middle, and leaves a pending revision."""
        before = len(self.history())
        command = self.command("upgrade", RELEASE, self.chart(version), "--reset-then-reuse-values", "--wait")
        # Nothing becomes ready meanwhile, so it cannot come to its end before it is killed.
        with (
            self.argo.lab.paused("kube-controller-manager"),
            subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL) as process,
        ):
            try:
                until(lambda: len(self._kept()) > before)
            finally:
                process.kill()
        assert self.history()[-1][1:] == ("pending-upgrade", version)

    def install(self) -> None:
        """Take over what is there, as a release of the older version."""
        given = {"note": "of the site", "password": SECRET}
        values = self.folder / "values.yml"
        values.write_text(yaml.safe_dump(given))
        self.run("install", RELEASE, self.chart(OLD), "--take-ownership", "--values", str(values))
        self.kubeconfig = self._account()

    def forget(self) -> None:
        """What it consists of stays, and belongs to nobody."""
        for item in self._kept():
            meta = item["metadata"]
            self.argo.api.delete(f"{_SECRETS}/{meta['name']}", meta["uid"], meta["resourceVersion"])
        for name in (CONTROLLER, SERVER):
            labels = {"app.kubernetes.io/managed-by": None}
            self.argo.api.patch(self.argo.path(name), {"metadata": {"annotations": _OWN, "labels": labels}})
        for path in self._rights():
            found = self.argo.api.get_or_none(path)
            if found:
                self.argo.api.delete(path, found["metadata"]["uid"], found["metadata"]["resourceVersion"])

    def _kept(self) -> list[dict[str, Any]]:
        return self.argo.api.list_at(_SECRETS, {"labelSelector": f"owner=helm,name={RELEASE}"})[0]

    def _rights(self) -> list[str]:
        kinds = (("v1", "serviceaccounts"), (_RBAC, "roles"), (_RBAC, "rolebindings"))
        return [resource(api, plural, NAMESPACE, KEEPER) for api, plural in kinds]

    def _account(self) -> Path:
        """A kubeconfig of an account that may do just what the chart needs."""
        account, role, binding = (path.rpartition("/")[0] for path in self._rights())
        meta = {"name": KEEPER}
        self.argo.api.create(account, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta})
        self.argo.api.create(role, {"apiVersion": _RBAC, "kind": "Role", "metadata": meta, "rules": _RULES})
        bound = {
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": KEEPER},
            "subjects": [{"kind": "ServiceAccount", "name": KEEPER, "namespace": NAMESPACE}],
        }
        self.argo.api.create(binding, {"apiVersion": _RBAC, "kind": "RoleBinding", "metadata": meta, **bound})
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        token = self.argo.api.create(f"{account}/{KEEPER}/token", asked)["status"]["token"]
        return self.argo.lab.kubeconfig_with_token(KEEPER, token)


@contextmanager
def released(argo: Argo, folder: Path) -> Iterator[Helm]:
    """A release of the older version until the block ends."""
    helm = Helm(argo, folder)
    try:
        helm.install()
        yield helm
    finally:
        helm.forget()
