# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether work that had ended when it was backed up runs again after a restore. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINISHED, read
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import moment_of
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

POD_LABEL = "workflows.argoproj.io/workflow"
_MOST_ROWS = 1000
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_Newest = dict[tuple[str, str], datetime]


class Makings:
    """Reduces pages of metadata of pods or Jobs to the newest one that each piece of work has."""

    def __init__(self, owner: str = "") -> None:
        """:param owner: kind of the owner that is meant; else the workflow that a label names"""
        self._owner = owner
        self.newest: _Newest = {}

    def add(self, items: Iterable[Any]) -> None:
        for meta in (mapping(mapping(item).get("metadata")) for item in items):
            made, name = parse_time(meta.get("creationTimestamp")), self._work(meta)
            key = (text(meta.get("namespace")), name)
            if name and made and made > self.newest.get(key, _EARLIEST):
                self.newest[key] = made

    def _work(self, meta: Mapping[str, Any]) -> str:
        if not self._owner:
            return text(mapping(meta.get("labels")).get(POD_LABEL))
        owners = (mapping(one) for one in sequence(meta.get("ownerReferences")))
        return next((text(one.get("name")) for one in owners if one.get("kind") == self._owner), "")


class Restarts:
    """Reduces pages of workflows or CodeRuns that a restore wrote.

    ended: how many of them had ended. again: how many of those run, or ran, again. rows: the first 1,000 of these as
    {subject, why}.
    """

    def __init__(self, kind: str, makings: Makings) -> None:
        self._kind, self._newest = kind, makings.newest
        self.ended = self.again = 0
        self.rows: list[dict[str, Any]] = []

    def add(self, items: Iterable[Any]) -> None:
        for item in map(mapping, items):
            meta = mapping(item.get("metadata"))
            since = _restored(meta)
            if since is None or not self._had_ended(item):
                continue
            self.ended += 1
            where = {"namespace": text(meta.get("namespace")), "name": text(meta.get("name"))}
            why = self._why(item, since, (where["namespace"], where["name"]))
            self.again += bool(why)
            if why and len(self.rows) < _MOST_ROWS:
                self.rows.append({"subject": {"kind": self._kind, **where}, "why": why})

    def _had_ended(self, item: dict[str, Any]) -> bool:
        """A restore brings workflows that had not ended back suspended; a CodeRun tells by its status alone."""
        if self._kind == "Workflow":
            return mapping(item.get("spec")).get("suspend") is not True
        return read(item).state in FINISHED

    def _why(self, item: dict[str, Any], since: datetime, key: tuple[str, str]) -> str:
        began = parse_time(mapping(item.get("status")).get("startedAt"))
        if self._kind == "Workflow" and began and began >= since:
            return "it began after the restore"
        made = self._newest.get(key, _EARLIEST)
        return (
            f"it has a {'pod' if self._kind == 'Workflow' else 'Job'} from after the restore" if made >= since else ""
        )


def _restored(meta: Mapping[str, Any]) -> datetime | None:
    """The moment before which all that a restored object tells of lies; None for what no restore wrote.

    What was there and was replaced keeps the time at which it was made, so the moment of the backup counts too.
    """
    mark, made = text(mapping(meta.get("annotations")).get(MARK)), parse_time(meta.get("creationTimestamp"))
    return max(moment_of(mark), made) if mark and made else None
