# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a whole platform may be restored into a control plane, and how. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import LEAVE, REPLACE_ALL, REPLACE_OLDER
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.validation import dry_run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

CHECK = "restore"
#: namespaces that a control plane makes by itself
_ITS_OWN = frozenset(("default", "kube-system", "kube-public", "kube-node-lease"))
_NAMED = 10
_WORDS = {
    LEAVE: "what is there is left as it is",
    REPLACE_OLDER: "what is there and older is replaced",
    REPLACE_ALL: "everything is written as it is in the backup",
}


def judge(namespaces: Iterable[Any], existing: str, verified: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """{refusal, existing, safety_backup, result}: how to restore, and the result of the step.

    Into an empty control plane everything is written as it is in the backup, also what a control plane makes by itself.
    Where a restore has begun already only what is missing is, since what it wrote may have moved on. What was there
    before is nobody's to guess about, and a refusal is whole sentences then.

    :param namespaces: all of the cluster
    :param existing: what somebody said to do about objects that are there; empty when nothing was said
    :param verified: findings of the verification of the backup
    """
    begun, others = _sorted_out(namespaces)
    state = "is empty"
    if others:
        state = f"holds {_named(others)}, which no restore wrote"
    elif begun:
        state = f"holds {_named(begun)} of a restore that has begun, which goes on"
    chosen = existing or (LEAVE if begun else REPLACE_ALL)
    refusal = _unproved(verified)
    if others and not existing:
        refusal = refusal or (
            f"The control plane is not empty: it {state}. Make sure that it is the right cluster; then say with "
            "-e restore_existing=leave (or replace_all) what becomes of what is there."
        )
    summary = f"the control plane {state}: {_WORDS[chosen]}"
    result = _told("ok", summary) if not refusal else _told("critical", refusal)
    return {"refusal": refusal, "existing": chosen, "safety_backup": bool(others), "result": result}


def validated(taken: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the step that asks the restored platform to take a workflow.

    :param taken: what module workflow returned
    """
    return _told(*dry_run(taken, "the restored control plane"))


def _unproved(findings: Sequence[Mapping[str, Any]]) -> str:
    bad = [one for one in findings if one.get("status") in ("critical", "unknown")]
    if not bad:
        return ""
    return (
        f"The backup is not proved: {text(bad[0].get('message'))}. Choose another one with -e restore_backup=<id>; to "
        "restore it all the same, leave the verification out with -e runbook_skip=1."
    )


def _sorted_out(namespaces: Iterable[Any]) -> tuple[list[str], list[str]]:
    """(those that a restore wrote, those of somebody else)."""
    begun, others = [], []
    for item in namespaces:
        meta = mapping(mapping(item).get("metadata"))
        name = text(meta.get("name"))
        if MARK in mapping(meta.get("annotations")):
            begun.append(name)
        elif name not in _ITS_OWN:
            others.append(name)
    return sorted(begun), sorted(others)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"namespace{'s' if len(names) > 1 else ''} {', '.join(names[:_NAMED])}{more}"


def _told(status: str, message: str) -> dict[str, Any]:
    return {
        "summary": message,
        "findings": [finding(CHECK, status, subject("Cluster"), message)],
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {},
    }
