# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.dataset_result import FilterModule

result = FilterModule().filters()["dataset_result"]


@pytest.mark.parametrize(("name", "outcome"), [("2026-11-21T08-00-00Z", "changed"), ("", "planned")])
def test_one_dataset_is_one_change(name: str, outcome: str) -> None:
    taken = {"dataset": {"id": name}, "line": "kept", "findings": [{"status": "ok"}], "cost": {"seconds": 1}}
    made = result(taken, "etcd_snapshot", "")
    assert (made["summary"], made["findings"], made["changes"]["total"]) == ("kept", taken["findings"], 1)
    assert [row["outcome"] for row in made["changes"]["rows"]] == [outcome]


def test_what_is_not_configured_is_unknown_and_no_change() -> None:
    made = result({"skipped": True, "changed": False}, "etcd_snapshot", "no endpoint")
    assert [(one["check"], one["status"], one["message"]) for one in made["findings"]] == [
        ("etcd_snapshot", "unknown", "no endpoint")
    ]
    assert (made["summary"], made["changes"]["total"]) == ("no endpoint", 0)
