# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry a plan out: wave by wave, owners before what they own, several at once. Private API."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import anew
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import NAMESPACES
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Served, known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import CREATE, Key, Plan, Row
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.fenced import each_fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_plan import DEFINITIONS, Source
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_write import Task, Written, write
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress

_BATCH = 100
_PAUSE = 0.2  # seconds between two looks at a definition
_WHY = {
    "owner": "its owner was not restored, so nothing would delete it with its owner",
    "untold": "the server cannot be asked before its namespace and its kind are there",
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one row. outcome: see runbook/actions.py."""

    row: Row
    outcome: str
    reason: str = ""
    uid: str = ""


class Restorer:
    """Carries one plan out, or with dry asks the server of each write whether it would take it.

    :param wait: seconds for definitions to be served
    """

    def __init__(
        self, cluster: Cluster, fence: Fence, source: Source, plan: Plan, *, wait: float, dry: bool = False
    ) -> None:
        self.done: dict[Key, Done] = {}
        self._cluster = cluster
        self._fence = fence
        self._source = source
        self._plan = plan
        self._wait = wait
        self._dry = dry
        self._left = set(plan.todo)
        self._blocked: dict[Key, list[Key]] = {}
        self._resources = {(known(part.resource).group, part.kind): part.resource for part in source.chosen}
        self._stop: OpsError | None = None
        self._progress = Progress("ask the server" if dry else "restore", len(self._left))

    def run(self) -> OpsError | None:
        """Do all of it; what ended it early is returned, and what was not reached is told so."""
        reached: list[Part] = []
        try:
            for wave, parts in groupby(self._source.chosen, key=lambda part: known(part.resource).wave):
                reached += parts
                self._wave(reached)
                if wave == known(DEFINITIONS).wave and not self._dry:
                    self._await_definitions()
            self._give_up_waiting()
        except OpsError as error:
            self._stop = self._stop or error
        for key in list(self._left):
            self._end(self._plan.rows[key], "not_reached", str(self._stop or ""))
        return self._stop

    def _wave(self, parts: Sequence[Part]) -> None:
        """Write what can be written by now, until nothing more becomes possible by it."""
        before = None
        while before != (now := (len(self._left), len(self._blocked))):
            before = now
            ready = {key for key in self._left if not self._waits(key)}
            here = [part for part in parts if any(key[0] == part.resource for key in ready)]
            if not here:
                return
            tasks = (task for part in here for task in self._tasks(part, ready))
            results = each_fenced(self._cluster.client, self._fence, self._write, tasks, _BATCH)
            for task, result in results:
                self._take(task, result)
            if self._stop:
                raise self._stop

    def _tasks(self, part: Part, ready: set[Key]) -> Iterator[Task]:
        served = self._cluster.served(part)
        for key, item in self._source.objects(part, lambda key: key in ready and key in self._left):
            row = self._plan.rows[key]
            if self._stop:
                return
            if served is None or (self._dry and self._is_coming(key)):
                self._end(row, "planned" if self._dry else "failed", _WHY["untold"])
                continue
            body, owners = self._body(served, key, item)
            if owners:
                self._blocked[key] = owners
                continue
            namespace = self.done.get((NAMESPACES, "", key[1]))
            is_home_new = bool(namespace and namespace.outcome == "changed")
            yield Task(row, served, body, is_home_new, self._cluster.writes_status_apart(part))

    def _body(self, served: Served, key: Key, item: dict[str, Any]) -> tuple[dict[str, Any], list[Key]]:
        """What is written, and the owners that have to come before it."""
        owners: list[Key] = []
        made = anew(served.kind, item, self._source.terms, lambda one: self._owner(one, key[1], owners))
        return made.body, owners

    def _write(self, task: Task) -> Written:
        return write(self._cluster.client, task, dry=self._dry)

    def _take(self, task: Task, result: Written | OpsError) -> None:
        self._progress.step()
        if isinstance(result, OpsError):
            outcome = "refused" if self._dry or result.kind == "conflict" else "failed"
            self._end(task.row, outcome, result.message)
            # Nobody answers: the others would only each wait for the same.
            if result.status is None and result.kind in ("unreachable", "timeout"):
                self._stop = result
            return
        outcome = "planned" if self._dry else ("changed" if result.is_new else "unchanged")
        if not self._dry:
            self._cluster.made(task.served, task.row.key[1], task.row.key[2], result.uid)
        self._end(task.row, outcome, result.note, result.uid)

    def _end(self, row: Row, outcome: str, reason: str, uid: str = "") -> None:
        self._left.discard(row.key)
        self.done[row.key] = Done(row, outcome, reason, uid)

    def _owner(self, reference: Mapping[str, Any], namespace: str, waits: list[Key]) -> str:
        uid = self._cluster.owner(reference, namespace)
        if uid or self._dry:
            return uid
        for key in self._keys_of(reference, namespace):
            if key in self._plan.todo:
                waits.append(key)
        return ""

    def _keys_of(self, reference: Mapping[str, Any], namespace: str) -> list[Key]:
        group, kind = text(reference.get("apiVersion")).rpartition("/")[0], text(reference.get("kind"))
        found = self._resources.get((group, kind))
        return [(found, place, text(reference.get("name"))) for place in (namespace, "")] if found else []

    def _waits(self, key: Key) -> bool:
        return any(owner not in self.done for owner in self._blocked.get(key, ())) or self._is_orphaned(key)

    def _is_orphaned(self, key: Key) -> bool:
        owners = [self.done.get(owner) for owner in self._blocked.get(key, ())]
        return any(one is not None and one.outcome not in ("changed", "unchanged") for one in owners)

    def _give_up_waiting(self) -> None:
        for key in [key for key in self._left if self._blocked.get(key)]:
            self._end(self._plan.rows[key], "refused", _WHY["owner"])

    def _is_coming(self, key: Key) -> bool:
        """Whether its namespace is planned and not there."""
        home = self._plan.rows.get((NAMESPACES, "", key[1])) if key[1] else None
        return bool(home and home.act == CREATE)

    def _await_definitions(self) -> None:
        """A kind can be written when its definition is established and discovery tells it."""
        made = [key for key, one in self.done.items() if key[0] == DEFINITIONS and one.outcome == "changed"]
        deadline = time.monotonic() + self._wait
        waiting = list(made)
        while waiting:
            waiting = [key for key in waiting if not self._is_established(key[2])]
            if waiting and time.monotonic() > deadline:
                for key in waiting:
                    self.done[key] = replace(
                        self.done[key], outcome="unverified", reason=f"it was not served within {self._wait:g} s"
                    )
                break
            if waiting:
                time.sleep(_PAUSE)
        if made:
            self._cluster.discover()

    def _is_established(self, name: str) -> bool:
        api = "apiextensions.k8s.io/v1"
        item = self._cluster.client.get_or_none(resource(api, "customresourcedefinitions", name=name)) or {}
        if mapping(conditions(item).get("Established")).get("status") != "True":
            return False
        spec = mapping(item.get("spec"))
        group, plural = text(spec.get("group")), text(mapping(spec.get("names")).get("plural"))
        served = [
            text(mapping(one).get("name")) for one in sequence(spec.get("versions")) if mapping(one).get("served")
        ]
        # Established comes a moment before requests are answered.
        return all(
            self._cluster.client.get_or_none(resource(f"{group}/{version}", plural)) is not None for version in served
        )
