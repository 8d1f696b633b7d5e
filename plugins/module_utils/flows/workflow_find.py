# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the one workflow that is meant, by name, task or selector. Private API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

TASK_LABEL = "task-id"
_NAMED = 5
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", re.ASCII)
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: exactly one of name, task_id and selector; all namespaces when namespace is empty."""

    namespace: str
    name: str = ""
    task_id: str = ""
    selector: str = ""

    def check(self) -> None:
        """:raises OpsError: invalid, naming the option and the accepted form"""
        given = [option for option in ("name", "task_id", "selector") if getattr(self, option)]
        if len(given) != 1:
            said = f"{' and '.join(given)} are given" if given else "none is given"
            raise OpsError("invalid", f"one of name, task_id and selector says which workflow to follow; {said}")
        for option in ("namespace", "name"):
            value = getattr(self, option)
            if value and not _NAME.fullmatch(value):
                form = "write lower-case letters, digits, dashes and dots"
                raise OpsError("invalid", f"{option}: {value!r:.80} cannot be the name of an object; {form}")
        if self.task_id and not _LABEL_VALUE.fullmatch(self.task_id):
            raise OpsError("invalid", f"task_id: {self.task_id!r:.80} cannot be a task; write its number, such as 1101")

    @property
    def words(self) -> str:
        if self.name:
            named = f"of name {self.name}"
        else:
            named = f"of task {self.task_id}" if self.task_id else f"that matches {self.selector}"
        return named + (f" in namespace {self.namespace}" if self.namespace else "")


@dataclass(frozen=True, slots=True)
class Target:
    """The workflow to follow."""

    namespace: str
    name: str
    uid: str
    phase: str
    created: str
    task_id: str


class _Targets:
    def __init__(self) -> None:
        self.found: list[Target] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found += map(_target, items)


def _target(item: dict[str, Any]) -> Target:
    meta = mapping(item.get("metadata"))
    return Target(
        namespace=text(meta.get("namespace")),
        name=text(meta.get("name")),
        uid=text(meta.get("uid")),
        phase=text(mapping(item.get("status")).get("phase")),
        created=text(meta.get("creationTimestamp")),
        task_id=text(mapping(meta.get("labels")).get(TASK_LABEL)),
    )


def find(client: Client, wanted: Wanted) -> Target:
    """The one that is meant: of several of a task or selector the open one.

    :raises OpsError: invalid, when there is none or more than one, naming them
    """
    wanted.check()
    selector = f"{TASK_LABEL}={wanted.task_id}" if wanted.task_id else wanted.selector
    parts = workflows.read_pages(
        client,
        [wanted.namespace] if wanted.namespace else [],
        _Targets,
        label_selector=selector or None,
        field_selector=f"metadata.name={wanted.name}" if wanted.name else None,
    )
    found = [target for part in parts for target in part.found]
    if not found:
        hint = "Was it deleted by its retention, or is it in another namespace? kubectl get workflows -A shows all."
        raise OpsError("invalid", f"there is no workflow {wanted.words}", hint=hint)
    meant = found if wanted.name else [target for target in found if target.phase not in FINISHED]
    if len(meant) == 1:
        return meant[0]
    if meant:
        hint = "Say which one with name and namespace."
        raise OpsError("invalid", f"{len(meant)} workflows {wanted.words} are there: {_list(meant)}", hint=hint)
    hint = "Give its name to see how one ended."
    raise OpsError("invalid", f"no workflow {wanted.words} is open any more: {_list(found)}", hint=hint)


def _list(targets: list[Target]) -> str:
    """The youngest first."""
    ordered = sorted(targets, key=lambda one: (one.created, one.namespace, one.name), reverse=True)
    shown = [f"{one.namespace}/{one.name} ({one.phase or 'no phase'})" for one in ordered[:_NAMED]]
    more = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
