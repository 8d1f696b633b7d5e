# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server serves, asked in two requests. Private API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

_ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True, slots=True)
class Discovery:
    """rows: {"resource": plural.group, "api", "kind", "namespaced", "status_apart": whether the status is written by a
    request of its own}, of several versions the preferred one first.
    stale: groups whose server does not answer, so that nobody knows what they serve."""

    rows: tuple[dict[str, Any], ...]
    stale: tuple[str, ...]


def discover(transport: Transport) -> Discovery:
    """Every resource that can be listed.

    :raises OpsError: also when the server is older than 1.30 and cannot tell it all at once
    """
    rows: list[dict[str, Any]] = []
    stale: list[str] = []
    for path in ("/api", "/apis"):
        answer = transport.request("GET", path, accept=_ACCEPT)
        if answer.get("kind") != "APIGroupDiscoveryList":
            raise OpsError(
                "invalid", f"the server does not tell what it serves in one answer (GET {path})", request=f"GET {path}"
            )
        for group in answer.get("items") or []:
            name = (group.get("metadata") or {}).get("name", "")
            for version in group.get("versions") or []:
                if version.get("freshness") == "Stale":
                    stale.append(name)
                rows += _rows(name, version)
    return Discovery(tuple(rows), tuple(dict.fromkeys(stale)))


def _rows(group: str, version: dict[str, Any]) -> Iterator[dict[str, Any]]:
    api = f"{group}/{version['version']}" if group else str(version["version"])
    for resource in version.get("resources") or []:
        if "list" in (resource.get("verbs") or []):
            yield {
                "resource": f"{resource['resource']}.{group}".rstrip("."),
                "api": api,
                "kind": (resource.get("responseKind") or {}).get("kind", ""),
                "namespaced": resource.get("scope") == "Namespaced",
                "status_apart": any(one.get("subresource") == "status" for one in resource.get("subresources") or []),
            }
