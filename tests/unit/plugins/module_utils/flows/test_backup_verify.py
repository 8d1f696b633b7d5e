# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of backups: every way in which a store may lie is found and named."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_verify
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.backup_stores import PLATFORM, signing_key
from tests.support.verifying import file_of, flip, look, said
from tests.support.whole_backups import CANARY, STARTED, WholeBackups, item, objects

DAY = timedelta(days=1)


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path / "store")


def words(result: dict[str, Any]) -> str:
    """What is wrong, and nothing but that: no backup may be well besides."""
    assert {one["status"] for one in result["findings"]} == {"critical"}, result["findings"]
    return " | ".join(one["message"] for one in result["findings"])


def test_a_backup_that_is_well_is_told_and_seen_from_inside_when_asked(backups: WholeBackups, tmp_path: Path) -> None:
    made = backups.take()
    seen = look(backups)
    (row,) = seen["backups"]
    assert (row["id"], row["ok"], row["deep"], row["parts"], row["objects"]) == (made.id, True, False, 4, 9)
    assert row["recipients"] == [backups.recipient]
    assert said(seen)[0][1].endswith("are as they were written")
    deep = look(backups, deep=True, identity=backups.keep_keys(tmp_path / "keys")["identity"])
    assert deep["line"].endswith("are as they were written, and 9 objects as the index says"), deep
    assert {one["name"]: one["value"] for one in deep["measures"]} == {
        "backup.age": 1.0,
        "backup.bytes": made.bytes,
        "backup.objects": 9,
    }


def test_one_in_clear_is_seen_from_inside_without_an_identity(backups: WholeBackups) -> None:
    backups.take(recipients=[])
    assert said(look(backups, deep=True))[0][0] == "ok"


def test_an_identity_is_proved_without_reading_every_object(backups: WholeBackups, tmp_path: Path) -> None:
    backups.take()
    files = backups.keep_keys(tmp_path / "keys")
    assert said(look(backups, identity=files["identity"]))[0][0] == "ok"
    found = words(look(backups, identity=files["other"]))
    assert "index cannot be read: the identity cannot decrypt" in found
    assert f"it is encrypted for {backups.recipient}" in found


def test_what_is_encrypted_is_not_seen_from_inside_without_an_identity(backups: WholeBackups) -> None:
    backups.take()
    with pytest.raises(OpsError, match=r"deep: backup .* is encrypted for age1.*; give the identity") as caught:
        look(backups, deep=True)
    assert caught.value.kind == "invalid"


NOT_UNDERSTOOD = "it is no manifest that this version understands"
STRANGER = "names a part that is none of this platform"
Damage = Callable[[WholeBackups, Manifest], object]


def envelope_of(backups: WholeBackups, made: Manifest) -> Path:
    return backups.folder / manifest.path_of(PLATFORM, made.id)


def rewrite(backups: WholeBackups, made: Manifest, **fields: Any) -> None:
    path = envelope_of(backups, made)
    path.write_text(json.dumps(json.loads(path.read_text()) | fields, indent=1) + "\n")


def swap(backups: WholeBackups, made: Manifest) -> None:
    """The same kind, from another backup."""
    other = backups.take(STARTED - DAY, objects(4))
    shutil.copy(file_of(backups, other), file_of(backups, made))


def replay(backups: WholeBackups, made: Manifest) -> None:
    older = backups.take(STARTED - DAY, objects(1))
    shutil.copy(envelope_of(backups, older), envelope_of(backups, made))
    envelope_of(backups, older).unlink()


