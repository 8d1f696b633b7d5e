# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import results
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import found


def row(action: str, outcome: str, name: str = "w", **more) -> dict:
    about = {"kind": "Workflow", "namespace": "argo", "name": name, "uid": "u"}
    base = {
        "phase": "Succeeded",
        "finished_at": "2026-11-01T08:00:00Z",
        "reason": "past its retention",
        "goes_along": [],
    }
    return {"action": action, "outcome": outcome, "subject": about, **base, **more}


def pruned(rows: list[dict], line: str = "2 deleted · 1 pinned", rows_file: str = "", **counts) -> dict:
    summary = {
        "read": 9,
        "delete": 2,
        "deleted": 2,
        "kept": {"within_retention": 5, "pinned": 1, "archiving": 0},
        **counts,
    }
    plan = {"as_of": "2026-11-21T08:00:00Z", "digest": "d", "total": summary["delete"]}
    return {
        "summary": summary,
        "rows": rows,
        "line": line,
        "rows_file": rows_file,
        "plan": plan,
        "findings": [],
        "cost": {},
    }


def test_only_what_was_done_is_a_change():
    rows = [row("delete", outcome) for outcome in ("deleted", "held", "changed", "failed")] + [row("keep", "kept")]
    made = results.of_prune(pruned(rows, deleted=1, delete=4), check=False)
    assert [one["outcome"] for one in made["changes"]["rows"]] == ["deleted", "held"]
    assert made["changes"]["total"] == 2
    assert [one["outcome"] for one in made["data"]["left"]] == ["changed", "failed", "kept"]


def test_a_check_counts_what_would_be_done():
    made = results.of_prune(pruned([row("delete", "planned")], delete=1204, deleted=0, rows_file="/r"), check=True)
    assert (made["changes"]["total"], made["changes"]["rows_file"]) == (1204, "/r")
    assert made["data"]["plan"]["digest"] == "d"


def test_a_run_with_nothing_to_do_does_not_speak_of_a_plan():
    line = "0 would be deleted · 3 pinned"
    nothing = pruned([], line, delete=0, deleted=0)
    assert results.of_prune(nothing, check=False)["summary"] == "nothing to delete · 3 pinned"
    assert results.of_prune(nothing, check=True)["summary"] == line


def test_reasons_are_counted_largest_first():
    assert results.of_prune(pruned([]), check=False)["data"]["counts"] == [
        {"what": "workflows read", "count": 9},
        {"what": "within retention", "count": 5},
        {"what": "pinned", "count": 1},
    ]


def test_the_plan_is_shown_with_what_goes_along():
    along = [{"kind": "Pod", "namespace": "argo", "name": "p"}]
    rows = [row("delete", "planned", f"w-{number}", goes_along=along) for number in range(30)]
    lines = results.plan_of_prune(pruned(rows, "30 would be deleted", delete=30))
    assert lines[:2] == [
        "as of 2026-11-21T08:00:00Z: 30 would be deleted",
        "delete argo/w-0: Succeeded · 2026-11-01T08:00:00Z · with 1 object",
    ]
    assert lines[-1] == "and 10 more, with --diff"


def test_a_long_plan_names_its_file():
    assert results.plan_of_prune(pruned([], rows_file="/r", delete=1204))[-1] == "and 1,204 more, in /r"


def test_a_look_is_summed_up_by_its_worst_finding():
    looked = results.of_findings([found(), found("warning", name="b"), found("critical", name="a")], "certificate")
    assert looked["summary"] == "a is critical · 1 more"
    assert results.of_findings([found(), found()], "certificate")["summary"] == "2 certificates ok"
    assert results.of_findings([], "certificate")["summary"] == "no certificates"


def test_a_dataset_is_one_change_and_none_is_unknown():
    kept = {"dataset": {"id": "x"}, "line": "kept", "findings": [found()], "cost": {}}
    assert results.of_dataset(kept, "etcd_snapshot", "")["changes"]["rows"][0]["subject"]["name"] == "x"
    missing = results.of_dataset({}, "etcd_snapshot", "no endpoint")
    assert (missing["summary"], missing["findings"][0]["status"], missing["changes"]["total"]) == (
        "no endpoint",
        "unknown",
        0,
    )


def acted(**more) -> dict:
    cost = {"requests": 3, "seconds": 1.0, "peak_mb": 60.0}
    rows = [{"outcome": "changed", "subject": {}, "action": "drain"}, {"outcome": "refused", "subject": {}}]
    return {
        "line": "said",
        "rows": rows,
        "rows_file": "",
        "findings": [found()],
        "total": 1,
        "cost": cost,
        **more,
    }


def test_modules_that_acted_in_turn_are_told_as_far_as_they_came():
    result = results.of_several([acted(), acted(rows_file="f"), {"skipped": True}])
    assert (result["summary"], result["changes"]["total"], len(result["changes"]["rows"])) == ("said, then said", 2, 2)
    assert (result["changes"]["rows_file"], len(result["findings"])) == ("f", 2)
    assert (result["data"]["cost"]["requests"], result["data"]["cost"]["peak_mb"]) == (6, 60.0)
    assert results.of_several([])["data"]["cost"] == {"peak_mb": 0}
