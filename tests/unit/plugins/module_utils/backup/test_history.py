# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import history
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.history import Change
from hypothesis import given
from hypothesis import strategies as st

MAPS, TEMPLATES = "configmaps", "workflowtemplates.argoproj.io"
KEYS = [(kind, "argo", name) for kind in (MAPS, TEMPLATES) for name in ("a", "b", "c")]
INDEX = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["1", "2"]))


def compared(newer, older, kinds=frozenset((MAPS, TEMPLATES))):
    return list(history.compare(newer, older, kinds, after="old", by="new"))


def test_what_changed_appeared_and_vanished_between_two_backups():
    a, b, c = KEYS[:3]
    found = compared({a: "2", b: "1", KEYS[3]: "1"}, {a: "1", b: "1", c: "1"})
    assert [(one.key, one.what) for one in found] == [(a, "changed"), (c, "vanished"), (KEYS[3], "appeared")]
    assert {(one.after, one.by) for one in found} == {("old", "new")}


def test_a_kind_that_one_of_the_two_does_not_hold_is_not_compared():
    assert compared({KEYS[0]: "1"}, {KEYS[3]: "1"}, frozenset((MAPS,))) == [Change(KEYS[0], "appeared", "old", "new")]


@given(INDEX, INDEX)
def test_the_changes_make_the_older_index_the_newer_one(newer, older):
    made = dict(older)
    for one in compared(newer, older):
        if one.what == "vanished":
            del made[one.key]
        else:
            assert (one.key in made) is (one.what == "changed")
            made[one.key] = newer[one.key]
    assert made == newer


def test_how_much_changed_is_told_for_each_pair_of_backups_and_kind_newest_first():
    changes = [
        *(Change(key, "changed", "2026-11-19", "2026-11-20") for key in KEYS[:2]),
        Change(KEYS[3], "vanished", "2026-11-19", "2026-11-20"),
        Change(KEYS[0], "appeared", "2026-11-20", "2026-11-21"),
    ]
    told = [(one["after"], one["resource"], one["changed"], one["vanished"]) for one in history.intervals(changes)]
    assert told == [
        ("2026-11-20", MAPS, 0, 0),
        ("2026-11-19", MAPS, 2, 0),
        ("2026-11-19", TEMPLATES, 0, 1),
    ]
    assert history.line(changes, ["c", "b", "a"]) == "2 changed · 1 appeared · 1 vanished over 3 backups, a to c"
    assert history.line([], ["c", "a"]) == "nothing changed over 2 backups, a to c"
    assert history.line([], ["c"]) == "no earlier backup to compare c with"
    assert history.line([], []) == "no backup to compare"


def searched(compared, changes=()):
    found = {
        "backups": ["new", "old"],
        "line": "as it is",
        "total": len(changes),
        "intervals": history.intervals(changes),
        "rows": [one.as_dict() for one in changes],
        "findings": [],
    }
    return history.of_search(compared, found)


def row(name, state):
    return {"resource": MAPS, "subject": {"kind": "ConfigMap", "namespace": "argo", "name": name}, "state": state}


def test_what_changed_after_the_newest_backup_stands_first():
    rows = [row("{{ x }}", "newer"), row("<b>", "absent"), row("c", "live")]
    states = {"newer": 1, "absent": 1, "live": 1, "same": 5}
    result = searched({"rows": rows, "plan": {"states": states}}, [Change(KEYS[0], "changed", "old", "new")])
    when, what = result["data"]["tables"]
    assert [cells[:3] for cells in when["rows"]] == [["new", "now", MAPS], ["old", "new", MAPS]]
    assert [cells[1:] for cells in what["rows"]] == [
        ["argo/{{ x }}", "changed", "new", "now"],
        ["argo/<b>", "vanished", "new", "now"],
        ["argo/a", "changed", "old", "new"],
    ]
    assert result["summary"].startswith("2 objects not as in new")
    assert [one["status"] for one in result["findings"]] == ["ok"]
    assert result["changes"]["total"] == 0


def test_many_changes_are_counted_and_the_first_are_shown():
    changes = [Change((MAPS, "argo", f"m{number}"), "changed", "old", "new") for number in range(500)]
    _when, what = searched({"rows": [], "plan": {"states": {}}}, changes)["data"]["tables"]
    assert (len(what["rows"]), what["more"]) == (200, 300)


@pytest.mark.parametrize(
    ("compared", "words"),
    [
        ({"rows": [], "plan": {"states": {"unreadable": 3}}}, "of 3 objects nobody could look"),
        ({"failed": True, "msg": "names: 'x' is not in backup new"}, "'x' is not in backup new"),
        ({}, "it was not tried"),
    ],
)
def test_what_could_not_be_compared_is_unknown(compared, words):
    (finding,) = searched(compared)["findings"]
    assert finding["status"] == "unknown"
    assert words in finding["message"]
