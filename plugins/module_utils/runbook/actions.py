# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each object that a module was to act on, and how that is told. Pure. Private API.

| outcome     | when                                                                                          |
|-------------|-----------------------------------------------------------------------------------------------|
| planned     | check mode: it would be changed                                                               |
| changed     | it was changed, and the effect was seen                                                       |
| unchanged   | it already is as it was wished                                                                |
| refused     | it is in a state in which this cannot or must not be done; nothing was sent                   |
| failed      | the request failed                                                                            |
| unverified  | the request was accepted, and its effect was not seen in time                                 |
| not_reached | the work ended before its turn                                                                |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, worst_first

OUTCOMES = ("failed", "unverified", "refused", "not_reached", "planned", "changed", "unchanged")
_STATUS = {"failed": "critical", "unverified": "unknown", "refused": "warning", "not_reached": "warning"}
_WORDS = {"not_reached": "not reached", "unverified": "not verified"}


@dataclass(frozen=True, slots=True)
class Action:
    """What was to be done to one object, and what became of it.

    verb: imperative, such as suspend. done: the same as a participle, such as suspended.
    detail: what exactly, one clause. reason: why this outcome, one clause. evidence: a command that shows it.
    before, after: what of the object changes, for the diff.
    """

    kind: str
    namespace: str
    name: str
    uid: str
    verb: str
    done: str
    outcome: str
    detail: str = ""
    reason: str = ""
    evidence: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """ "Workflow argo/play-7"; "Node worker-1" for what is in no namespace."""
        return f"{self.kind} {'/'.join(filter(None, (self.namespace, self.name)))}"

    def row(self) -> dict[str, Any]:
        """As JSON, in the shape of a result's rows."""
        return {
            "action": self.verb,
            "outcome": self.outcome,
            "subject": {"kind": self.kind, "namespace": self.namespace, "name": self.name, "uid": self.uid},
            "detail": self.detail,
            "reason": self.reason,
        }


def worst_of(actions: Iterable[Action]) -> list[Action]:
    """Sorted for a reader: what went wrong first."""
    return sorted(actions, key=lambda one: (OUTCOMES.index(one.outcome), one.namespace, one.name))


def changed(actions: Iterable[Action]) -> bool:
    """Whether the platform was changed, or would be; what nobody verified may have changed it."""
    return any(one.outcome in ("changed", "planned", "unverified") for one in actions)


def line(actions: Sequence[Action]) -> str:
    """ "2 suspended · 1 already suspended · 1 refused"; "nothing to do" for none."""
    counts: Counter[str] = Counter(_said(one) for one in worst_of(actions))
    return " · ".join(f"{number:,} {words}" for words, number in counts.items()) or "nothing to do"


def _said(one: Action) -> str:
    if one.outcome == "planned":
        return f"would be {one.done}"
    if one.outcome == "changed":
        return one.done
    if one.outcome == "unchanged":
        return f"already {one.done}"
    return _WORDS.get(one.outcome, one.outcome)


def findings(actions: Iterable[Action], check: str, runbook: str = "") -> list[dict]:
    """A finding for each one that did not end as it was wished, worst first.

    :param check: what the findings are called
    """
    return worst_first(
        finding(
            check,
            _STATUS[one.outcome],
            {"kind": one.kind, "namespace": one.namespace, "name": one.name},
            one.reason or _WORDS.get(one.outcome, one.outcome),
            evidence=one.evidence,
            runbook=runbook,
        )
        for one in actions
        if one.outcome in _STATUS
    )


def diff(actions: Iterable[Action]) -> list[dict[str, Any]]:
    """Ansible's diff: {before, after, before_header, after_header} of what changes."""
    return [
        {
            "before": one.before,
            "after": one.after,
            "before_header": one.called,
            "after_header": one.called,
        }
        for one in actions
        if one.outcome in ("planned", "changed", "unverified")
    ]
