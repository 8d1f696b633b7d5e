# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import prune_report

COUNTS = dict.fromkeys(
    ("delete", "deleted", "pinned", "held", "changed", "absent", "failed", "unverified", "unknown"), 0
)


def row(name, action, outcome, **more):
    subject = {"kind": "Workflow", "namespace": "argo", "name": name, "uid": name}
    fixed = {"phase": "Succeeded", "finished_at": "2026-01-01T00:00:00Z", "finalizers": [], "goes_along": []}
    return {"action": action, "outcome": outcome, "subject": subject, "reason": "why", "rule": "rule", **fixed, **more}


@pytest.mark.parametrize(
    ("counts", "check", "line"),
    [
        ({}, False, "0 deleted"),
        ({}, True, "0 would be deleted"),
        ({"delete": 1204, "deleted": 1204, "pinned": 3, "held": 1}, False,
         "1,204 deleted · 3 pinned · 1 held by a finalizer"),
        ({"delete": 1204, "unknown": 2}, True, "1,204 would be deleted · 2 cannot be judged"),
        ({"delete": 9, "deleted": 7, "changed": 1, "failed": 1}, False, "7 deleted · 1 changed meanwhile · 1 failed"),
    ],
)  # fmt: skip
def test_the_line_says_what_was_done_or_would_be(counts, check, line):
    assert prune_report.line(COUNTS | counts, check) == line


def test_what_is_held_is_a_warning_and_what_cannot_be_judged_is_unknown():
    rows = [
        row("kept", "keep", "kept"),
        row("gone", "delete", "deleted"),
        row("held", "held", "kept"),
        row("stays", "delete", "held", finalizers=["x/hold"]),
        row("odd", "unknown", "kept"),
    ]
    found = {one["subject"]["name"]: (one["status"], one["message"]) for one in prune_report.findings(rows)}
    assert found == {
        "held": ("warning", "held: why"),
        "stays": ("warning", "stays: its deletion is held by x/hold"),
        "odd": ("unknown", "odd: kept, why"),
    }


def test_the_diff_names_all_that_goes_and_what_goes_along():
    claim = {"kind": "PersistentVolumeClaim", "namespace": "argo", "name": "workspace"}
    rows = [
        row("a", "delete", "planned", goes_along=[claim]),
        row("b", "delete", "held"),
        row("pinned", "keep", "kept"),
    ]
    diff = prune_report.diff(rows, 5)
    assert diff["before"].splitlines() == [
        "argo/a  Succeeded 2026-01-01T00:00:00Z",
        "  with PersistentVolumeClaim workspace",
        "argo/b  Succeeded 2026-01-01T00:00:00Z",
        "and 3 more, in the rows file",
    ]
    assert diff["after"] == "argo/b  Succeeded 2026-01-01T00:00:00Z  (held)\n"
