# SPDX-License-Identifier: GPL-3.0-or-later
"""Branches of decision trees, each walked over objects that were made for it on the practice cluster.

A case says the way that its objects lead along, as `state=held hold=other -> own_hold`: question=answer for each step,
then the cause. tests/project/test_trees.py compares these ways with the branches that the trees have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.catalogue import PROBES
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import Tree, load
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_info import diagnose, prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load as credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

from tests.support.cluster import Namespace
from tests.support.commands import ROOT

TREES = ROOT / "roles" / "diagnose" / "files" / "trees"
_DEFAULTS = yaml.safe_load((ROOT / "roles" / "platform" / "defaults" / "main.yml").read_text())
AGENTS = names.table(_DEFAULTS["platform_agents"])


@dataclass
class World:
    """What a case makes: objects in a namespace of its own, and what a person gives besides.

    settings: further fields of Order, such as deliveries or components.
    """

    namespace: Namespace
    prometheus_url: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One way through one tree.

    make: makes the objects and returns the subject: {"workflow": …}, {"agent": …}, {} for the platform.
    blind: resources that the API server refuses, such as "sensors". broken: probes that raise.
    later: minutes after the objects were made from which it is looked at.
    """

    tree: str
    way: str
    make: Callable[[World], dict[str, str]]
    blind: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    later: float = 0

    @property
    def edges(self) -> list[tuple[str, str]]:
        """(question, answer) of each step."""
        return re.findall(r"(\w+)=(\w+)", self.way)

    def __str__(self) -> str:
        return f"{self.tree}: {self.way}"


def read_tree(name: str) -> dict[str, Any]:
    """The tree as role diagnose reads it."""
    return yaml.safe_load((TREES / f"{name}.yml").read_text())


def trees() -> dict[str, Tree]:
    """Every tree of the collection, checked."""
    return {path.stem: load(read_tree(path.stem), PROBES) for path in sorted(TREES.glob("*.yml"))}


def run_case(case: Case, kubeconfig: Path, api: Client) -> dict[str, Any]:
    """The result of the diagnosis, after its way was found to be the one that the case says."""
    world = World(Namespace(api))
    subject = case.make(world)
    order = Order(
        tree=read_tree(case.tree),
        subject={"namespace": world.namespace.name, **subject} if subject else {},
        namespaces=[world.namespace.name],
        agents=AGENTS,
        sources=Sources("agent-platform-ops", prometheus_url=world.prometheus_url),
        **world.settings,
    )
    probes = {**PROBES, **{name: replace(PROBES[name], judge=_raise) for name in case.broken}}
    client = Client(_Blind(kubeconfig, case.blind))
    result = diagnose(client, *prepare(order, probes), datetime.now(UTC) + timedelta(minutes=case.later), probes)
    assert way(result) == case.way, result["path"]
    return result


def way(result: dict[str, Any]) -> str:
    """The way of a result, as cases write it."""
    steps = " ".join(f"{one['question']}={one['answer']}" for one in result["path"])
    return f"{steps} -> {result['cause']['id']}"


def _raise(*_arguments: object) -> NoReturn:
    raise RuntimeError("broken on purpose")


class _Blind(Transport):
    """Refuses some resources as an API server does that was given no right to them."""

    def __init__(self, kubeconfig: Path, hidden: Iterable[str]) -> None:
        super().__init__(lambda: credentials(str(kubeconfig)))
        self._hidden = frozenset(hidden)

    def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        self._refuse(path)
        return super().request(method, path, **options)

    def text(self, path: str, query: dict[str, Any], most: int) -> bytes:
        self._refuse(path)
        return super().text(path, query, most)

    def for_stream(self, writes: bool, what: str) -> Any:
        self._refuse("/exec")
        return super().for_stream(writes, what)

    def _refuse(self, path: str) -> None:
        found = self._hidden.intersection(path.split("/"))
        if found:
            message = f'{min(found)} is forbidden: User "nobody" cannot list them'
            raise OpsError("forbidden", message, status=403)
