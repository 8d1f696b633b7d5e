# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries of a webhook, as GitHub's API lists them. Pure. Private API.

The list tells event, action, time and status. About which pull request an event was, only its payload tells, which
GitHub gives for one delivery at a time (request.payload).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import Awaited
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

#: seconds in which GitHub delivers an event again when it is asked to
REDELIVERY = 3 * 86_400


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt; redeliveries of an event share its guid.

    code: HTTP status, 0 without an answer. seconds: that it took, None where it is not told.
    """

    guid: str
    event: str
    action: str
    at: datetime
    code: int
    seconds: float | None
    payload: Mapping[str, Any]

    @property
    def arrived(self) -> bool:
        return 200 <= self.code < 300

    @property
    def words(self) -> str:
        """ "pull_request closed at 2026-11-21T08:00:00Z: 202"."""
        name = " ".join(filter(None, (self.event, self.action)))
        return f"{name} at {self.at:%Y-%m-%dT%H:%M:%SZ}: {self.code or 'no answer'}"


def read(rows: Iterable[object]) -> list[Delivery]:
    """Deliveries, the newest first; a row without a time or an event is none."""
    found = [one for one in map(_read, rows) if one]
    return sorted(found, key=lambda one: one.at, reverse=True)


def by_event(deliveries: Iterable[Delivery]) -> list[list[Delivery]]:
    """The attempts of each event, in the order of what was given."""
    groups: dict[str, list[Delivery]] = {}
    for one in deliveries:
        groups.setdefault(one.guid, []).append(one)
    return list(groups.values())


def fits(one: Delivery, wanted: Awaited) -> bool:
    """Whether it is such an event, as far as is told: without its payload the further fields are not looked at."""
    if (one.event, one.action) != (wanted.event, wanted.action):
        return False
    return not one.payload or all(_at(one.payload, path) == value for path, value in wanted.fields.items())


def is_about(one: Delivery, task: str, pull_request: str) -> bool | None:
    """Whether it is about this task or the number of this pull request; None where nobody can tell."""
    pull = mapping(one.payload.get("pull_request"))
    if not pull:
        return None
    if pull_request:
        return str(pull.get("number")) == pull_request
    if not task:
        return None
    labels = {text(mapping(label).get("name")) for label in sequence(pull.get("labels"))}
    branch = text(mapping(pull.get("head")).get("ref"))
    return f"task-{task}" in labels or f"task-{task}" in branch.split("/") or branch.startswith(f"task-{task}-")


def _read(row: object) -> Delivery | None:
    known = mapping(row)
    at, event, code, seconds = (known.get(name) for name in ("delivered_at", "event", "status_code", "duration"))
    moment = parse_time(at)
    if moment is None or not text(event):
        return None
    payload = mapping(mapping(known.get("request")).get("payload"))
    return Delivery(
        guid=str(known.get("guid") or known.get("id") or f"{event} {at}"),
        event=text(event),
        action=text(known.get("action")) or text(payload.get("action")),
        at=moment,
        code=code if isinstance(code, int) else 0,
        seconds=float(seconds) if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else None,
        payload=payload,
    )


def _at(payload: Mapping[str, Any], path: str) -> str:
    here: object = payload
    for name in path.split("."):
        here = mapping(here).get(name)
    return str(here).lower() if isinstance(here, bool) else text(here)
