# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report of a run: one file, no network needed. Pure. Private API.

The same record and history give the same bytes. Names and messages of others are escaped, never templates.
"""

from __future__ import annotations

from typing import Any

try:
    from jinja2 import DictLoader, Environment, StrictUndefined
except ImportError as error:
    DictLoader = Environment = StrictUndefined = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import complete
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import (
    axis,
    charts,
    compare,
    details,
    outcome,
    outlooks,
    screen,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_sections import SECTIONS
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_style import STYLE
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_template import PAGE
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series

MOST_ROWS = 50
MOST_OPEN = 20
MOST_WORDS = 1500
SHORT = 12
_ROW = {"action": "", "outcome": "", "detail": "", "reason": ""}


def render(record: dict, history: list[Series]) -> str:
    """The page.

    :param history: how the measures of this run went from record to record, this one included
    """
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"the Python package Jinja2 is missing ({_IMPORT_ERROR})")
    # This is HTML, so nothing that a name or a message holds may become markup.
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        loader=DictLoader(SECTIONS),
    )
    environment.filters.update(number=text.number, took=text.took, count=text.count, bytes=as_bytes, extent=_extent)
    environment.tests["command"] = outcome.is_command
    environment.globals["word"] = lambda status: screen.word(status, record["check"])
    return environment.from_string(PAGE).render(style=STYLE, **view(record), trends=trends(history))


def view(record: dict) -> dict:
    """What the page shows, so that the template holds markup alone."""
    return {
        "record": record,
        "over": " · ".join(_over(record)),
        "as_of": record["as_of"].replace("T", " ").replace("Z", " UTC"),
        "lock": _lock(record["lock"]),
        "title": screen.title(record),
        "period": screen.period(record),
        "estimate": screen.estimate(record),
        "file": details.file(record),
        "groups": _groups(record),
        "checks": details.checks(record),
        "tables": details.tables(record),
        "outlooks": _outlooks(record),
        "since": details.since(record),
        "sides": compare.sides(record),
        "shares": _shares(record["verdict"]),
        "slowest": max((step["seconds"] for step in record["steps"]), default=0) or 1,
        "changes": [_changes(step) for step in record["steps"] if step["changes"]["total"] or details.counts(step)],
    }


def trends(history: list[Series]) -> dict:
    """{charts, limits, others, first}: a chart with its numbers for each trend that can be drawn, the numbers alone for
    the others. limits: whether a chart has one. first: how many of the others have nothing to be compared with.
    """
    drawn, others = charts.choose(history) if charts.available() else ([], history)
    told = [details.measure(one) for one in others]
    first = sum(1 for one in told if one["note"])
    if first == len(told):  # which is said once above them
        told = [{**one, "note": ""} for one in told]
    return {
        "charts": [{**details.measure(one), "svg": charts.draw(one), "points": one.known} for one in drawn],
        "limits": any(one.limit is not None for one in drawn),
        "others": told,
        "first": first,
    }


def _outlooks(record: dict) -> list[dict]:
    """{label, now, limit, words, svg}; without the library that draws, the tables of the steps say the same."""
    return [
        {
            "label": one.label,
            "now": axis.amount(next((value for _at, value in one.points[::-1] if value is not None), None), one.unit),
            "limit": axis.amount(one.limit, one.unit) if one.limit is not None else "",
            "words": one.words,
            "svg": charts.draw_outlook(one),
        }
        for one in (outlooks.read(record) if charts.available() else ())
    ]


def _extent(cell: str) -> str:
    """The class of a cell: a number stays in one line with its unit, and a phone leaves out what is empty."""
    return "none" if cell in ("", "–") else "short" if len(cell) <= SHORT else ""


def _shown(value: Any) -> Any:
    """Text of others without what steers a reader's eye, and no longer than one reads."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value  # a number, or markup of our own
    return text.shorten(text.clean(value), MOST_WORDS)


def _over(record: dict) -> list[str]:
    """What stands above the title."""
    mode = ["check, nothing was changed"] if record["check"] else []
    return [record["runbook"]["type"].replace("_", " "), record["platform"], *mode]


def _groups(record: dict) -> list[dict]:
    """The findings by status; the worst ones stand open, and the others as far as they are few."""
    groups = details.groups(record["findings"])
    return [
        {**group, "open": group["status"] != "ok" and (not place or group["total"] <= MOST_OPEN)}
        for place, group in enumerate(groups)
    ]


def _lock(lock: dict | None) -> str:
    """Which lock was held."""
    if not lock:
        return "none taken"
    return f"{lock.get('store') or lock['namespace']}/{lock['name']}, number {lock['transitions']}"


def _shares(verdict: dict) -> list[dict]:
    """{status, count, percent} of the findings, for the bar; every share that is there can be seen."""
    counts = [(word, verdict[word]) for word in ("critical", "warning", "unknown", "ok") if verdict[word]]
    total = sum(count for _word, count in counts)
    return [{"status": word, "count": count, "percent": max(3, round(100 * count / total))} for word, count in counts]


def _changes(step: dict) -> dict:
    rows = [_row(row) for row in step["changes"]["rows"][:MOST_ROWS]]
    return {
        "number": step["number"],
        "name": step["name"],
        "total": step["changes"]["total"],
        "counts": details.counts(step),
        "rows": rows,
        "more": step["changes"]["total"] - len(rows) if rows else 0,
        "rows_file": step["changes"]["rows_file"],
    }


def _row(row: dict) -> dict:
    along = row.get("goes_along") if isinstance(row.get("goes_along"), list) else []
    subjects = [complete({"subject": one})["subject"] for one in along]
    return {**_ROW, **row, "subject": complete(row)["subject"], "goes_along": subjects}
