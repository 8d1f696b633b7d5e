# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.volume_snapshot_result import FilterModule

result = FilterModule().filters()["volume_snapshot_result"]


def test_what_was_done_is_told_and_a_cluster_without_snapshots_is_unknown() -> None:
    taken = {
        "line": "1 taken",
        "rows": [{"outcome": "changed"}],
        "rows_file": "",
        "findings": [],
        "total": 1,
        "cost": {},
    }
    assert (result(taken)["summary"], result(taken)["changes"]["total"]) == ("1 taken", 1)
    unknown = result({"failed": True, "msg": "404", "error": {"status": 404}})
    assert [one["status"] for one in unknown["findings"]] == ["unknown"]
    assert unknown["changes"]["total"] == 0
