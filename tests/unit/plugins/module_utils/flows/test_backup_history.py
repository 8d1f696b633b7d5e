# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_history

from tests.support.whole_backups import CANARY, CODERUNS, STARTED, WholeBackups, item

GOOD = item("configmaps", "a", data={"mode": "good"})
BAD = item("configmaps", "a", data={"mode": "bad"})
DAYS = [STARTED + timedelta(days=number) for number in range(5)]
IDS = [f"{day:%Y-%m-%dT%H-%M-%SZ}" for day in DAYS]


@pytest.fixture
def backups(tmp_path):
    return WholeBackups(tmp_path / "store")


@pytest.fixture
def look(backups, tmp_path):
    files = backups.keep_keys(tmp_path / "keys")

    def run(**more):
        known = {
            "platform": "lab",
            "store": str(backups.folder),
            "store_options": {},
            "trusted_keys": [backups.signer.public],
            "identity": files["identity"],
            **{name: [] for name in ("kinds", "namespaces", "names")},
            "limit": 15,
            "rows_directory": str(tmp_path / "rows"),
        }
        return backup_history.look({**known, **more})

    run.files = files
    return run


def content(*items):
    return {"configmaps": list(items), "secrets": [item("secrets", "s", data={"key": CANARY})]}


def told(found):
    return [(row["subject"]["name"], row["what"], row["after"], row["by"]) for row in found["rows"]]


def test_the_backups_between_which_an_object_changed_are_named(backups, look):
    other = item("configmaps", "b", namespace="argo")
    for day, items in zip(DAYS, ([GOOD], [GOOD, other], [BAD, other], [BAD], [BAD]), strict=True):
        backups.take(day, content(*items))
    found = look()
    assert found["backups"] == IDS[::-1]
    assert told(found) == [
        ("b", "vanished", IDS[2], IDS[3]),
        ("a", "changed", IDS[1], IDS[2]),
        ("b", "appeared", IDS[0], IDS[1]),
    ]
    assert (found["total"], found["findings"], found["rows_file"]) == (3, [], "")
    assert CANARY not in str(found)
    assert told(look(names=["shop/a"])) == told(found)[1:2]
    assert told(look(namespaces=["argo"])) == [told(found)[0], told(found)[2]]
    assert told(look(kinds=["secrets"])) == []
    assert look(limit=2)["backups"] == IDS[:2:-1]


def test_a_backup_that_cannot_be_looked_at_is_unknown_and_left_out(backups, look):
    backups.take(DAYS[0], content(GOOD))
    backups.sign_by_another(backups.take(DAYS[1], content(BAD)))
    backups.take(DAYS[2], content(BAD), skipped=(Skipped("sensors.argoproj.io", "forbidden", lost=True),))
    broken = backups.take(DAYS[3], content(BAD, item("configmaps", "x")))
    backups.store.put(broken.index.path, b"other bytes")
    backups.take(DAYS[4], content(BAD))
    found = look()
    assert told(found) == [("a", "changed", IDS[0], IDS[4])]
    unknown = {one["subject"]["name"]: one["message"] for one in found["findings"]}
    assert {one["status"] for one in found["findings"]} == {"unknown"}
    assert list(unknown) == [IDS[3], IDS[2], IDS[1]]
    assert "not what the manifest says" in unknown[IDS[3]]
    assert "not complete" in unknown[IDS[2]]


def test_a_kind_that_a_backup_does_not_hold_did_not_vanish(backups, look):
    backups.take(DAYS[0], {**content(GOOD), CODERUNS: [item(CODERUNS, "r", status={"phase": "Succeeded"})]})
    backups.take(DAYS[1], content(GOOD))
    assert look()["rows"] == []


@pytest.mark.parametrize(
    ("more", "kind", "words"),
    [
        ({"limit": 1}, "invalid", "limit: 1"),
        ({"limit": 1001}, "invalid", "limit: 1001"),
        ({"platform": ""}, "invalid", "platform is empty"),
        ({"kinds": ["nothing"]}, "invalid", "'nothing' is not in this backup"),
        ({"platform": "other"}, "refused", "no backup of platform other can be read"),
        ({"identity": None}, "refused", f"no backup of platform lab can be read: {IDS[0]}"),
    ],
)
def test_what_cannot_be_is_one_sentence(backups, look, more, kind, words):
    backups.take(DAYS[0], content(GOOD))
    with pytest.raises(OpsError, match=words.replace("(", r"\(")) as caught:
        look(**more)
    assert caught.value.kind == kind
