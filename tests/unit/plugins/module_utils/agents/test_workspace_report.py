# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_report

COST = {"requests": 3, "bytes_read": 10, "retries": 0, "writes": 1, "seconds": 0.5, "peak_mb": 60.0}
ROW = {
    "name": "workspace-shop-tess",
    "sharing": "isolated",
    "agent": "tess",
    "service": "shop",
    "workflow": "",
    "size": 10 << 30,
    "free": 1 << 30,
    "age": 7200,
    "idle": None,
    "stays_because": "",
    "risk": "nobody can tell",
    "inside": "all is committed and pushed in 1 clone",
    "unpushed": False,
    "kept_by": "",
    "coderuns": ["run"],
    "mounted_by": ["pod"],
    "open_workflows": [],
}


def acted(*outcomes: str, **more) -> dict:
    rows = [
        {
            "action": "delete",
            "outcome": outcome,
            "subject": {"kind": "File", "namespace": "ns", "name": str(at), "uid": ""},
            "detail": "",
            "reason": "",
        }
        for at, outcome in enumerate(outcomes)
    ]
    total = sum(1 for outcome in outcomes if outcome == "changed")
    return {"line": "said", "rows": rows, "rows_file": "", "total": total, "findings": [], "cost": COST, **more}


def test_an_inventory_is_a_table_and_the_platforms_cleaner_another():
    seen = {"workspaces": [ROW] * 201, "findings": [], "line": "201 workspaces", "cost": COST}
    cleaner = {"metadata": {"name": "workspace-cleaner"}, "spec": {"schedule": "15 * * * *"}, "status": None}
    result = workspace_report.of_inventory(seen, [cleaner])
    first, second = result["data"]["tables"]
    assert (len(first["rows"]), first["more"], result["changes"]["total"]) == (200, 1, 0)
    assert first["rows"][0] == [
        "workspace-shop-tess", "isolated", "tess", "shop", "10.0 GiB", "1.0 GiB", "2 h", "not known", "",
        "all is committed and pushed in 1 clone",
    ]  # fmt: skip
    assert second["rows"] == [["workspace-cleaner", "15 * * * *", "", "", "no"]]
    assert len(workspace_report.of_inventory(seen)["data"]["tables"]) == 1


def test_what_was_deleted_is_changes_and_what_stays_is_a_number():
    result = workspace_report.of_clean(acted("changed", "refused", kept=[ROW], freed=7, why={"reason": "r"}))
    assert (result["changes"]["total"], len(result["changes"]["rows"])) == (1, 1)
    assert result["data"]["counts"] == [{"what": "stay", "count": 1}]
    assert (result["data"]["freed"], result["data"]["why"]) == (7, {"reason": "r"})


@pytest.mark.parametrize(
    ("changed", "options", "words"),
    [
        ({}, (False, False), ""),
        ({"kept_by": "x"}, (True, True), "Label x keeps"),
        ({"coderuns": []}, (True, True), "there are: pod"),
        ({"coderuns": ["a", "b"]}, (True, True), "there are: a, b, pod"),
        ({"mounted_by": ["a", "b"]}, (True, True), "there are: run, a, b"),
        ({"open_workflows": ["argo/play"]}, (True, True), "Workflow argo/play goes on"),
        ({"sharing": "shared"}, (False, True), "shared by the agents"),
        ({"sharing": "unknown"}, (False, True), "shared by the agents"),
        ({"sharing": "shared"}, (True, False), ""),
        ({"unpushed": True}, (False, False), "Work may be lost: all is"),
        ({"unpushed": None}, (False, False), "Work may be lost"),
        ({"unpushed": None}, (False, True), ""),
    ],
)
def test_when_a_restart_with_a_clean_workspace_is_refused(changed, options, words):
    said = workspace_report.restart_refusal({"workspaces": [{**ROW, **changed}]}, *options)
    assert words in said
    assert bool(words) == bool(said)


def test_no_workspace_of_the_name_is_a_refusal_too():
    assert workspace_report.restart_refusal({"workspaces": []}, True, True) == "There is no workspace of this name."
