# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses API versions that a newer server no longer has. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version

CHECK = "removed_apis"
METRIC = "apiserver_requested_deprecated_apis"
_SAMPLE = re.compile(rf"^{METRIC}\{{([^}}]*)\}}\s+(\S+)", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_LINE = re.compile(r"(\d{1,4})\.(\d{1,4})")
Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Removal:
    """An API version of some kinds. removed: (major, minor) since which it is gone. use: what to use instead."""

    api: str
    kinds: frozenset[str]
    removed: Line
    use: str

    def covers(self, api: str, kind: str) -> bool:
        return api == self.api and kind in self.kinds

    def instead(self) -> str:
        return f"use {self.use} instead" if self.use else "there is nothing in its place"


def removals(rows: Iterable[Any]) -> list[Removal]:
    """Removals from data: [{api: policy/v1beta1, kinds: [PodDisruptionBudget], removed: "1.25", use: policy/v1}].

    :raises OpsError: invalid, for a row of another form
    """
    found = []
    for row in rows:
        given = mapping(row)
        line, kinds = _line(given.get("removed")), sequence(given.get("kinds"))
        if not text(given.get("api")) or not kinds or line is None or not all(isinstance(kind, str) for kind in kinds):
            form = "{api: policy/v1beta1, kinds: [PodDisruptionBudget], removed: '1.25', use: policy/v1}"
            raise OpsError("invalid", f"removals: {row!r:.200} cannot be read; a row is written like {form}")
        found.append(Removal(given["api"], frozenset(kinds), line, text(given.get("use"))))
    return found


def between(known: Iterable[Removal], current: Version, target: Version) -> list[Removal]:
    """Those that the server has now and will not have any more."""
    return [one for one in known if _of(current) < one.removed <= _of(target)]


def requested(metrics: str, target: Version) -> Iterator[dict]:
    """Findings from the server's own count of who asked for a deprecated API since it was started.

    :param metrics: what GET /metrics answered
    """
    for labels, value in _SAMPLE.findall(metrics):
        known = dict(_LABEL.findall(labels))
        line = _line(known.get("removed_release"))
        if value in ("0", "0.0") or line is None:
            continue
        api = "/".join(part for part in (known.get("group"), known.get("version")) if part)
        name = f"{known.get('resource', '')}.{api}"
        gone = line <= _of(target)
        message = (
            f"somebody asks for {known.get('resource')} of {api}, which {_past(gone)} in {line[0]}.{line[1]}; the "
            "audit log tells who (annotation k8s.io/deprecated)"
        )
        yield finding(CHECK, "critical" if gone else "warning", subject("API", "", name), message, value=api)


def written(removal: Removal, items: Iterable[Mapping[str, Any]], kind: str) -> Iterator[dict]:
    """Findings about objects of which a manager wrote fields by an API version that goes.

    :param items: objects with their metadata
    """
    for item in items:
        metadata = mapping(item.get("metadata"))
        managers = {
            text(mapping(one).get("manager")) or "somebody"
            for one in sequence(metadata.get("managedFields"))
            if mapping(one).get("apiVersion") == removal.api
        }
        if managers:
            about = subject(kind, text(metadata.get("namespace")), text(metadata.get("name")))
            message = (
                f"{kind} {about['name']} was written as {removal.api} by {', '.join(sorted(managers))}, which is gone "
                f"in {removal.removed[0]}.{removal.removed[1]}; {removal.instead()}"
            )
            yield finding(CHECK, "warning", about, message, value=removal.api)


def released(
    namespace: str, release: str, objects: Iterable[tuple[str, str]], known: Iterable[Removal], target: Version
) -> Iterator[dict]:
    """Findings about one stored Helm release, which cannot be upgraded any more once an API of its manifest is gone.

    :param objects: (apiVersion, kind) of its manifest
    """
    rows = list(known)
    about = subject("HelmRelease", namespace, release)
    for api, kind in sorted(set(objects)):
        for removal in rows:
            if not removal.covers(api, kind):
                continue
            gone = removal.removed <= _of(target)
            message = (
                f"Helm release {release} holds a {kind} of {api}, which {_past(gone)} in "
                f"{removal.removed[0]}.{removal.removed[1]}; {removal.instead()} in the chart, and rewrite the stored "
                "release with helm mapkubeapis"
            )
            yield finding(CHECK, "critical" if gone else "warning", about, message, value=f"{api} {kind}")


def _past(gone: bool) -> str:
    return "is gone" if gone else "will be gone"


def _of(version: Version) -> Line:
    return version.major, version.minor


def _line(value: object) -> Line | None:
    found = _LINE.fullmatch(value) if isinstance(value, str) else None
    return (int(found.group(1)), int(found.group(2))) if found else None
