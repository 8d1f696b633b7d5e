# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import kubernetes_steps as steps

NEW = "v1.35.4"
BAD = finding("removed_apis", "critical", subject("API", "", "x"), "somebody asks for x")
FRESH = {"kind": "fresh", "message": "the control plane has v1.34.4"}


def info(version: str = "v1.34.4", move: bool = True, *findings: dict) -> dict:
    nodes = [{"name": "n1", "version": version, "ready": True, "move": move}]
    reached = version == NEW
    return {
        "line": f"{version} to {NEW}",
        "version": version,
        "reached": reached,
        "nodes": nodes,
        "findings": list(findings),
        "cost": {},
    }


@pytest.mark.parametrize(
    ("seen", "todo", "refusal"),
    [
        ({"course": FRESH, "info": info()}, True, ""),
        ({"course": FRESH, "info": info(NEW, True)}, True, ""),
        ({"course": FRESH, "info": info(NEW, False)}, False, ""),
        ({"course": FRESH, "info": info("v1.34.4", True, BAD)}, True, "may not begin: somebody asks for x"),
        ({"course": FRESH, "info": info("v1.34.4", True, BAD), "accept": ["removed_apis"]}, True, ""),
        ({"course": FRESH, "info": info("v1.34.4", True, BAD), "accept": "rehearsal,removed_apis"}, True, ""),
        ({"course": FRESH, "info": info(), "gates": {"findings": [BAD]}}, True, "may not begin"),
        ({"course": FRESH, "info": info(NEW, False), "gates": {"findings": [BAD]}}, False, ""),
        ({"course": {"kind": "continue", "message": "it goes on"}}, True, ""),
        ({"course": {"kind": "refused", "message": "mend it first"}}, False, "mend it first"),
        ({"course": {"kind": "finish_rollback", "message": "killed"}}, False, "run again to upgrade"),
        ({"course": {"kind": "finish_rollback", "message": "killed"}, "check": True}, False, "without --check"),
    ],
)
def test_it_begins_only_when_there_is_something_to_do_and_nothing_in_the_way(seen, todo, refusal) -> None:
    begun = steps.begin({**seen, "version": NEW})
    assert begun["todo"] is todo
    assert refusal in begun["refusal"] if refusal else begun["refusal"] == ""
    assert begun["result"]["changes"]["total"] == 0


def test_what_somebody_has_accepted_is_told_as_a_warning() -> None:
    seen = {"course": FRESH, "info": info("v1.34.4", True, BAD), "accept": ["removed_apis"], "version": NEW}
    told = steps.begin(seen)["result"]["findings"]
    assert [(one["status"], one["message"]) for one in told[:1]] == [("warning", "accepted: somebody asks for x")]


def test_what_is_bad_before_is_kept_for_later() -> None:
    assert steps.begin({"course": FRESH, "info": info(), "version": NEW, "health": {"findings": [BAD]}})["bad"] == [
        "removed_apis|API||x"
    ]


def test_a_backup_that_is_not_proved_stops_the_upgrade() -> None:
    backup = {"summary": "1 kept", "findings": [], "changes": {"total": 1}, "data": {"backup": {"id": "b1"}}}
    good = steps.backed_up({"backup": backup, "verified": {"findings": [{"status": "ok"}]}})
    assert (good["refusal"], good["backup"], good["result"]["changes"]) == ("", "b1", {"total": 1})
    for status in ("critical", "unknown"):
        bad = steps.backed_up({"backup": backup, "verified": {"findings": [{"status": status, "message": "a part"}]}})
        assert bad["refusal"] == "the backup is not proved: a part"
    assert steps.backed_up({})["result"]["summary"] == "nothing to do"


