# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How HTTP services are, by what they answered. Pure. Private API.

A service that was named and does not answer is down: critical. One that answers what nobody can judge is unknown.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
except ImportError:  # told by Field
    jmespath, JMESPathError = None, ValueError

CHECK = "service_health"
_UNJUDGED = ("malformed", "redirect")
_DAY = 86_400

Verdict = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """What a field of a JSON answer must be: the value at a JMESPath. degraded values are a warning."""

    path: str
    equals: Any
    degraded: tuple[Any, ...] = ()
    _compiled: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """:raises OpsError: invalid, for what is no JMESPath"""
        if jmespath is None:
            raise OpsError("invalid", "the Python package jmespath is not installed", hint="Run: pip install jmespath")
        try:
            object.__setattr__(self, "_compiled", jmespath.compile(self.path))
        except (JMESPathError, TypeError) as error:
            raise OpsError("invalid", f"{self.path!r:.100} is no JMESPath expression, such as status") from error

    def judge(self, body: bytes, cut: bool) -> Verdict:
        if cut:
            return "unknown", "its answer is too long to be judged"
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return "unknown", "its answer is no JSON"
        try:
            found = self._compiled.search(answer)
        except (JMESPathError, RecursionError):
            return "unknown", f"{self.path} cannot be looked up in its answer"
        if _same(found, self.equals):
            return "ok", f"{self.path} is {_shown(found)}"
        if found is None:
            return "unknown", f"its answer has no {self.path}"
        degraded = any(_same(found, value) for value in self.degraded)
        return "warning" if degraded else "critical", f"{self.path} is {_shown(found)}, not {_shown(self.equals)}"


@dataclass(frozen=True)
class Service:
    """What is expected of one service.

    url: as it may be shown, without its query. timeout and latencies in seconds, certificate limits in seconds before
    its end; a limit of 0 is none.
    """

    name: str
    url: str
    timeout: float
    statuses: tuple[int, ...] = (200,)
    field: Field | None = None
    latency_warning: float = 0.0
    latency_critical: float = 0.0
    tls_warning: float = 0.0
    tls_critical: float = 0.0


class Seen(Protocol):
    """What came back, as web.probe.Answer has it."""

    status: int | None
    body: bytes
    cut: bool
    seconds: float
    certificate_ends: datetime | None
    fault: str
    problem: str


def judge(service: Service, seen: Seen, now: datetime) -> dict:
    """The finding of one service: its worst verdict, and in the message everything that is not ok, worst first."""
    verdicts = sorted(_verdicts(service, seen, now), key=lambda one: -badness(one[0]))
    status = verdicts[0][0]
    words = "; ".join(words for level, words in verdicts if level != "ok") or f"well (HTTP {seen.status})"
    return finding(
        CHECK,
        status,
        subject("Service", name=service.name),
        f"{service.name}: {words}",
        value=seen.status,
        threshold=service.statuses[0],
        evidence=f"curl --max-time {service.timeout:g} {shlex.quote(service.url)}",
    )


def nothing_named() -> dict:
    """The finding where no service is named: nothing was looked at, so nothing is known."""
    return finding(CHECK, "unknown", subject("Service"), "no service is named")


def row(service: Service, seen: Seen, judged: Mapping[str, Any], now: datetime) -> dict:
    """One line of the result: {name, url, status, seconds, certificate_days, finding}."""
    ends = seen.certificate_ends
    return {
        "name": service.name,
        "url": service.url,
        "status": seen.status,
        "seconds": seen.seconds,
        "certificate_days": None if ends is None else int((ends - now).total_seconds() // _DAY),
        "finding": judged["status"],
    }


def measure(service: Service, seen: Seen) -> dict:
    """The latency as runbook.trends takes it; None when there was no answer."""
    return {
        "name": f"services.{service.name}.seconds",
        "label": f"{service.name}: time to answer",
        "value": None if seen.status is None else seen.seconds,
        "unit": "s",
        "limit": service.latency_critical or service.latency_warning or None,
    }


def _verdicts(service: Service, seen: Seen, now: datetime) -> Iterator[Verdict]:
    if seen.fault:
        yield ("unknown", seen.problem) if seen.fault in _UNJUDGED else ("critical", f"down: {seen.problem}")
        return
    if seen.status not in service.statuses:
        level = "critical" if seen.status is not None and seen.status >= 500 else "unknown"
        wanted = " or ".join(str(status) for status in service.statuses)
        yield level, f"answered HTTP {seen.status}, not {wanted}"
    elif service.field:
        yield service.field.judge(seen.body, seen.cut)
    yield _latency(service, seen.seconds)
    if service.url.startswith("https:"):
        yield _certificate(service, seen.certificate_ends, now)


def _latency(service: Service, seconds: float) -> Verdict:
    for level, limit in (("critical", service.latency_critical), ("warning", service.latency_warning)):
        if limit and seconds >= limit:
            return level, f"slow: {seconds:.1f} s (limit {limit:g} s)"
    return "ok", ""


def _certificate(service: Service, ends: datetime | None, now: datetime) -> Verdict:
    if not service.tls_warning and not service.tls_critical:
        return "ok", ""
    if ends is None:
        return "unknown", "the end of its certificate cannot be read"
    left = (ends - now).total_seconds()
    if left <= 0:
        return "critical", f"its certificate ended {format_age(-left)} ago"
    for level, limit in (("critical", service.tls_critical), ("warning", service.tls_warning)):
        if limit and left < limit:
            return level, f"its certificate ends in {format_age(left)} (limit {format_age(limit)})"
    return "ok", ""


def _same(one: Any, other: Any) -> bool:
    """As JSON has it: true is not 1, and the order of keys does not matter."""
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


def _shown(value: Any) -> str:
    return " ".join(json.dumps(value, ensure_ascii=False, default=str).split())[:80]
