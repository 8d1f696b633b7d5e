# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what the health checks look at, all at once; what cannot be read is told and stops nothing. Private API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.overview import Overview, combine
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import health_sources
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.keep import keeper
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS, SPECIAL, Part
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

#: parts that are not read from the API server
ELSEWHERE = frozenset({"services", "volume_usage", "backups"})
_USER = re.compile(r'User "([^"]{1,300})" cannot')
_WORKFLOWS = Part("workflows", *WORKFLOWS, "Workflow")


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be read, and by which limits it is judged while it is read.

    namespaces: of the platform; none for the whole cluster. window: seconds in which ended workflows are counted.
    own: parts of the rules of a site, and what makes a reducer of their objects.
    """

    now: datetime
    namespaces: tuple[str, ...]
    window: float
    workflows: Thresholds
    sources: Sources
    own: Mapping[str, tuple[Part, Callable[[], Any]]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """One piece of a part, read by one thread. what: the kind of its objects, as a server calls it."""

    part: str
    namespace: str
    what: str
    read: Callable[[], list[Any]]


class Kept:
    """Reduces pages of objects to what is kept of each."""

    def __init__(self, part: Part) -> None:
        self._keep = keeper(part)
        self.items: list[Item] = []

    def add(self, items: list[Item]) -> None:
        self.items.extend(map(self._keep, items))


def read(client: Client, checks: Iterable[Check], look: Look) -> Snapshot:
    """The parts that the checks read, in one concurrent pass.

    :raises OpsError: when the API server does not answer at all, or does not accept the credentials
    """
    # The workflows take longest, so they begin first.
    wanted = sorted({part for check in checks for part in check.reads}, key=lambda part: (part != "workflows", part))
    if not ELSEWHERE.issuperset(wanted):
        _require_answer(client)
    units = [unit for part in wanted for unit in _units(client, part, look)]
    answers = dict(client.each(_carefully, units))
    snapshot = Snapshot()
    for part in wanted:
        own = [(unit, answers[unit]) for unit in units if unit.part == part]
        for unit, answer in own:
            if isinstance(answer, OpsError):
                snapshot.miss(part, unit.namespace, reason(answer, unit))
        found = [answer for _unit, answer in own if not isinstance(answer, OpsError)]
        if found:
            snapshot.add(part, _joined(part, [item for items in found for item in items]))
    return snapshot


def reason(error: OpsError, unit: Unit) -> str:
    """Why a piece could not be read, one clause: "this cluster does not know sensors.argoproj.io"."""
    if isinstance(error, NotFoundError):
        return f"this cluster does not know {unit.what}"
    if error.status == 403:
        user = _USER.search(error.message)
        where = f" in namespace {unit.namespace}" if unit.namespace else ""
        return f"{user.group(1) if user else 'the user of the kubeconfig'} may not list {unit.what}{where}"
    return " ".join(error.message.split()).rstrip(".")


def _require_answer(client: Client) -> None:
    try:
        client.get("/version")
    except OpsError as error:
        # Any answer but a refusal of the credentials shows that there is a server to ask.
        if error.status in (None, 401):
            raise


def _units(client: Client, part: str, look: Look) -> Iterator[Unit]:
    if part in SPECIAL and part != _WORKFLOWS.name:
        for what, special in health_sources.readers(part, client, look.sources, look.namespaces):
            yield Unit(part, "", what, special)
        return
    described, reducer = look.own.get(part) or (PARTS.get(part, _WORKFLOWS), None)
    group = described.api.rpartition("/")[0]
    what = f"{described.plural}.{group}" if group else described.plural
    for namespace in described.places(look.namespaces):
        path = resource(described.api, described.plural, namespace or None)
        if part == _WORKFLOWS.name:
            yield Unit(part, namespace, what, partial(_overview, client, path, look))
        else:
            yield Unit(part, namespace, what, partial(_items, client, path, reducer or partial(Kept, described)))


def _overview(client: Client, path: str, look: Look) -> list[Overview]:
    return [client.read(path, lambda: Overview(look.now, look.workflows, look.window))]


def _items(client: Client, path: str, reducer: Callable[[], Any]) -> list[Item]:
    return client.read(path, reducer).items


def _carefully(unit: Unit) -> list[Any]:
    try:
        return unit.read()
    except OpsError:
        raise
    except Exception as error:
        # An answer of a shape that nobody foresaw must not hide what the others say.
        raise OpsError("unreachable", f"the answer cannot be understood ({error.__class__.__name__})") from error


def _joined(part: str, items: list[Any]) -> list[Item]:
    """The pieces of a part as one; the order must not depend on which answer came first."""
    if part == _WORKFLOWS.name:
        return [combine(items)]
    return items if part in SPECIAL else sorted(items, key=_place)


def _place(item: Item) -> tuple[str, str]:
    meta = mapping(item.get("metadata"))
    return text(meta.get("namespace")), text(meta.get("name"))
