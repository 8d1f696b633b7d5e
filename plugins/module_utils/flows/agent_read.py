# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what stands around agents, all at once; what cannot be read is told and stops nothing. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import SELECTOR
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import health_sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Unit, reason
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

METRICS = "metrics.k8s.io/v1beta1"
#: part, API, kind, and which of its objects the server is asked for
PARTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("pods", "v1", "pods", {"label_selector": SELECTOR}),
    ("coderuns", "agents.platform/v1", "coderuns", {}),
    ("pod_metrics", METRICS, "pods", {"label_selector": SELECTOR}),
    ("events", "v1", "events", {"field_selector": "involvedObject.kind=Pod,type=Warning"}),
    ("claims", "v1", "persistentvolumeclaims", {}),
    ("jobs", "batch/v1", "jobs", {"label_selector": SELECTOR}),
)
USAGE = "volume_usage"


class _Items:
    def __init__(self) -> None:
        self.items: list[Item] = []

    def add(self, items: list[Item]) -> None:
        self.items += items


def read(client: Client, namespaces: Iterable[str], sources: Sources) -> Snapshot:
    """The parts of agents in these namespaces; in all of them where none is named.

    :raises OpsError: when the API server does not answer at all, or does not accept the credentials
    """
    places = tuple(dict.fromkeys(namespaces))
    units = list(_units(client, places, sources))
    answers: dict[Unit, Any] = dict(client.each(lambda unit: unit.read(), units))
    for answer in answers.values():
        if isinstance(answer, OpsError) and (answer.status == 401 or (answer.status is None and _is_ours(answer))):
            raise answer
    snapshot = Snapshot()
    for unit in units:
        answer = answers[unit]
        if isinstance(answer, OpsError):
            snapshot.miss(unit.part, unit.namespace, reason(answer, unit))
        else:
            snapshot.add(unit.part, answer)
    return snapshot


def _units(client: Client, places: tuple[str, ...], sources: Sources) -> Iterator[Unit]:
    for what, usage in health_sources.readers(USAGE, client, sources, places):
        yield Unit(USAGE, "", what, usage)
    for part, api, plural, chosen in PARTS:
        group = api.rpartition("/")[0]
        for namespace in places or ("",):
            path = resource(api, plural, namespace or None)
            what = f"{plural}.{group}" if group else plural
            yield Unit(part, namespace, what, partial(_list, client, path, chosen))


def _list(client: Client, path: str, chosen: dict[str, str]) -> list[Item]:
    return client.read(path, _Items, **chosen).items


def _is_ours(error: OpsError) -> bool:
    """Whether the API server itself gave no answer: other sources are asked without a request of ours."""
    return error.kind in ("unreachable", "timeout") and bool(error.request)
