# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role backup says of a backup that was taken. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.selection import REASONS
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

_KINDS = ["Kind", "Objects", "Before compression", "In the store", "Left out"]
_BACKUPS = ["Backup", "Age", "Objects", "Size", "Complete", "Kept as", "Taken because", "Not believed because"]
NOTHING: dict[str, Any] = {"total": 0, "rows": [], "rows_file": ""}
_NAMED = 200  # in one table


def of_taken(taken: Mapping[str, Any], listed: Iterable[Mapping[str, Any]] = ()) -> dict:
    """The result of the step, from what module backup returned.

    :param listed: the backups in the store, newest first
    """
    backup = taken["backup"]
    stored = bool(backup["id"])
    change = {
        "action": "store",
        "outcome": "changed" if stored else "planned",
        "subject": {"kind": "Backup", "namespace": "", "name": backup["id"]},
        "reason": backup["reason"],
        "detail": taken["line"],
        "goes_along": [],
    }
    return {
        "summary": taken["line"],
        "findings": taken["findings"],
        "changes": {"total": 1, "rows": [change], "rows_file": ""} if taken["changed"] else NOTHING,
        "data": {
            "backup": {name: backup[name] for name in ("id", "path", "place", "complete", "classes")},
            "counts": _counts(backup),
            "tables": [table for table in _tables(backup, list(listed)) if table["rows"]],
            "measures": _measures(backup) if stored else [],
            "cost": taken["cost"],
        },
    }


def _counts(backup: Mapping[str, Any]) -> list[dict[str, Any]]:
    """{what, count}: what was kept, then what was not, most frequent first."""
    left = sorted(backup["left_out"].items(), key=lambda one: (-one[1], one[0]))
    words = [{"what": f"left out: {REASONS.get(reason, reason)}", "count": count} for reason, count in left]
    return [{"what": "objects in the backup", "count": backup["objects"]}, *words]


def _tables(backup: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kinds = sorted(backup["parts"], key=lambda part: (-part["plain_bytes"], part["resource"]))
    skipped = [[one["resource"], one["why"]] for one in backup["skipped"]]
    named = [[name, REASONS[reason]] for reason, names in sorted(backup["made_anew"].items()) for name in names]
    return [
        table("In the backup", _KINDS, [_kind(part) for part in kinds if part["objects"] or part["left_out"]]),
        table("Not in the backup", ["Kind", "Why"], skipped),
        table("Made anew by others", ["Secret", "Why"], named),
        table("Backups in the store", _BACKUPS, [_backup(one) for one in listed]),
    ]


def table(title: str, columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
    """A table of a report: its first rows, and how many more there are."""
    return {"title": title, "columns": columns, "rows": rows[:_NAMED], "more": max(0, len(rows) - _NAMED)}


def _kind(part: Mapping[str, Any]) -> list[str]:
    left = sum(part["left_out"].values())
    sizes = [quantity.as_bytes(part[field]) for field in ("plain_bytes", "bytes")]
    return [part["resource"], f"{part['objects']:,}", *sizes, f"{left:,}" if left else ""]


def _backup(one: Mapping[str, Any]) -> list[str]:
    age = format_age(one["age"]) if one["age"] is not None else ""
    if not one["believed"]:
        return [one["id"], age, "", "", "", "", "", one["problem"]]
    complete = "yes" if one["complete"] else "no"
    size = quantity.as_bytes(one["bytes"])
    return [one["id"], age, f"{one['objects']:,}", size, complete, ", ".join(one["classes"]), one["reason"], ""]


def _measures(backup: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = (
        ("backup_objects", "Objects in the backup", backup["objects"], "objects"),
        ("backup_bytes", "Size of the backup", backup["bytes"], "bytes"),
        ("backup_new_bytes", "Written for the backup", backup["new_bytes"], "bytes"),
    )
    return [
        {"name": name, "label": label, "value": value, "unit": unit, "limit": None} for name, label, value, unit in rows
    ]
