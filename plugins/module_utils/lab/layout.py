# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a practice cluster keeps its things, and what it is made from. Pure; private API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller")
PORTS = ("api", "etcd", "etcd_peer", "controller_manager", "scheduler", "kwok", "metrics_server", "workflow_metrics")
PORTS += ("prometheus",)

# Beginnings of the names of everything that a practice cluster puts into its folder.
ENTRIES = ("lab.json", ".lab.json", "kubeconfig", ".kubeconfig", "supervisor.json", ".supervisor.json", "bin", "kwok")
ENTRIES += ("private", "logs", "manifests", "prometheus", "keys")

# Each process has its own user, so that the audit log tells a person's requests from the machinery's.
ADMIN = "lab-admin"
SUPERVISOR = "lab-supervisor"
METRICS_SERVER = "system:serviceaccount:kube-system:metrics-server"
WORKFLOW_CONTROLLER = "system:serviceaccount:argo:argo"
_KWOK_ADMIN = "kwok-admin"

_CRDS = ("Exec", "Logs", "PortForward")
_PATH = re.compile(r"[\w./@+%~-]+")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class Layout:
    """The folder of one practice cluster; everything it has lies in it."""

    directory: Path
    name: str

    @property
    def state(self) -> Path:
        return self.directory / "lab.json"

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    @property
    def audit_log(self) -> Path:
        return self.directory / "logs" / "audit.log"

    @property
    def logs(self) -> Path:
        return self.directory / "logs"

    @property
    def programs(self) -> Path:
        return self.directory / "bin"

    @property
    def manifests(self) -> Path:
        return self.directory / "manifests"

    @property
    def private(self) -> Path:
        return self.directory / "private"

    @property
    def signing_key(self) -> Path:
        """Signs backups; its public key lies beside it."""
        return self.directory / "keys" / "signing_key"

    @property
    def identity(self) -> Path:
        """Decrypts backups; its recipient lies beside it."""
        return self.directory / "keys" / "identity.age"

    @property
    def prometheus(self) -> Path:
        """Its configuration, its data, and the file ``url`` that says where it listens."""
        return self.directory / "prometheus"

    @property
    def work(self) -> Path:
        """KWOK_WORKDIR."""
        return self.directory / "kwok"

    @property
    def cluster(self) -> Path:
        return self.work / "clusters" / self.name

    @property
    def supervisor_program(self) -> Path:
        return self.programs / "lab_supervisor.py"

    @property
    def supervisor_settings(self) -> Path:
        return self.private / "supervisor.json"

    @property
    def supervisor_status(self) -> Path:
        return self.directory / "supervisor.json"

    def kubeconfig_of(self, user: str) -> Path:
        return self.private / f"kubeconfig-{user}"


def require_name(name: str) -> None:
    """:raises OpsError: invalid, for a name that cannot be a folder and a context."""
    if not _NAME.fullmatch(name):
        raise OpsError(
            "invalid",
            f"lab_name {name!r} cannot be used",
            hint="It takes 1 to 40 lower-case letters, digits and dashes, and neither starts nor ends with a dash.",
        )


def require_path(option: str, path: str) -> None:
    """:raises OpsError: invalid, for a path that kwokctl would cut at a space and then use something else."""
    if not _PATH.fullmatch(path):
        raise OpsError(
            "invalid",
            f"{option} is {path!r}; the programs of a practice cluster take no spaces or special signs in a path",
            hint=f"Set {option} to a path of letters, digits and . _ - + @ % ~ alone.",
        )


def kwokctl_settings(layout: Layout, ports: dict[str, int]) -> dict[str, Any]:
    """The file for kwokctl --config."""
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "bindAddress": "127.0.0.1",
            "enableCRDs": [
                "Stage",
                *_CRDS,
                *(f"Cluster{kind}" for kind in _CRDS),
                "Metric",
                "ResourceUsage",
                "ClusterResourceUsage",
            ],
            "kubeApiserverPort": ports["api"],
            "etcdPort": ports["etcd"],
            "etcdPeerPort": ports["etcd_peer"],
            "kubeControllerManagerPort": ports["controller_manager"],
            "kubeSchedulerPort": ports["scheduler"],
            "kwokControllerPort": ports["kwok"],
        },
        "componentsPatches": [
            _arguments(
                "kube-apiserver",
                {
                    "token-auth-file": str(layout.private / "tokens.csv"),
                    "audit-policy-file": str(layout.private / "audit-policy.json"),
                    "audit-log-path": str(layout.audit_log),
                    "audit-log-maxsize": "200",
                    "audit-log-maxbackup": "2",
                },
            ),
            # On a busy machine they would lose the election against nobody, and end for good.
            *(_arguments(one, {"leader-elect": "false"}) for one in ("kube-controller-manager", "kube-scheduler")),
            # Real nodes may stand beside simulated ones.
            _arguments(
                "kwok-controller",
                {
                    "manage-all-nodes": "false",
                    "manage-nodes-with-annotation-selector": "kwok.x-k8s.io/node=fake",
                },
            ),
        ],
    }


def audit_policy() -> dict[str, Any]:
    """Who asked for what, without bodies: each write but the control plane's, each read of people and runbooks."""
    machinery = [_KWOK_ADMIN, "system:apiserver"]
    quiet_readers = [SUPERVISOR, METRICS_SERVER, WORKFLOW_CONTROLLER]
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "omitManagedFields": True,
        "rules": [
            {"level": "None", "users": machinery},
            {"level": "None", "users": quiet_readers, "verbs": ["get", "list", "watch"]},
            {"level": "None", "users": [METRICS_SERVER]},
            {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*"]},
            {"level": "Metadata"},
        ],
    }


def token_file(tokens: dict[str, str]) -> str:
    """The API server's token file; tokens by user."""
    groups = {
        ADMIN: "system:masters",
        SUPERVISOR: "",
        METRICS_SERVER: "system:serviceaccounts,system:serviceaccounts:kube-system",
        WORKFLOW_CONTROLLER: "system:serviceaccounts,system:serviceaccounts:argo",
    }
    lines = (f'{tokens[user]},{user},{user},"{group}"' for user, group in groups.items())
    return "\n".join(lines) + "\n"


def kubeconfig(name: str, user: str, token: str, port: int, ca_data: str) -> dict[str, Any]:
    """A kubeconfig that holds one user of one practice cluster.

    :param ca_data: the certificate authority as base64
    """
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {
                "name": name,
                "cluster": {"server": f"https://127.0.0.1:{port}", "certificate-authority-data": ca_data},
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "users": [{"name": user, "user": {"token": token}}],
    }


def _arguments(component: str, arguments: dict[str, str]) -> dict[str, Any]:
    return {"name": component, "extraArgs": [{"key": key, "value": value} for key, value in arguments.items()]}