def part(**fields: Any) -> Damage:
    """Signed by ourselves, with a part that says something else."""
    return lambda backups, made: backups.publish(replace(made, parts=(replace(made.parts[0], **fields),)))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda b, m: flip(file_of(b, m)), "secrets holds other bytes than were written"),
        (lambda b, m: flip(file_of(b, m), -1), "secrets holds other bytes than were written"),
        (lambda b, m: flip(file_of(b, m, -1)), "index holds other bytes than were written"),
        (lambda b, m: os.truncate(file_of(b, m), 100), "secrets is cut short: 100 of"),
        (lambda b, m: os.truncate(file_of(b, m), 0), "secrets is cut short: 0 of"),
        (lambda b, m: os.truncate(file_of(b, m), 10**9), "secrets is longer than its"),
        (lambda b, m: file_of(b, m, 1).unlink(), "configmaps is not there"),
        (swap, "backup 2026-11-21T08-00-00Z: secrets "),
        (replay, "it was moved or replayed"),
        (part(path="backups/other/parts/" + "a" * 64 + ".plain/" + "b" * 64 + ".tar.gz"), STRANGER),
        (lambda b, m: rewrite(b, m, signatures=[]), "is not signed"),
        (lambda b, m: b.sign_by_another(m), "whom the inventory does not trust"),
        (lambda b, m: rewrite(b, m, payload="e30="), "does not fit what it says"),
        (lambda b, m: rewrite(b, m, payloadType="text/plain"), "something else than a backup's manifest"),
        (lambda b, m: rewrite(b, m, more=1), "it was written again by somebody else"),
        (lambda b, m: os.truncate(envelope_of(b, m), 300), "only a piece of one"),
        (lambda b, m: envelope_of(b, m).write_bytes(b"[" * 100_000), "only a piece of one"),
        (lambda b, m: envelope_of(b, m).write_bytes(b""), "only a piece of one"),
        (lambda b, m: flip(envelope_of(b, m), 300), "not believed"),
        (part(path="backups/lab/../../x"), STRANGER),
        (part(bytes=-1), NOT_UNDERSTOOD),
        (part(bytes=10**30), NOT_UNDERSTOOD),
        (lambda b, m: b.publish(replace(m, recipients=(1,))), NOT_UNDERSTOOD),
        (lambda b, m: b.publish(replace(m, recipients=())), "is for others than the manifest names"),
    ],
)  # fmt: skip
def test_what_was_changed_in_a_store_is_found_and_named(backups: WholeBackups, damage: Damage, named: str) -> None:
    made = backups.take()
    damage(backups, made)
    seen = look(backups, backup=made.id)
    assert named in words(seen)
    assert not any(row["ok"] for row in seen["backups"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda listed: listed["secrets"].pop(), "secrets shop/s2 is not in the index"),
        (lambda listed: listed["secrets"].append(item("secrets", "s3")), "holds fewer objects than the index lists"),
        (lambda listed: listed["secrets"].reverse(), "secrets shop/s0 stands where the index has shop/s2"),
        (lambda listed: listed["secrets"][1].update(data={}), "secrets shop/s1 is not what the index says"),
        (lambda listed: listed["configmaps"][0]["metadata"].update(uid="x"), "shop/c0 says that it is another one"),
        (lambda listed: listed["coderuns.agents.platform"][2].update(status={}), "shop/r2 is not what the index says"),
        (lambda listed: listed.pop("secrets"), "secrets is not in the index, which has configmaps in its place"),
        (lambda listed: listed.pop("coderuns.agents.platform"), "is not in the index, which has nothing in its place"),
        (lambda listed: listed.clear(), "which has nothing in its place"),
    ],
)  # fmt: skip
def test_an_index_that_does_not_fit_what_it_lists_is_found_from_inside(
    backups: WholeBackups, tmp_path: Path, change: Callable[[Any], object], named: str
) -> None:
    listed = objects()
    change(listed)
    backups.take(indexed=listed)
    assert said(look(backups))[0][0] == "ok"
    seen = look(backups, deep=True, identity=backups.keep_keys(tmp_path / "keys")["identity"])
    assert named in words(seen)
    assert CANARY not in json.dumps(seen)


def test_counts_that_the_manifest_gives_wrongly_are_found(backups: WholeBackups) -> None:
    made = backups.take(recipients=[])
    backups.publish(replace(made, parts=(*made.parts[:2], replace(made.parts[2], objects=9))))
    assert "holds 3 objects, and the manifest says 9" in words(look(backups, deep=True))


def test_of_newest_those_that_are_no_use_are_named_and_the_next_one_is_verified(backups: WholeBackups) -> None:
    good = backups.take()
    half = backups.take(STARTED + timedelta(minutes=1), skipped=(manifest.Skipped("sensors", "no", lost=True),))
    forged = backups.take(STARTED + timedelta(minutes=2))
    backups.sign_by_another(forged)
    future = backups.take(STARTED + DAY)
    seen = look(backups)
    assert [one["id"] for one in seen["backups"]] == [future.id, forged.id, half.id, good.id]
    assert [one["verified"] for one in seen["backups"]] == [False, False, False, True]
    assert [status for status, _message in said(seen)] == ["critical", "warning", "warning", "ok"]
    assert seen["line"].endswith("3 others cannot be used")


