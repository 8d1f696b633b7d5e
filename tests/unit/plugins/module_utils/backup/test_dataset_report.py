# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset_report import of_pruned, of_written
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

GONE = {"action": "delete", "outcome": "changed", "subject": {"kind": "Dataset", "namespace": "etcd", "name": "a"}}
PRUNED = {"line": "1 deleted", "rows": [GONE], "rows_file": "", "total": 1, "findings": [], "cost": {}}
KINDS = [
    {"kind": "etcd", "datasets": 1, "limit": 26 * 3600, "newest": "2026-11-19T08-00-00Z", "age": 2 * 86400},
    {"kind": "prometheus", "datasets": 0, "limit": 8 * 86400, "newest": "", "age": None},
]


def test_the_step_tells_what_went_and_how_old_the_rest_is() -> None:
    findings = [finding("dataset_age", status, subject("Dataset"), status) for status in ("ok", "critical")]
    told = of_pruned({**PRUNED, "plan": {"counts": {}}}, {"kinds": KINDS, "findings": findings, "measures": []})
    assert (told["summary"], told["changes"]["total"]) == ("1 deleted", 1)
    assert [one["status"] for one in told["findings"]] == ["critical", "ok"]
    assert told["data"]["tables"][0]["rows"] == [
        ["etcd", "1", "2026-11-19T08-00-00Z", "2 d", "26 h"],
        ["prometheus", "0", "", "", "8 d"],
    ]


def test_a_pruning_that_failed_is_told_without_a_list() -> None:
    told = of_pruned(PRUNED)
    assert (told["summary"], told["data"]["tables"], told["data"]["plan"]) == ("1 deleted", [], {})


def test_what_was_written_is_a_change_and_what_would_be_is_planned() -> None:
    written = {"line": "1 file of a in /srv/b", "dataset": {"id": "a"}}
    for planned, outcome in ((True, "planned"), (False, "changed")):
        told = of_written(written, "dataset_restore", "/srv/b", planned)
        assert (told["summary"], told["changes"]["rows"][0]["outcome"]) == ("1 file of a in /srv/b", outcome)
        assert told["findings"][0]["subject"] == {"kind": "Folder", "namespace": "", "name": "/srv/b"}
    assert of_written({"line": "wrote"}, "file_restore", "/srv/b", False)["data"] == {"dataset": {}}
