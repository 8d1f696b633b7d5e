# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that all modules share; documented in doc fragment connection. Private API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

CONNECTION_SPEC: dict[str, dict[str, Any]] = {
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "cluster_uid": {"type": "str"},
    "platform": {"type": "str"},
    "request_timeout": {"type": "int", "default": 30},
    "concurrency": {"type": "int", "default": 8},
}


def connect(module: AnsibleModule, read_only: bool | None = None, within: float | None = None) -> Client:
    """A client by the module's connection options, proved to speak to the right cluster where one is pinned.

    :param read_only: refuse writes; defaults to the module's check mode
    :param within: seconds that a request may take, where that is less than the module's own limit
    """
    options = module.params
    for name, least, most in (("request_timeout", 1, 3600), ("concurrency", 1, 64)):
        if not least <= options[name] <= most:
            raise OpsError("invalid", f"{name} is {options[name]}; it must lie between {least} and {most}")
    transport = Transport(
        lambda: load(options["kubeconfig"], options["context"]),
        timeout=min(options["request_timeout"], within or options["request_timeout"]),
        connections=options["concurrency"] + 2,
        read_only=module.check_mode if read_only is None else read_only,
    )
    client = Client(transport, options["concurrency"])
    if options["cluster_uid"]:
        require_cluster(client, options["cluster_uid"])
    return client


def require_cluster(client: Client, expected: str) -> None:
    """Refuse a cluster whose kube-system namespace has another uid than the inventory pins."""
    found = cluster_uid(client)
    if found != expected:
        raise OpsError(
            "refused",
            f"{client.host} is cluster {found}, but platform_cluster_uid pins {expected}",
            hint="Check the kubeconfig and context of this platform; nothing was touched.",
        )


def cluster_uid(client: Client) -> str:
    return client.get(resource("v1", "namespaces", name="kube-system"))["metadata"]["uid"]
