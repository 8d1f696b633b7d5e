# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles say of datasets that were deleted or written into a folder. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.step import table
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

_COLUMNS = ["Kind", "Datasets", "Newest that can be used", "Age", "Too old after"]


def of_pruned(pruned: Mapping[str, Any], listed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The result of the step.

    :param pruned: what module dataset_prune returned, also when it failed after it had begun
    :param listed: what module dataset_info returned, nothing when it did not get so far
    """
    looked = listed or {}
    kinds = [_row(kind) for kind in looked.get("kinds") or []]
    data = {
        "plan": pruned.get("plan") or {},
        "parts": pruned.get("parts") or {},
        "tables": [table("Kinds of other data in the store", _COLUMNS, kinds)] if kinds else [],
        "measures": looked.get("measures") or [],
    }
    result = of_actions(dict(pruned))
    findings = worst_first([*result["findings"], *(looked.get("findings") or [])])
    return {**result, "findings": findings, "data": {**result["data"], **data}}


def of_written(written: Mapping[str, Any], check: str, dest: str, planned: bool) -> dict[str, Any]:
    """The result of a step that wrote data into a new folder.

    :param written: line of the module, and dataset where it was one
    :param check: what the finding is called
    :param planned: it would only be written
    """
    about = subject("Folder", name=dest)
    row = {
        "action": "write",
        "outcome": "planned" if planned else "changed",
        "subject": about,
        "reason": "",
        "detail": written["line"],
        "goes_along": [],
    }
    return {
        "summary": written["line"],
        "findings": [finding(check, "ok", about, written["line"])],
        "changes": {"total": 1, "rows": [row], "rows_file": ""},
        "data": {"dataset": written.get("dataset") or {}},
    }


def _row(kind: Mapping[str, Any]) -> list[str]:
    age, limit = (format_age(value) if value is not None else "" for value in (kind["age"], kind["limit"]))
    return [kind["kind"], f"{kind['datasets']:,}", kind["newest"], age, limit]
