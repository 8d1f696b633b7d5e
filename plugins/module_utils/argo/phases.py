# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What state a workflow is in, judged from its status and the time alone. Private API.

| state             | when                                                                                     |
|-------------------|------------------------------------------------------------------------------------------|
| pending           | no phase and younger than never_picked_up, or phase Pending (it waits for a lock)         |
| never_picked_up   | no phase and older                                                                        |
| held              | Running, with a Suspend node Running or spec.suspend set                                  |
| stuck             | Running, with a hold older than stuck, or nothing started or finished for longer than that |
| running           | Running otherwise                                                                         |
| succeeded, failed, error | the phase says so; labels are never believed                                       |
| unknown           | the object cannot tell; cannot_tell says why                                              |
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import contradictions, labels
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED, PHASES, Facts, read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, format_time, parse_time

STATES = (
    "pending", "never_picked_up", "running", "held", "stuck", "succeeded", "failed", "error", "unknown",
)  # fmt: skip
#: the name of the hold that is the workflow's own switch and not a node
SPEC_SUSPEND = "spec.suspend"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Seconds: longest hold or silence, longest wait for a controller, tolerated difference of clocks."""

    stuck: int = 6 * 3_600
    never_picked_up: int = 600
    clock_skew: int = 60


@dataclass(frozen=True, slots=True)
class Hold:
    """What a workflow waits at; since and age (seconds) are None where nothing says when it began."""

    name: str
    node: str
    since: datetime | None
    age: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of one workflow at one moment.

    since, age (seconds): of its finish if finished, else of its start, else of its creation.
    idle: seconds since any node started or finished; only for running ones.
    holds: those of known age first, the oldest first.
    """

    state: str
    phase: str
    message: str
    since: datetime | None = None
    age: int | None = None
    idle: int | None = None
    holds: tuple[Hold, ...] = ()
    stop_requested: str | None = None
    deleting: bool = False
    cannot_tell: str | None = None
    contradictions: tuple[str, ...] = ()

    @property
    def hold(self) -> Hold | None:
        """The hold to name first: the oldest."""
        return self.holds[0] if self.holds else None

    def as_dict(self) -> dict:
        """The same as JSON: times as RFC 3339, tuples as lists, and hold beside holds."""
        holds = [asdict(hold) | {"since": _written(hold.since)} for hold in self.holds]
        return asdict(self) | {
            "since": _written(self.since),
            "holds": holds,
            "hold": holds[0] if holds else None,
            "contradictions": list(self.contradictions),
        }


def judge(workflow: object, now: datetime, thresholds: Thresholds | None = None) -> Judgement:
    """The state of a workflow object at now (aware); never raises on the shape of the object."""
    limits = thresholds or Thresholds()
    facts = read(workflow)
    if isinstance(facts, CannotTell):
        return Judgement("unknown", "", f"cannot tell: {facts.reason}", cannot_tell=facts.reason)
    since = facts.finished if facts.phase in FINISHED else facts.started or facts.created
    said = {
        "phase": facts.phase,
        "since": since,
        "age": _age(since, now),
        "deleting": bool(facts.metadata.get("deletionTimestamp")),
        "contradictions": contradictions.find(facts, now, limits.clock_skew),
    }
    if facts.phase in FINISHED:
        return Judgement(facts.phase.lower(), message=_finished_message(facts, said["age"]), **said)
    if facts.phase == "Running":
        return _running(facts, now, limits, said)
    if facts.phase in PHASES:
        return _waiting(facts, limits, said)
    return _unknown(f"Argo Workflows has no phase {facts.phase!r:.40}", said)


def _waiting(facts: Facts, limits: Thresholds, said: dict) -> Judgement:
    age, instance = said["age"], facts.labels.get(labels.INSTANCE)
    stop = _stop_requested(facts)
    if facts.phase == "Pending":
        wait = "" if age is None else f" for {format_age(age)}"
        message = f"pending{wait}{_own_words(facts)}{_stop_clause(stop)}"
        return Judgement("pending", message=message, stop_requested=stop, **said)
    if age is None:
        return _unknown("it has no phase and nothing says since when it exists", said)
    if age <= limits.never_picked_up:
        return Judgement("pending", message=f"not picked up yet, {format_age(age)} old", stop_requested=stop, **said)
    owner = f"; only a controller of instance {instance!s:.60} takes it" if instance else ""
    message = f"no controller has picked it up for {format_age(age)}{owner}"
    return Judgement("never_picked_up", message=message, stop_requested=stop, **said)


