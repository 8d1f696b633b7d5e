# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.bucket_copy_result import FilterModule

result = FilterModule().filters()["bucket_copy_result"]
DONE = {"line": "1 copied", "rows": [{"outcome": "changed"}], "rows_file": "", "total": 1, "cost": {"seconds": 2}}


def _finding(status: str) -> dict:
    return {"check": "bucket_copy", "status": status, "subject": {"name": ""}, "message": ""}


def test_pairs_are_one_result_worst_first() -> None:
    made = result([{**DONE, "findings": [_finding("ok")]}, {**DONE, "findings": [_finding("warning")]}])
    assert (made["summary"], made["changes"]["total"]) == ("1 copied | 1 copied", 2)
    assert [one["status"] for one in made["findings"]] == ["warning", "ok"]
    assert made["data"]["cost"]["seconds"] == 4


def test_a_pair_that_could_not_be_opened_is_critical() -> None:
    broken = {"failed": True, "msg": "no such bucket", "item": {"target": "s3://x"}}
    made = result([{**DONE, "findings": []}, broken])
    assert [(one["status"], one["subject"]["name"]) for one in made["findings"]] == [("critical", "s3://x")]
    assert [one["status"] for one in result([broken])["findings"]] == ["critical"]


def test_no_pair_is_unknown() -> None:
    assert [one["status"] for one in result([])["findings"]] == ["unknown"]