def test_without_any_there_is_nothing_well(backups: WholeBackups) -> None:
    assert words(look(backups)) == "there is no backup of platform lab that can be used"
    missing = look(backups, backup="2026-01-01T00-00-00Z")
    assert "is not believed: backups/lab/manifests/2026-01-01T00-00-00Z.json is not there" in words(missing)


def test_of_all_each_is_verified_and_parts_that_they_share_once(
    backups: WholeBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = backups.take(recipients=[]), backups.take(STARTED - DAY, recipients=[])
    read: list[str] = []
    shown = backup_verify.backup_prove.stored_problem
    monkeypatch.setattr(
        backup_verify.backup_prove, "stored_problem", lambda store, part: read.append(part.path) or shown(store, part)
    )
    seen = look(backups, backup="all")
    assert [(one["id"], one["ok"]) for one in seen["backups"]] == [(first.id, True), (second.id, True)]
    assert sorted(read) == sorted({part.path for part in first.everything})


def test_a_store_that_does_not_answer_is_unknown(backups: WholeBackups, monkeypatch: pytest.MonkeyPatch) -> None:
    backups.take()

    def silent(*_arguments: object) -> str:
        raise OpsError("timeout", "the store does not answer")

    monkeypatch.setattr(backup_verify.backup_prove, "stored_problem", silent)
    seen = look(backups)
    assert said(seen) == [("unknown", "nobody could look at the backups: the store does not answer")]
    assert seen["backups"] == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"platform": ""}, "platform is empty"),
        ({"platform": "../x"}, "cannot name a folder"),
        ({"backup": "../../x"}, "is no id of a backup"),
        ({"backup": "{{ x }}"}, "is no id of a backup"),
        ({"trusted_keys": []}, "trusted_keys is empty"),
        ({"store": ""}, "store is empty"),
        ({"concurrency": 0}, "concurrency is 0; it must lie between 1 and 32"),
        ({"identity": "/none/such"}, "identity: cannot read /none/such"),
        ({"signing_key": "/none/such"}, "signing_key: cannot read /none/such"),
        ({"signing_key": "STRANGER"}, "is not among trusted_keys, so nobody would believe what it signs"),
    ],
)
def test_bad_input_is_one_sentence(backups: WholeBackups, tmp_path: Path, more: dict[str, Any], words: str) -> None:
    if more.get("signing_key") == "STRANGER":
        more = {"signing_key": backups.keep_keys(tmp_path / "keys")["stranger"]}
    with pytest.raises(OpsError) as caught:
        look(backups, **more)
    assert words in caught.value.message
    assert "\n" not in caught.value.message


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> WholeBackups:
    backups = WholeBackups(tmp_path_factory.mktemp("small"))
    backups.take(content={"configmaps": objects()["configmaps"]})
    return backups


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_stored_byte_is_found(small: WholeBackups, data: st.DataObject) -> None:
    files = sorted(path for path in small.folder.rglob("*") if path.is_file() and path.name != "store.json")
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    position = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["flip", "drop", "double", "cut"]))
    changed = bytearray(whole)
    if kind == "flip":
        changed[position] ^= data.draw(st.integers(1, 255))
    elif kind == "drop":
        del changed[position]
    elif kind == "double":
        changed.insert(position, changed[position])
    else:
        del changed[position:]
    try:
        path.write_bytes(changed)
        assert not any(row["ok"] for row in look(small)["backups"]), (kind, position, path.name)
    finally:
        path.write_bytes(whole)
    assert look(small)["backups"][0]["ok"]


def test_one_that_was_moved_to_another_platform_is_not_believed(backups: WholeBackups) -> None:
    made = backups.take()
    shutil.copytree(backups.folder / "backups" / PLATFORM, backups.folder / "backups" / "other")
    seen = look(backups, platform="other", backup=made.id)
    assert f"holds the manifest of lab/{made.id}: it was moved or replayed" in words(seen)


def test_a_key_that_is_no_longer_trusted_makes_its_backups_doubted(backups: WholeBackups) -> None:
    backups.take()
    other = keys.signer(signing_key(), "other")
    assert "whom the inventory does not trust" in words(look(backups, trusted_keys=[other.public]))
