# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a snapshot that are no lists of objects: what is held, services, backups. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import holding, keys
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_look, volume_usage
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_standing import standing
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.monitoring import HEALTH_PATHS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import ask

Reader = tuple[str, Callable[[], list[Any]]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to ask besides the API server; an empty one is unread, or unknown where a check says so.

    store: URL. platform: whose backups. trusted_keys: of those who sign them. data_kinds: {kind of other data: seconds
    after which its newest dataset is too old}. http_timeout: seconds for a whole answer.
    """

    operations_namespace: str
    platform: str = ""
    prometheus_url: str = ""
    grafana_url: str = ""
    store: str = ""
    store_options: Mapping[str, Any] = field(default_factory=dict)
    trusted_keys: Sequence[str] = ()
    data_kinds: Mapping[str, int] = field(default_factory=dict)
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
    elif part == "held":
        for holder in holding.HOLDERS:
            yield holder.resource, partial(_held, client, holder)
    elif part == "backups":
        yield "backups", partial(_backups, sources)
    elif part == "datasets":
        yield "datasets", partial(_datasets, sources)


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


def _held(client: Client, holder: holding.Holder) -> list[Item]:
    path = resource(holder.api, holder.resource.partition(".")[0])
    pages = client.pages(path, metadata_only=True, label_selector=f"{holding.MARK}=true")
    try:
        return [_held_row(holder.kind, item) for page in pages for item in page]
    except NotFoundError:
        return []  # the cluster has no such kind


def _held_row(kind: str, item: Item) -> Item:
    meta = item["metadata"]
    row = {"kind": kind, "namespace": meta.get("namespace", ""), "name": meta["name"]}
    return {**row, "since": holding.since(item)}


def _backups(sources: Sources) -> list[Item]:
    store, trusted = _store(sources)
    return standing(store, sources.platform, trusted)


def _datasets(sources: Sources) -> list[Item]:
    store, trusted = _store(sources)
    kinds = dataset_look.look(store, sources.platform, trusted)
    return dataset_look.standing(kinds, sources.data_kinds, datetime.now(UTC))


def _store(sources: Sources) -> tuple[Store, Trusted]:
    if not sources.store or not sources.platform:
        raise OpsError("invalid", "no store is configured (platform_store)")
    if not sources.trusted_keys:
        raise OpsError("invalid", "nobody is trusted to sign backups (platform_backup_trusted_keys)")
    return open_store(sources.store, sources.store_options, create=False), keys.trusted(sources.trusted_keys)