def _running(facts: Facts, now: datetime, limits: Thresholds, said: dict) -> Judgement:
    found, suspended = nodes(facts.status), facts.spec.get("suspend") is True
    said |= {"stop_requested": _stop_requested(facts)}
    if isinstance(found, CannotTell):
        if not suspended:
            return _unknown(found.reason, said)
        holds, message = (Hold(SPEC_SUSPEND, "", None, None),), f"held at {SPEC_SUSPEND}; {found.reason}"
        message += _stop_clause(said["stop_requested"], suspended)
        return Judgement("held", message=message, holds=holds, cannot_tell=found.reason, **said)
    holds = _holds(found, suspended, now)
    idle = _idle(facts, found, now)
    ages = [hold.age for hold in holds if hold.age is not None]
    if idle is None and not ages:
        return _unknown("nothing says when it last moved", said | {"holds": holds})
    stuck = max([*ages, idle or 0]) > limits.stuck
    state = "stuck" if stuck else "held" if holds else "running"
    message = _running_message(state, holds, idle, found, said["age"])
    message += _stop_clause(said["stop_requested"], suspended)
    return Judgement(state, message=message, idle=idle, holds=holds, **said)


def _holds(found: dict[str, dict], suspended: bool, now: datetime) -> tuple[Hold, ...]:
    holds = [
        Hold(_name(key, node), str(key), since, _age(since, now))
        for key, node in found.items()
        if node.get("type") == "Suspend" and node.get("phase") == "Running"
        for since in (parse_time(node.get("startedAt")),)
    ]
    if suspended:
        holds.append(Hold(SPEC_SUSPEND, "", None, None))
    return tuple(sorted(holds, key=lambda hold: (hold.age is None, -(hold.age or 0), hold.name, hold.node)))


def _idle(facts: Facts, found: dict[str, dict], now: datetime) -> int | None:
    """Seconds since the newest start or finish that is not in the future."""
    times = [parse_time(node.get(field)) for node in found.values() for field in ("startedAt", "finishedAt")]
    past = [moment for moment in (facts.started, *times) if moment and moment <= now]
    return _age(max(past), now) if past else None


def _running_message(
    state: str, holds: tuple[Hold, ...], idle: int | None, found: dict[str, dict], age: int | None
) -> str:
    if holds:
        first, others = holds[0], len(holds) - 1
        how_long = f" for {format_age(first.age)}" if first.age is not None else ", nothing says since when"
        more = f" and {others} more hold{'s' * (others > 1)}" if others else ""
        return f"{state} at {first.name}{how_long}{more}"
    quiet = f"no progress for {format_age(idle)}" if idle is not None else ""
    if state == "stuck":
        busy = sorted(_name(k, n) for k, n in found.items() if n.get("type") == "Pod" and n.get("phase") == "Running")
        return f"stuck: {quiet}" + (f" while {busy[0]} runs" if busy else "")
    return "running" + (f" for {format_age(age)}" if age is not None else "")


def _finished_message(facts: Facts, age: int | None) -> str:
    when = f"{format_age(age)} ago" if age is not None else "at an unknown time"
    words = {"Succeeded": "succeeded", "Failed": "failed", "Error": "ended in an error"}
    return f"{words[facts.phase]} {when}" + (_own_words(facts) if facts.phase != "Succeeded" else "")


def _own_words(facts: Facts) -> str:
    words = facts.status.get("message")
    return f": {' '.join(words.split()):.160}" if isinstance(words, str) and words.strip() else ""


def _unknown(reason: str, said: dict) -> Judgement:
    return Judgement("unknown", message=f"cannot tell: {reason}", cannot_tell=reason, **said)


def _stop_requested(facts: Facts) -> str | None:
    asked = facts.spec.get("shutdown")
    return asked if isinstance(asked, str) and asked else None


def _stop_clause(asked: str | None, suspended: bool = False) -> str:
    # The controller looks at spec.shutdown only once spec.suspend is gone.
    waits = f", which waits for {SPEC_SUSPEND} to be lifted" if suspended else ""
    return f"; stop requested ({asked:.40}){waits}" if asked else ""


def _name(key: object, node: dict) -> str:
    names = (node.get(field) for field in ("displayName", "name"))
    return next((name for name in names if isinstance(name, str) and name), str(key))


def _age(since: datetime | None, now: datetime) -> int | None:
    """Whole seconds; a moment in the future is zero seconds old, contradictions tells of it."""
    return max(0, int((now - since).total_seconds())) if since else None


def _written(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
