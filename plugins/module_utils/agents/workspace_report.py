# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role workspace_cleanup says, and when a restart with a clean workspace is refused. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions, of_look
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

_ROWS = 200
_COLUMNS = ("Workspace", "Sharing", "Agent", "Service", "Size", "Free", "Age", "Unused for", "Stays because", "Risk")


def of_inventory(seen: Mapping[str, Any], cleaners: Iterable[Mapping[str, Any]] = ()) -> dict:
    """The result of a step that only looks.

    :param cleaners: the CronJob of the platform, where it is there
    """
    rows = seen["workspaces"]
    inventory = {
        "title": "Workspaces",
        "columns": list(_COLUMNS),
        "rows": [_cells(row) for row in rows[:_ROWS]],
        "more": max(0, len(rows) - _ROWS),
    }
    runs = [_cleaner(one) for one in cleaners]
    columns = ["The platform's own cleaner", "Schedule", "Last run", "Last success", "Suspended"]
    tables = [inventory, *([{"title": "Cleaner", "columns": columns, "rows": runs, "more": 0}] if runs else [])]
    return of_look(seen, {"tables": tables})


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        row["name"],
        row["sharing"],
        row["agent"],
        row["service"] or row["workflow"],
        _bytes(row["size"]),
        _bytes(row["free"]),
        _age(row["age"]),
        _age(row["idle"]),
        row["stays_because"],
        row["inside"] if row["free"] is not None else row["risk"],
    ]


def _cleaner(one: Mapping[str, Any]) -> list[str]:
    meta, spec, status = (mapping(one.get(part)) for part in ("metadata", "spec", "status"))
    times = (text(status.get(field)) for field in ("lastScheduleTime", "lastSuccessfulTime"))
    return [text(meta.get("name")), text(spec.get("schedule")), *times, "yes" if spec.get("suspend") is True else "no"]


def of_clean(acted: Mapping[str, Any]) -> dict:
    """The result of a step that deletes workspaces or files."""
    kept = [{"what": "stay", "count": len(acted["kept"])}] if acted.get("kept") else []
    told = {field: acted[field] for field in ("why", "freed", "free", "pod") if field in acted}
    return of_actions({**acted, "data": {**told, "counts": kept}})


def restart_refusal(seen: Mapping[str, Any], shared: bool, discard_unpushed: bool) -> str:
    """Why the agent of a workspace is not restarted with a clean one, in whole sentences; empty where that is safe.

    The CodeRun is cancelled first, so that nobody mounts the claim and the controller makes no Job meanwhile, and
    retried last. A workflow that goes on would see the CodeRun fail in between.
    """
    rows = seen["workspaces"]
    if not rows:
        return "There is no workspace of this name."
    row = rows[0]
    if row["kept_by"]:
        return f"Label {row['kept_by']} keeps this workspace."
    if len(row["coderuns"]) != 1 or len(row["mounted_by"]) > 1:
        working = ", ".join([*row["coderuns"], *row["mounted_by"]]) or "nobody"
        return f"Exactly one CodeRun must work in this workspace; there are: {working}."
    if row["open_workflows"]:
        return (
            f"Workflow {row['open_workflows'][0]} goes on and would see its CodeRun fail. Cancel it with "
            "playbooks/cancel_workflow.yml, clean the workspace by name, and submit it again with "
            "playbooks/submit_workflow.yml; or restart the agent as it is with playbooks/restart_agent.yml."
        )
    if row["sharing"] in ("shared", "unknown") and not shared:
        return "This workspace is shared by the agents of its service; only workspace_cleanup_shared=true lets it go."
    if row["unpushed"] is not False and not discard_unpushed:
        return (
            f"Work may be lost: {row['inside']}. Have the agent push it first, or say that it may be lost with "
            "workspace_cleanup_discard_unpushed=true."
        )
    return ""


def _bytes(value: int | None) -> str:
    return "" if value is None else quantity.as_bytes(value)


def _age(seconds: int | None) -> str:
    return "not known" if seconds is None else format_age(seconds)
