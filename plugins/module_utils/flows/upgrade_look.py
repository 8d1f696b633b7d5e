# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look what an upgrade of a component would find: versions, use, and the judgement over both. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components, fields, rollout
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Change, Component, Workload
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.judgement import Judgement, Used, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version

#: options that say which component is meant
COMPONENT_SPEC: dict[str, Any] = {
    "component": {"type": "dict", "required": True},
    "namespace": {"type": "str", "default": ""},
}
#: and those of the modules that judge its move
SPEC: dict[str, Any] = {
    **COMPONENT_SPEC,
    "watching": {"type": "list", "elements": "path", "default": []},
    "accept_irreversible": {"type": "bool", "default": False},
}
_NAMED = 1000  # objects that are kept by name for each field


@dataclass(frozen=True, slots=True)
class Placed:
    """A workload as it is, and the version that it is to run."""

    workload: Workload
    path: str
    item: dict[str, Any]
    version: Version


def workloads(client: Client, component: Component) -> list[Placed]:
    """The workloads of a component that are there, in the order in which they are moved.

    :raises OpsError: refused, when the first of them is missing
    """
    found = []
    for one in component.workloads:
        path = resource("apps/v1", one.plural, component.namespace, one.name)
        item = client.get_or_none(path)
        if item is not None:
            found.append(Placed(one, path, item, rollout.version_of(item, one)))
        elif not found:
            place = f"{component.namespace}/{one.name}"
            raise OpsError("refused", f"{one.kind} {place} is not there, so there is no {component.title} to move")
    return found


def told(placed: Iterable[Placed], component: Component) -> list[dict[str, str]]:
    """{kind, namespace, name} of the workloads, as module quiesce takes them."""
    return [{"kind": one.workload.kind, "namespace": component.namespace, "name": one.workload.name} for one in placed]


def component_of(options: Mapping[str, Any]) -> Component:
    """:raises OpsError: invalid, for data of another shape"""
    return components.read(options["component"], options["namespace"])


def look(
    client: Client,
    component: Component,
    placed: list[Placed],
    versions: tuple[Version, Version],
    options: Mapping[str, Any],
) -> Judgement:
    """What the platform uses, and the judgement over a move.

    :param versions: the old and the new one
    """
    used = Used(
        watching=watching(options["watching"]),
        settings=_settings(client, component),
        environment=frozenset(_environment(placed)),
        arguments=tuple(_arguments(placed)),
        images=tuple(image for one in placed for image in rollout.images_of(one.item)),
        fields=_fields(client, component, versions),
    )
    return judge(component, *versions, used, accept_irreversible=options["accept_irreversible"])


def watching(paths: Iterable[str]) -> str | None:
    """The texts of rules and dashboards; None where none are given.

    :raises OpsError: invalid, for a file that cannot be read
    """
    texts = []
    for given in paths:
        path = Path(given)
        try:
            files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
            texts += [file.read_text(encoding="utf-8", errors="replace") for file in files]
        except OSError as error:
            raise OpsError("invalid", f"watching: {given} cannot be read: {error.strerror}") from error
    return "\n".join(texts) if texts else None


def _settings(client: Client, component: Component) -> str:
    if not component.settings:
        return ""
    found = client.get_or_none(resource("v1", "configmaps", component.namespace, component.settings))
    data = mapping((found or {}).get("data"))
    return "\n".join(f"{key}:\n{text(value)}" for key, value in data.items())


def _containers(placed: Iterable[Placed]) -> Iterable[dict[str, Any]]:
    for one in placed:
        spec = mapping(mapping(mapping(one.item.get("spec")).get("template")).get("spec"))
        yield from (mapping(container) for container in sequence(spec.get("containers")))


def _environment(placed: Iterable[Placed]) -> Iterable[str]:
    for container in _containers(placed):
        yield from (text(mapping(one).get("name")) for one in sequence(container.get("env")))


def _arguments(placed: Iterable[Placed]) -> Iterable[str]:
    for container in _containers(placed):
        yield from (text(one) for one in [*sequence(container.get("command")), *sequence(container.get("args"))])


class _Having:
    """Reduces pages of objects to the names of those that have one of the fields."""

    def __init__(self, kind: str, paths: Iterable[str]) -> None:
        self._kind = kind
        self.found: dict[str, list[str]] = {path: [] for path in paths}

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            meta = mapping(item.get("metadata"))
            for path, names in self.found.items():
                if len(names) < _NAMED and fields.has(item, path):
                    names.append(
                        f"{self._kind} {text(meta.get('namespace'))}/{text(meta.get('name'))}".replace(" /", " ")
                    )


def _fields(client: Client, component: Component, versions: tuple[Version, Version]) -> dict[str, list[str]]:
    """Objects by the path of the field that a release between both versions is concerned with."""
    low, high = sorted((one.major, one.minor) for one in versions)
    asked: dict[str, set[str]] = {}
    for release in component.releases:
        if low < release.number <= high:
            for concern in release.concerns:
                for plural, paths in concern.paths.items() if concern.kind is Change.FIELD else ():
                    asked.setdefault(plural, set()).update(paths)
    found: dict[str, list[str]] = {}
    for plural, paths in asked.items():
        try:
            seen = client.read(resource(component.api, plural), lambda p=plural, n=paths: _Having(p, sorted(n)))
        except NotFoundError:
            continue  # the cluster has no such kind
        for path, names in seen.found.items():
            found.setdefault(path, []).extend(names)
    return found
