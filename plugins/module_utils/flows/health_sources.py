# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a snapshot that are no lists of objects: emergency stop, services, volumes in use, backups. Private API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import volume_usage
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.monitoring import HEALTH_PATHS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import ask

MANIFEST = "/manifest.json"
MOST_BACKUPS = 100

Reader = tuple[str, Callable[[], list[Any]]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to ask besides the API server; an empty one is unread, or unknown where a check says so.

    store: URL. platform: whose backups. http_timeout: seconds for one whole answer.
    """

    operations_namespace: str
    platform: str = ""
    prometheus_url: str = ""
    grafana_url: str = ""
    store: str = ""
    http_timeout: float = 5.0
    validate_certs: bool = True

    def urls(self) -> dict[str, str]:
        """Of the services, by name.

        :raises OpsError: invalid, for one that is no URL
        """
        found = {"prometheus": self.prometheus_url, "grafana": self.grafana_url}
        for url in filter(None, found.values()):
            parse(url)
        return {service: found[service].rstrip("/") for service in HEALTH_PATHS}


def readers(part: str, client: Client, sources: Sources, namespaces: tuple[str, ...]) -> Iterator[Reader]:
    """(what is read, how) for each piece of one of these parts."""
    if part == "services":
        for service, url in sources.urls().items():
            yield service, partial(_service, service, url, sources)
    elif part == "emergency_stop":
        yield "configmaps", partial(_emergency_stop, client, sources.operations_namespace)
    elif part == "volume_usage":
        yield "volumes", partial(_volume_usage, sources, namespaces)
    elif part == "backups":
        yield "backups", partial(_backups, sources)


def _service(service: str, url: str, sources: Sources) -> list[Item]:
    if not url:
        return [{"service": service, "url": "", "answer": {}}]
    answer = ask(url + HEALTH_PATHS[service], timeout=sources.http_timeout, validate_certs=sources.validate_certs)
    words = {"status": answer.status or 0, "content": answer.body.decode(errors="replace"), "msg": answer.problem}
    return [{"service": service, "url": url, "answer": words}]


def _emergency_stop(client: Client, namespace: str) -> list[Item]:
    path = resource("v1", "configmaps", namespace, facts.STOP_CONFIG_MAP)
    try:
        return [facts.emergency_stop(namespace, client.get_or_none(path))]
    except OpsError as error:
        return [facts.emergency_stop(namespace, None, error.message)]


def _volume_usage(sources: Sources, namespaces: tuple[str, ...]) -> list[Item]:
    if not sources.prometheus_url:
        raise OpsError("invalid", "no Prometheus is configured (platform_prometheus_url)")
    found = volume_usage.read(
        sources.prometheus_url, namespaces, sources.http_timeout, validate_certs=sources.validate_certs
    )
    return sorted(found, key=lambda one: (one["namespace"], one["name"]))


def _backups(sources: Sources) -> list[Item]:
    if not sources.store or not sources.platform:
        raise OpsError("invalid", "no store is configured (platform_store)")
    store = open_store(sources.store, create=False)
    keys = [key for key in store.keys(f"backups/{sources.platform}/") if key.endswith(MANIFEST)]
    # Folders of backups are named by their moment, whatever stands before.
    newest = sorted(keys, key=lambda key: key.removesuffix(MANIFEST).rsplit("/", 1)[-1])[-MOST_BACKUPS:]
    return [_backup(store, key) for key in sorted(newest)]


def _backup(store: Store, key: str) -> Item:
    try:
        manifest = mapping(json.loads(store.get(key) or b"{}"))
    except ValueError:
        manifest = {}
    known = {field: manifest.get(field) for field in ("kind", "finished", "complete")}
    # Nothing here can verify what a manifest says of itself.
    return {"key": key.removesuffix(MANIFEST), **known, "proved": None}
