# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a component and its releases: data of role component_upgrade, read strictly. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import places
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.migration import How, Rule
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version

_LINE = re.compile(r"\d{1,6}\.\d{1,6}")
_METRIC = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")
_STATUSES = ("warning", "critical")


class Change(StrEnum):
    """What a release changes, by how it is found out whether the platform is concerned."""

    METRIC = "metric"  #: its name stands in rules or dashboards
    SETTING = "setting"  #: its name stands in the settings of the component
    ENVIRONMENT = "environment"  #: a container has the variable
    ARGUMENT = "argument"  #: a container has the argument
    FIELD = "field"  #: objects of the cluster have the field
    IMAGE = "image"  #: an image begins with it
    NOTE = "note"  #: nobody can look; it is told


@dataclass(frozen=True, slots=True)
class Concern:
    """One change of a release.

    names: of the metric, setting, variable or argument; for an image the beginnings of references; for a field what
    people call it. paths: of a field such as spec.templates[].priority, by the plural of the objects that may have it.
    irreversible: the older version cannot work with what the newer one has made of the data.
    """

    kind: Change
    names: tuple[str, ...]
    says: str
    status: str = "warning"
    irreversible: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Release:
    """One minor version. line: such as 3.7. since: the minor versions from which it is reached.

    migrations: fields that have another name since it, which it still takes by the old one.
    """

    line: str
    since: tuple[str, ...]
    concerns: tuple[Concern, ...]
    migrations: tuple[Rule, ...] = ()

    @property
    def number(self) -> tuple[int, ...]:
        return tuple(map(int, self.line.split(".")))


@dataclass(frozen=True, slots=True)
class Workload:
    """One that is moved to another version.

    arguments, variables: of its container, those whose value is an image of the same version.
    """

    kind: str
    name: str
    container: str
    arguments: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def plural(self) -> str:
        return f"{self.kind.lower()}s"


@dataclass(frozen=True, slots=True)
class Component:
    """name: as in file names. api: group and version of its own kinds. settings: name of its ConfigMap, or empty.

    says: the metric by which it says which version it is, and the label that holds it; empty where none is known.
    """

    name: str
    title: str
    namespace: str
    api: str
    workloads: tuple[Workload, ...]
    settings: str
    releases: tuple[Release, ...]
    says: tuple[str, str] = ("", "")

    def release(self, line: str) -> Release | None:
        return next((one for one in self.releases if one.line == line), None)


def read(data: Mapping[str, Any], namespace: str = "") -> Component:
    """A component from its data.

    :param namespace: instead of the one in the data
    :raises OpsError: invalid, naming the place and the accepted form
    """
    name = _needed(data, "name", "component")
    workloads = tuple(
        _workload(mapping(one), f"component {name}: workloads[{number}]")
        for number, one in enumerate(sequence(data.get("workloads")))
    )
    if not workloads:
        raise OpsError("invalid", f"component {name}: workloads: it names none, so there is nothing to move")
    known = places.read(mapping(data.get("places")), f"component {name}: places")
    return Component(
        name=name,
        title=_needed(data, "title", f"component {name}"),
        namespace=namespace or _needed(data, "namespace", f"component {name}"),
        api=f"{text(data.get('group'))}/{text(data.get('served')) or 'v1alpha1'}",
        workloads=workloads,
        settings=text(data.get("settings")),
        releases=tuple(
            _release(mapping(one), f"component {name}: releases[{number}]", known)
            for number, one in enumerate(sequence(data.get("releases")))
        ),
        says=_says(mapping(data.get("says")), f"component {name}: says"),
    )


def known_to(component: Component, version: Version) -> list[Rule]:
    """The fields that have another name by a version already."""
    known = (one for one in component.releases if one.number <= (version.major, version.minor))
    return [rule for release in known for rule in release.migrations]


def _workload(row: Mapping[str, Any], place: str) -> Workload:
    kind = text(row.get("kind")) or "Deployment"
    if kind not in ("Deployment", "StatefulSet"):
        raise OpsError("invalid", f"{place}: kind {kind!r} cannot be moved; give Deployment or StatefulSet")
    along = _texts(row.get("arguments")), _texts(row.get("variables"))
    return Workload(kind, _needed(row, "name", place), _needed(row, "container", place), *along)


def _release(row: Mapping[str, Any], place: str, known: places.Places) -> Release:
    lines = (_needed(row, "line", place), *_texts(row.get("since")))
    for line in lines:
        if not _LINE.fullmatch(line):
            raise OpsError("invalid", f"{place}: {line!r} is no minor version; write it like '3.7'")
    concerns, migrations = enumerate(sequence(row.get("concerns"))), enumerate(sequence(row.get("migrations")))
    return Release(
        lines[0],
        lines[1:],
        tuple(_concern(mapping(one), f"{place}.concerns[{at}]", known) for at, one in concerns),
        tuple(rule for at, one in migrations for rule in _rules(mapping(one), f"{place}.migrations[{at}]", known)),
    )


def _rules(row: Mapping[str, Any], place: str, known: places.Places) -> Iterable[Rule]:
    """One for each kind, since what holds the field may stand elsewhere in each."""
    how, resources, at = text(row.get("how")), _texts(row.get("resources")), _texts(row.get("at"))
    if how not in list(How):
        raise OpsError("invalid", f"{place}: how {how!r} is none of {', '.join(How)}")
    for option, names in (("resources", resources), ("at", at)):
        if not names:
            raise OpsError("invalid", f"{place}: {option}: it is empty; name at least one")
    old, new = _needed(row, "field", place), _needed(row, "to", place)
    for resource in resources:
        yield Rule((resource,), places.paths(known, at, resource, place), old, new, How(how))


def _says(row: Mapping[str, Any], place: str) -> tuple[str, str]:
    """A metric and its label; its name goes into queries, so it must be one."""
    if not row:
        return "", ""
    metric, of = _needed(row, "metric", place), text(row.get("label")) or "version"
    for name in (metric, of):
        if not _METRIC.fullmatch(name):
            raise OpsError("invalid", f"{place}: {name!r} is no name of a metric or label")
    return metric, of


def _concern(row: Mapping[str, Any], place: str, known: places.Places) -> Concern:
    kind, status = text(row.get("kind")), text(row.get("status")) or "warning"
    if kind not in list(Change):
        raise OpsError("invalid", f"{place}: kind {kind!r} is none of {', '.join(Change)}")
    if status not in _STATUSES:
        raise OpsError("invalid", f"{place}: status {status!r} is none of {', '.join(_STATUSES)}")
    names = _texts(row.get("names"))
    if not names and kind != Change.NOTE:
        raise OpsError("invalid", f"{place}: names: it is empty, so nobody can look for it")
    irreversible = row.get("irreversible") is True
    where = {one: places.paths(known, names, one, place) for one in _texts(row.get("resources"))}
    if kind == Change.FIELD and not where:
        raise OpsError("invalid", f"{place}: resources: it is empty, so nobody can look for the field")
    called = tuple(map(places.called, names)) if kind == Change.FIELD else names
    return Concern(Change(kind), called, _needed(row, "says", place), status, irreversible, where)


def _needed(row: Mapping[str, Any], field: str, place: str) -> str:
    value = text(row.get(field)).strip()
    if not value:
        raise OpsError("invalid", f"{place}: {field}: it is missing or no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in sequence(value) if isinstance(one, str) and one)
