# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images of a platform for a reader: rows, one line, measures and the table of a report. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, format_time
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import images as inventory
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.end_of_life import Line, line_of
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Image
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scans import Scan

MOST_ROWS = 50
_COLUMNS = ["Image", "Digest that runs", "Pods", "Used by", "Built", "Support ends", "Critical, high"]
Row = Mapping[str, Any]


def rows(
    images: Iterable[Image], known: Sequence[Line], scans: Mapping[tuple[str, str], Scan], now: datetime
) -> list[dict[str, Any]]:
    """Images as JSON with created, age (seconds), ends and scan; each None where nobody knows."""
    return [_row(image, known, scans.get((image.written, image.digest)), now) for image in images]


def line(rows: Sequence[Row], pods: int, findings: Iterable[Mapping[str, Any]], unscanned: str) -> str:
    """ "14 images in 297 pods · 1 finding on end of life · 2 findings on pins · no scanner"."""
    ill: dict[str, int] = {}
    for one in findings:
        if one["status"] in ("warning", "critical"):
            ill[one["check"]] = ill.get(one["check"], 0) + 1
    words = [f"{counted(len(rows), 'image')} in {counted(pods, 'pod')}"]
    words += [
        f"{counted(number, 'finding')} on {check.removeprefix('image_').replace('_', ' ')}"
        for check, number in sorted(ill.items())
    ]
    return " · ".join([*words, *(["no scanner"] if unscanned else [])])


def measures(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """{name, label, value, unit, limit} of what is worth following."""
    unpinned = sum(not row["pinned"] for row in rows)
    return [_measure("total", "Images that run", len(rows)), _measure("unpinned", "Images without a digest", unpinned)]


def table(rows: Sequence[Row], now: datetime) -> dict[str, Any]:
    """{title, columns, rows, more}, what most pods run first."""
    wide = sorted(rows, key=lambda row: (-row["pods"], row["image"], row["digest"]))
    shown = [_cells(row) for row in wide[:MOST_ROWS]]
    title = f"Images as of {format_time(now)[:10]}"
    return {"title": title, "columns": _COLUMNS, "rows": shown, "more": max(0, len(rows) - MOST_ROWS)}


def _row(image: Image, known: Sequence[Line], scan: Scan | None, now: datetime) -> dict[str, Any]:
    life = line_of(image.reference, known) if image.reference else None
    created = scan.created if scan else None
    return {
        **inventory.row(image),
        "created": format_time(created) if created else None,
        "age": int((now - created).total_seconds()) if created else None,
        "ends": life.ends.isoformat() if life else None,
        "scan": scan.row() if scan else None,
    }


def _cells(row: Row) -> list[Any]:
    users = ", ".join(f"{one['workload']} ({one['pods']})" for one in row["users"][:3])
    more = len(row["users"]) + row["more"] - 3
    scan = row["scan"]
    holes = "unknown" if scan is None or scan["problem"] else _worst(scan["counts"])
    built = "unknown" if row["age"] is None else f"{format_age(row['age'])} ago"
    digest = f"{row['digest'][:19]}…" if row["digest"] else "unknown"
    used = f"{users} and {more} more" if more > 0 else users
    return [row["image"], digest, row["pods"], used, built, row["ends"] or "unknown", holes]


def _worst(counts: Mapping[str, int]) -> str:
    return f"{counts.get('critical', 0)}, {counts.get('high', 0)}"


def _measure(name: str, label: str, value: int) -> dict[str, Any]:
    return {"name": f"images.{name}", "label": label, "value": value, "unit": "", "limit": None}