@pytest.mark.parametrize(
    ("seen", "refusal", "total"),
    [
        ({"needed": True, "snapshot": {"id": "s1", "line": "kept"}}, "", 1),
        ({"needed": True, "snapshot": {"id": "", "line": "would keep"}, "check": True}, "", 1),
        ({"needed": True, "snapshot": {"id": "", "line": ""}}, "no way back", 0),
        ({"needed": True, "snapshot": {}}, "no way back", 0),
        ({"needed": True, "snapshot": {}, "check": True}, "no way back", 0),
        ({"needed": False, "snapshot": {}}, "", 0),
    ],
)
def test_without_a_snapshot_there_is_no_way_back(seen, refusal, total) -> None:
    found = steps.snapped(seen)
    assert refusal in found["refusal"] if refusal else found["refusal"] == ""
    assert found["result"]["changes"]["total"] == total


def test_what_moves_is_a_change_each() -> None:
    seen = {"names": ["n1", "n2"], "kind": "Node", "version": NEW}
    told = steps.moved(seen)["result"]
    assert (told["summary"], told["changes"]["total"]) == ("moved n1, n2 to v1.35.4", 2)
    assert {row["outcome"] for row in steps.moved({**seen, "check": True})["result"]["changes"]["rows"]} == {"planned"}
    assert steps.moved({**seen, "names": []})["result"]["summary"] == "every node has v1.35.4 already"


@pytest.mark.parametrize(
    ("names", "summary"),
    [
        ([], "n1, n2 did not come to v1.35.4"),
        (["n1"], "moved n1 to v1.35.4 · n2 did not come to v1.35.4"),
        (["n1", "n2"], "moved n1, n2 to v1.35.4"),
    ],
)
def test_what_did_not_move_is_never_told_as_well(names, summary) -> None:
    told = steps.moved({"names": names, "wanted": ["n1", "n2"], "kind": "Node", "version": NEW})["result"]
    assert told["summary"] == summary
    left = [name for name in ("n1", "n2") if name not in names]
    assert [one["status"] for one in told["findings"]] == (["warning"] if left else ["ok"])
    assert all(name in told["findings"][0]["message"] for name in left)
    assert [row["subject"]["name"] for row in told["changes"]["rows"]] == names


def test_what_was_not_done_besides_is_unknown_and_says_what_to_do() -> None:
    seen = {"names": ["n1"], "kind": "Component", "version": NEW, "problem": "it was not restarted"}
    found = steps.moved(seen)["result"]["findings"]
    assert [(one["status"], one["message"]) for one in found] == [("unknown", "it was not restarted")]


@pytest.mark.parametrize(
    ("health", "before", "refusal"),
    [
        ({"findings": [BAD]}, ["removed_apis|API||x"], ""),
        ({"findings": [BAD]}, [], "is not well with v1.35.4: somebody asks for x"),
        ({"findings": []}, [], ""),
        ({}, [], "nobody could look"),
    ],
)
def test_worse_than_before_goes_back_and_as_bad_as_before_does_not(health, before, refusal) -> None:
    health = {"summary": "", **health} if health else {}
    found = steps.verified({"health": health, "before": before, "compared": {}, "version": NEW})
    assert refusal in found["refusal"] if refusal else found["refusal"] == ""


def test_what_is_lost_on_the_way_back_is_listed() -> None:
    row = {"subject": subject("ConfigMap", "a", "late"), "change": "made"}
    lost = {"line": "1 object made and 0 changed", "total": 1, "rows": [row], "rows_file": ""}
    seen = {"note": {"from": "v1.34.4", "snapshot": "s1"}, "lost": lost, "course": {"kind": "finish_rollback"}}
    told = steps.went_back(seen)
    assert told["refusal"] == ""
    assert told["line"] == "went back to v1.34.4 and the data of s1; lost: 1 object made and 0 changed"
    assert [(one["action"], one["subject"]["name"]) for one in told["result"]["changes"]["rows"]] == [
        ("restore", "control plane"),
        ("lose", "a/late"),
    ]
    assert told["result"]["changes"]["total"] == 2
    blind = steps.went_back({**seen, "lost": {"msg": "no answer"}})
    assert "nobody could tell what: no answer" in blind["line"]
    refused = steps.went_back({**seen, "course": {"kind": "refused", "message": "no upgrade"}})
    assert refused["refusal"] == "no upgrade"
