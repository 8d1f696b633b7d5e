# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a decision tree looks at, read once. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.parts import EXTRA
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    diagnosis_sources,
    diagnosis_sources_platform,
    health_read,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order, Source
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

#: every source by its name, as probes read it
SOURCES: dict[str, Source] = {**diagnosis_sources.SOURCES, **diagnosis_sources_platform.SOURCES}

#: seconds in which ended workflows are counted
_WINDOW = 86_400.0


def read(client: Client, order: Order, probes: Iterable[Probe], now: datetime) -> Scene:
    """The scene that these probes look at; what could not be read of it is in its unread, with the reason.

    :raises OpsError: invalid, when the subject is not there; unreachable, when the API server does not answer at all
    """
    wanted = {part for probe in probes for part in probe.reads}
    scene = Scene(
        now=now,
        subject=dict(order.subject),
        settings={
            "components": list(order.components),
            "namespaces": list(order.namespaces),
            "operations_namespace": order.sources.operations_namespace,
            "window": _WINDOW,
        },
    )
    sources = wanted & SOURCES.keys()
    _add(client, order, scene, {name for name in sources if not SOURCES[name].late})
    _learn_subject(scene)
    look = health_read.Look(
        now=now,
        namespaces=tuple(dict.fromkeys(order.namespaces)),
        window=_WINDOW,
        workflows=Thresholds(),
        sources=order.sources,
        own={name: (part, partial(health_read.Kept, part)) for name, part in EXTRA.items() if name in wanted},
    )
    parts = Check("diagnosis", "", "", reads=tuple(sorted(wanted - sources)), judge=lambda _view: ())
    scene.snapshot = health_read.read(client, [parts], look)
    _add(client, order, scene, {name for name in sources if SOURCES[name].late})
    return scene


def _add(client: Client, order: Order, scene: Scene, names: set[str]) -> None:
    """:raises OpsError: invalid, as a source says it"""

    def one(name: str) -> Any:
        return SOURCES[name].read(client, order, scene)

    for name, answer in client.each(one, sorted(names)):
        if not isinstance(answer, OpsError):
            scene.values[name] = answer
        elif answer.kind == "invalid":
            raise answer
        else:
            unit = health_read.Unit(name, scene.subject.get("namespace", ""), SOURCES[name].what, list)
            scene.unread[name] = health_read.reason(answer, unit)


def _learn_subject(scene: Scene) -> None:
    """Where a workflow was named by its task, its name is known by now."""
    meta = mapping(mapping(scene.values.get("workflow")).get("metadata"))
    task = mapping(meta.get("labels")).get("task-id")
    found = {"workflow": meta.get("name"), "namespace": meta.get("namespace"), "task": task}
    scene.subject = {**{key: text(value) for key, value in found.items() if text(value)}, **_given(scene)}


def _given(scene: Scene) -> dict[str, str]:
    return {key: value for key, value in scene.subject.items() if value}
