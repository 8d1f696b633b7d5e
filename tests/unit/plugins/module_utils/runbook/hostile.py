# SPDX-License-Identifier: GPL-3.0-or-later
"""A run in which every text of others is as odd as it can be, for what renders it."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, record, trends
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)

NASTY = (
    "{{ 1234 * 1000 }}{% raw %}<script>alert(1)</script><!--]]>\"'&amp;|`*_[x](http://evil.example/)![y](//z)"
    "\n| a | b |\n# h\n@octocat #12 GH-34 www.evil.example mailto:me@evil.example $x$ ~~no~~ \\"
    "\x00\x07\x1b[2J\u202e\u2066\u200f\u2028\ud800\uffff"
)
LONG = "x" * 10_000


def hostile(**more: object) -> tuple[dict, list[Series]]:
    """A record and its history."""
    about = {"kind": NASTY, "namespace": NASTY, "name": NASTY}
    findings = [
        {**found(status, NASTY, NASTY, evidence=text, runbook=NASTY), "subject": about, "message": text}
        for status in ("critical", "warning", "unknown", "ok")
        for text in (NASTY, LONG)
    ]
    row = {"action": NASTY, "subject": about, "detail": NASTY, "reason": NASTY, "goes_along": [about, None, 7]}
    measure = {"name": NASTY, "label": NASTY, "unit": NASTY, "limit": 85}
    data = {
        "checks": [{"name": NASTY, "title": NASTY, "status": NASTY, "ok": 1}],
        "tables": [{"title": NASTY, "columns": [NASTY, NASTY], "rows": [[NASTY, None], [LONG, 7]], "more": 3}],
        "counts": [{"what": NASTY, "count": 7}],
        "measures": [{**measure, "value": 7}, {**measure, "name": "once", "value": None}],
        "cost": {"requests": NASTY, "bytes_read": None, "peak_mb": [1]},
        "plan": NASTY,
    }
    book = runbook(step(NASTY, if_not=NASTY), title=NASTY, owner=NASTY, after=[NASTY], fail_on="critical")
    changes = {"total": 60, "rows": [row] * 60, "rows_file": NASTY}
    failed = finished(1, "failed", summary=NASTY, findings=findings, changes=changes, data=data, error=error(NASTY))
    verified = event("verified", findings=findings)
    events = [opened(book, who=NASTY, **more), event("looked", findings=findings), failed, verified, event("closed", 9)]
    made = record.build(events)
    earlier = record.build([opened(book, started="2026-11-14T08:00:00Z"), finished(1, data=data), event("closed", 9)])
    made["since"] = compare.since(earlier, made)
    return made, trends.series([trends.kept(one) for one in (earlier, made)])
