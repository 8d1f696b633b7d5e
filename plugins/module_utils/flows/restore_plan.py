# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore would do: a backup and a cluster, compared. Private API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import choice as choices
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import plan as plans
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import Anew, Terms, anew, doubt
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import NAMESPACES, Choice
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import free_form
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Served, known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Key, Origin, Plan, Row, Wish
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import digest_of
from ansible_collections.agent_platform.ops.plugins.module_utils.collector import resting_collector
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster, Seen, kind_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_parts import Parts
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Source:
    """What is restored. chosen: the parts that may hold something that is meant, in the order of restoration."""

    parts: Parts
    chosen: Sequence[Part]
    origin: Origin
    terms: Terms
    wish: Wish

    @property
    def choice(self) -> Choice:
        return self.terms.choice

    def objects(self, part: Part, wanted: Callable[[Key], bool]) -> Iterator[tuple[Key, dict[str, Any]]]:
        """(where it goes, the object) of everything in a part that is meant and wanted."""
        for namespace, name, data in self.parts.objects(part):
            if not self.choice.means(part.resource, namespace, name):
                continue
            target = self.choice.target(name) if part.resource == NAMESPACES else name
            key = (part.resource, self.choice.target(namespace), target)
            if not wanted(key):
                continue
            item = free_form(part.resource, json.loads(data))
            if self.choice.has_labels(mapping(mapping(item.get("metadata")).get("labels"))):
                yield key, item


def chosen(choice: Choice, parts: Sequence[Part]) -> list[Part]:
    """Parts that may hold something that is meant, in the order of restoration."""
    return sorted((part for part in parts if choice.means_part(part)), key=lambda part: known(part.resource).wave)


class Planner:
    """Makes one plan."""

    def __init__(self, cluster: Cluster, source: Source) -> None:
        self.plan = Plan()
        self._cluster = cluster
        self._source = source
        self._resources = {(known(part.resource).group, part.kind): part.resource for part in source.chosen}
        self._names: set[tuple[str, str]] = set()

    def make(self) -> Plan:
        """Compare everything that is meant.

        An object whose owner is planned after it is judged again, when that is known.

        :raises OpsError: invalid, when a name is not in the backup
        """
        with resting_collector():
            waiting = self._judge_all(lambda key: True, last=False)
            while waiting:
                left = self._judge_all(waiting.__contains__, last=False)
                if left == waiting:
                    self._judge_all(waiting.__contains__, last=True)
                    break
                waiting = left
        missing = choices.missing_names(self._source.choice, self._names)
        if missing:
            raise OpsError("invalid", f"names: {missing[0]!r:.300} is not in backup {self._source.origin.backup}")
        return self.plan

    def _judge_all(self, wanted: Callable[[Key], bool], *, last: bool) -> set[Key]:
        """Judge what is wanted; what must wait for its owner is returned."""
        waiting: set[Key] = set()
        parts = self._source.chosen
        for part in parts:
            served, seen, lost = self._look(part)
            for key, item in self._source.objects(part, wanted):
                if self._source.choice.names:
                    metadata = mapping(item.get("metadata"))
                    self._names.add((text(metadata.get("namespace")), text(metadata.get("name"))))
                row = Row(key, part.kind, lost) if lost else self._judge(served, seen, key, item, last)
                if row is None:
                    waiting.add(key)
                else:
                    self.plan.add(row)
        return waiting

    def _look(self, part: Part) -> tuple[Served, Seen, str]:
        """(kind, what there is of it, unreadable or not_served)."""
        served = self._cluster.served(part)
        if served is None:
            served = Served(kind_of(part), part.api, part.kind, part.namespaced)
            coming = self.plan.rows.get((DEFINITIONS, "", part.resource))
            if coming and coming.act:
                return served, Seen(served), ""
            self.plan.problems[part.resource] = "the cluster has no such kind, and its definition is not restored"
            return served, Seen(served), "not_served"
        seen = self._cluster.look(served)
        if seen.problem:
            self.plan.problems[part.resource] = seen.problem
        return served, seen, "unreadable" if seen.problem else ""

    def _judge(self, served: Served, seen: Seen, key: Key, item: dict[str, Any], last: bool) -> Row | None:
        """The row of one object; nothing while nobody knows whether its owner comes back."""
        kind, source = served.kind, self._source
        there = seen.found.get(key[1:])
        doubts = doubt(kind, item)
        as_it_was = digest_of(kind, item) if there else b""
        if there and there.digest == as_it_was and not there.is_ending:
            return Row(key, served.name, "same")
        unknown: list[bool] = []
        made = anew(kind, item, source.terms, lambda one: self._owner(one, key[1], unknown))
        if unknown and not last:
            return None
        digest = digest_of(kind, made.body)
        in_two = kind.status and bool(item.get("status"))
        state = plans.state_of(there, (as_it_was, digest), item, source.origin, in_two=in_two)
        if state == "absent" and key[1] and not self._has_home(key[1]):
            return Row(key, served.name, "homeless", reason="its namespace is neither there nor restored")
        row = _row(key, served.name, state, there, digest, made, source.wish)
        reason = plans.doubtful(doubts, source.wish) if row.act in (plans.CREATE, plans.REPLACE) else ""
        return Row(key, served.name, doubts, reason=reason) if reason else row

    def _owner(self, reference: Mapping[str, Any], namespace: str, unknown: list[bool]) -> str:
        """Something when the owner is there, or will be."""
        uid = self._cluster.owner(reference, namespace)
        if uid:
            return uid
        group, kind = text(reference.get("apiVersion")).rpartition("/")[0], text(reference.get("kind"))
        name = text(reference.get("name"))
        resource = self._resources.get((group, kind))
        if resource is None:
            return ""
        for place in (namespace, ""):
            row = self.plan.rows.get((resource, place, name))
            if row:
                return "coming" if row.act else ""
        unknown.append(True)
        return ""

    def _has_home(self, namespace: str) -> bool:
        planned = self.plan.rows.get((NAMESPACES, "", namespace))
        return namespace in self._cluster.namespaces or bool(planned and planned.act)


def _row(key: Key, kind: str, state: str, there: Any, digest: bytes, made: Anew, wish: Wish) -> Row:
    act, reason = plans.act_on(state, there, wish)
    replaces = act == plans.REPLACE and there is not None
    return Row(
        key,
        kind,
        state,
        act,
        reason,
        digest,
        uid=there.uid if replaces else "",
        version=there.version if replaces else "",
        notes=made.notes if act else (),
    )
