# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every format of a report shows, cut to what can be read; the record holds all. Pure. Private API.

Tables and counts come from step roles, so none of their fields is believed to have its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import STATUSES, badness, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis, compare, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series

MOST_FINDINGS = 100
MOST_ROWS = 100
MOST_COLUMNS = 12
MOST_CELL = 300
LEAST_OF_CHECK = 3


def file(record: dict) -> str:
    """The name of the record's own file."""
    return record["id"].rsplit("/", 1)[-1] + ".json"


def day(record: dict, moment: str) -> str:
    """The date of another run, or its time when it was on the same day: "2026-11-14", "08:00 UTC"."""
    return f"{moment[11:16]} UTC" if moment[:10] == record["started"][:10] else moment[:10]


def groups(findings: list[dict]) -> list[dict]:
    """{status, total, shown, more} for each status that findings have, worst first.

    At most 100 are shown, and of each check its fair share: one with thousands must not hide the others. more tells
    {check, count} of those that are not shown.
    """
    by_status: dict[str, list[dict]] = {}
    for one in worst_first(findings):
        by_status.setdefault(STATUSES[badness(one["status"])], []).append(one)
    return [_group(status, found) for status, found in by_status.items()]


def _group(status: str, found: list[dict]) -> dict:
    checks = Counter(one["check"] for one in found)
    share = MOST_FINDINGS if len(found) <= MOST_FINDINGS else max(LEAST_OF_CHECK, MOST_FINDINGS // len(checks))
    seen: Counter[str] = Counter()
    shown = []
    for one in found:
        seen[one["check"]] += 1
        if seen[one["check"]] <= share and len(shown) < MOST_FINDINGS:
            shown.append(one)
    left = checks - Counter(one["check"] for one in shown)
    more = [{"check": check, "count": count} for check, count in sorted(left.items())]
    return {"status": status, "total": len(found), "shown": shown, "more": more}


def checks(record: dict) -> list[dict]:
    """{name, title, status, ok, warning, critical, unknown} of each check that a step made, worst first."""
    rows = []
    for one in _listed(record, "checks"):
        status = one.get("status")
        rows.append(
            {
                "name": text.one_line(one.get("name") or ""),
                "title": text.one_line(one.get("title") or ""),
                "status": status if status in STATUSES else "unknown",
                **{word: _whole(one.get(word)) for word in ("critical", "warning", "unknown", "ok")},
            }
        )
    return sorted(rows, key=lambda row: (-badness(row["status"]), row["name"]))


def tables(record: dict) -> list[dict]:
    """{title, columns, rows, more} of the tables that steps gave; cells are words, and each column has one in a row."""
    found = []
    for one in _listed(record, "tables"):
        columns = [_cell(column) for column in _list(one.get("columns"))][:MOST_COLUMNS]
        given = [row for row in _list(one.get("rows")) if isinstance(row, list)]
        rows = [[_cell(cell) for cell in [*row, *[""] * len(columns)][: len(columns)]] for row in given[:MOST_ROWS]]
        more = _whole(one.get("more")) + len(given) - len(rows)
        if columns and (rows or more):
            found.append(
                {"title": text.one_line(one.get("title") or ""), "columns": columns, "rows": rows, "more": more}
            )
    return found


def counts(step: dict) -> list[dict]:
    """{what, count} of a step."""
    own = [one for one in _list(_data(step).get("counts")) if isinstance(one, dict)]
    return [{"what": _cell(one.get("what")), "count": _whole(one.get("count"))} for one in own]


def since(record: dict) -> dict:
    """{day, line, note, rows, more} against the last run; rows are {kind, …} as compare.since() tells them."""
    compared = record["since"]
    rows = [{**row, "kind": compare.word(kind)} for kind in compare.KINDS for row in compared[kind]]
    shown = rows[:MOST_ROWS]
    return {
        "day": day(record, compared["started"]),
        "line": compare.line(compared),
        "note": compared["note"],
        "rows": shown,
        "more": sum(compared["counts"].values()) - len(shown),
    }


def measure(one: Series) -> dict:
    """{label, now, limit, before, note} of a measure as words; note says why there is no trend."""
    earlier = [value for _moment, value in one.points[:-1] if value is not None]
    return {
        "label": text.one_line(one.label),
        "now": axis.amount(one.value, one.unit),
        "limit": axis.amount(one.limit, one.unit) if one.limit is not None else "",
        "before": axis.amount(earlier[-1], one.unit) if earlier else "",
        "note": "" if earlier else "first measurement" if one.value is not None else "never known",
    }


def _listed(record: dict, field: str) -> Iterator[dict]:
    for step in record["steps"]:
        yield from (one for one in _list(_data(step).get(field)) if isinstance(one, dict))


def _data(step: dict) -> dict[str, Any]:
    return step["data"] if isinstance(step["data"], dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15 else 0


def _cell(value: object) -> str:
    if isinstance(value, float):
        return axis.amount(value, "")
    return text.shorten(text.one_line("" if value is None else value), MOST_CELL)
