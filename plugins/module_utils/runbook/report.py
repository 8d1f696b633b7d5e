# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report of a run: one file that needs no network. Pure. Private API.

The same record gives the same bytes. Names and messages of others are escaped, never templates.
"""

from __future__ import annotations

try:
    from jinja2 import Environment, StrictUndefined
except ImportError as error:
    Environment = StrictUndefined = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import outcome, screen, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_style import STYLE
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_template import PAGE

MOST_ROWS = 50
_ROW = {"action": "", "outcome": "", "detail": "", "reason": "", "goes_along": ()}
_BYTES = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))


def render(record: dict) -> str:
    """The page."""
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"the Python package Jinja2 is missing ({_IMPORT_ERROR})")
    # This is HTML, so nothing that a name or a message holds may become markup.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(number=text.number, took=text.took, count=text.count, bytes=size)
    environment.tests["command"] = outcome.is_command
    environment.globals["word"] = lambda status: screen.word(status, record["check"])
    return environment.from_string(PAGE).render(style=STYLE, **view(record))


def view(record: dict) -> dict:
    """What the page shows, so that the template holds markup alone."""
    findings = worst_first(record["findings"])
    return {
        "record": record,
        "over": " · ".join(_over(record)),
        "as_of": record["as_of"].replace("T", " ").replace("Z", " UTC"),
        "lock": _lock(record["lock"]),
        "title": screen.title(record),
        "period": screen.period(record),
        "estimate": screen.estimate(record),
        "file": record["id"].rsplit("/", 1)[-1] + ".json",
        "bad": [one for one in findings if badness(one["status"])],
        "good": [one for one in findings if not badness(one["status"])],
        "shares": _shares(record["verdict"]),
        "slowest": max((step["seconds"] for step in record["steps"]), default=0) or 1,
        "changes": [
            _changes(step) for step in record["steps"] if step["changes"]["total"] or step["data"].get("counts")
        ],
    }


def size(count: int) -> str:
    """Bytes in the largest unit that gives at least one."""
    for unit, name in _BYTES:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"


def _over(record: dict) -> list[str]:
    """What stands above the title."""
    mode = ["check, nothing was changed"] if record["check"] else []
    return [record["runbook"]["type"].replace("_", " "), record["platform"], *mode]


def _lock(lock: dict | None) -> str:
    """Which lock was held."""
    return f"{lock['namespace']}/{lock['name']}, number {lock['transitions']}" if lock else "none taken"


def _shares(verdict: dict) -> list[dict]:
    """{status, count, percent} of the findings, for the bar; every share that is there can be seen."""
    counts = [(word, verdict[word]) for word in ("critical", "warning", "unknown", "ok") if verdict[word]]
    total = sum(count for _word, count in counts)
    return [{"status": word, "count": count, "percent": max(3, round(100 * count / total))} for word, count in counts]


def _changes(step: dict) -> dict:
    rows = [{**_ROW, **row, "subject": _subject(row)} for row in step["changes"]["rows"][:MOST_ROWS]]
    return {
        "number": step["number"],
        "name": step["name"],
        "total": step["changes"]["total"],
        "counts": step["data"].get("counts") or [],
        "rows": rows,
        "more": step["changes"]["total"] - len(rows) if rows else 0,
        "rows_file": step["changes"]["rows_file"],
    }


def _subject(row: dict) -> dict:
    about = row.get("subject") or {}
    return subject(about.get("kind") or "", about.get("namespace") or "", about.get("name") or "")
