# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.agent_restart_result import FilterModule

POD = {"kind": "Pod", "namespace": "agent-platform", "name": "old", "uid": "u"}


@pytest.mark.parametrize(
    ("row", "line", "summary", "total"),
    [
        (("changed", "new is ready on node-1 after 2 s; kept in /x", ""), "1 restarted",
         "1 restarted · agent-platform/old · new is ready on node-1 after 2 s", 1),
        (("unchanged", "", "it is gone; new is ready"), "1 already restarted",
         "1 already restarted · agent-platform/old · it is gone", 0),
        (("refused", "", ""), "1 refused", "1 refused · agent-platform/old", 0),
    ],
)  # fmt: skip
def test_the_summary_says_what_became_of_which_pod(row, line, summary, total):
    outcome, detail, reason = row
    acted = {
        "line": line,
        "total": total,
        "rows": [{"action": "restart", "outcome": outcome, "subject": POD, "detail": detail, "reason": reason}],
        "rows_file": "",
        "findings": [],
        "cost": {},
        "kept": "/x",
        "coderun": "run-7",
        "replacement": {"name": "new"},
    }
    seen = FilterModule().filters()["agent_restart_result"](acted)
    assert (seen["summary"], seen["changes"]["total"], len(seen["changes"]["rows"])) == (summary, total, total)
    assert (seen["data"]["kept"], seen["data"]["replacement"], seen["data"]["about"]) == (
        "/x",
        {"name": "new"},
        "Pod agent-platform/old",
    )
