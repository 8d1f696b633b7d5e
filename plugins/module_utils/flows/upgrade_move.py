# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move a component to another version by its images and definitions. Private API.

Before the first change what is replaced is kept in a record in the cluster, and in the write that changes a workload
also on it. So whoever dies leaves either the old version, which is kept, or a record by which a further run goes on
or goes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_record, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import Definitions, read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import (
    Placed,
    look,
    told,
    workloads,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import DONE, UNDER_WAY, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import (
    Task,
    Writing,
    definition_tasks,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import rollout
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, Way, parse


@dataclass(frozen=True, slots=True)
class Begun:
    """A move that may be made: the workloads, the versions, and what is applied."""

    placed: list[Placed]
    old: Version
    target: Version
    definitions: Definitions
    tasks: list[Task]


@dataclass
class Moving:
    client: Client
    component: Component
    place: str
    record: Record | None
    writing: Writing
    release: Release | None

    def act(self, options: Mapping[str, Any]) -> Acted:
        begun = self.begin(options)
        tasks = [
            *begun.tasks,
            *(_workload_task(self.component, one, begun.target, options["images"]) for one in begun.placed),
        ]
        changing = [one for one in tasks if one.changes]
        if changing and not self.writing.check:
            self.keep(begun, self.record_of(begun))
        error = self.writing.carry_out(tasks)
        return Acted([one.action() for one in tasks], error, self.more(begun))

    def begin(self, options: Mapping[str, Any]) -> Begun:
        """:raises OpsError: refused, when the move must not be made"""
        target = parse(options["version"])
        placed = workloads(self.client, self.component)
        upgrade_release.require_owner(placed, self.release)
        old = self._origin(placed, target)
        self._require_allowed(placed, old, target, options)
        definitions = read(options["definitions"], self.component.namespace)
        return Begun(placed, old, target, definitions, definition_tasks(self.client, definitions.rows))

    def more(self, begun: Begun) -> dict[str, Any]:
        """What the result tells besides its rows."""
        return {
            "old": str(begun.old),
            "new": str(begun.target),
            "left_out": {kind: number for kind, number in begun.definitions.left_out.items() if number},
            "workloads": told(begun.placed, self.component),
        }

    def record_of(self, begun: Begun) -> Record:
        """The record of the move under way, or a new one."""
        if self.record is not None and self.record.phase == UNDER_WAY:
            return self.record
        return Record(str(begun.old), str(begun.target), meta=self.record.meta if self.record else {})

    def keep(self, begun: Begun, record: Record) -> None:
        """Write down what is replaced, before it is; what a run that was killed has kept stays."""
        kept = {one.path for one in record.kept}
        added = [one for one in begun.tasks if one.changes and one.path not in kept]
        if record is self.record and not added:
            return
        record.kept += upgrade_record.before(self.client, [(one.kind, one.path) for one in added])
        self.writing.fence.check()
        upgrade_record.save(self.client, self.place, record, self.component.name)
        self.record = record

    def _origin(self, placed: list[Placed], target: Version) -> Version:
        """The version that the move begins from; a move under way keeps its own.

        :raises OpsError: refused, when a move to another version, or in another way, is under way
        """
        current = placed[0].version
        if self.record is None or self.record.phase == DONE:
            return current
        if parse(self.record.new) != target:
            under_way = f"{self.component.title}: an upgrade {self.record.old} → {self.record.new} is under way"
            hint = f"Run it again with {self.record.new}, or take it back with state rolled_back."
            raise OpsError("refused", under_way, hint=hint)
        upgrade_release.require_same_method(self.record, self.release)
        return parse(self.record.old)

    def _require_allowed(self, placed: list[Placed], old: Version, target: Version, options: Mapping[str, Any]) -> None:
        for origin in {old, *(one.version for one in placed)}:
            judgement = look(self.client, self.component, placed, (origin, target), options)
            if judgement.way is Way.BACK:
                words = f"{self.component.title} {origin} → {target} goes back"
                raise OpsError("refused", words, hint="An upgrade is taken back with state rolled_back.")
            if judgement.refusal:
                raise judgement.refusal


def _workload_task(component: Component, placed: Placed, target: Version, images: Mapping[str, str]) -> Task:
    patch = rollout.moved(placed.item, placed.workload, target, images.get(placed.workload.container, ""))
    detail = f"{placed.version} → {target}" if patch else str(target)
    return Task(
        placed.workload.kind,
        component.namespace,
        placed.workload.name,
        placed.path,
        patch,
        "moved",
        detail,
        uid=placed.item["metadata"]["uid"],
    )
