# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment, a look at objects through one check, and objects of any shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3_600, 86_400
#: what a name or message may hold that must stay what it is
NASTY = "{{ lookup('pipe', 'id') }}<script>alert(1)</script>"


def ago(seconds: float) -> str:
    """A time as the API server writes it; a negative past lies in the future."""
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def look(
    check: Check,
    parts: dict[str, list],
    settings: dict | None = None,
    unread: tuple[tuple[str, str], ...] = (),
    **thresholds: object,
) -> list[dict]:
    """Findings of the check over these parts; parts that are not given are empty, unread is (part, namespace)."""
    seen = {part: parts.get(part, []) for part in check.reads}
    return list(check.judge(View(NOW, seen, check.limits(thresholds), settings or {}, frozenset(unread))))


def said(findings: list[dict]) -> list[tuple[str, str]]:
    return [(one["status"], one["message"]) for one in findings]


def condition(kind: str, status: object = "True", reason: str = "", **more: object) -> dict:
    return {"type": kind, "status": status, **({"reason": reason} if reason else {}), **more}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
