# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of backups that are encrypted anew for other recipients."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import known_parts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import newest_first

from tests.support.backup_stores import PLATFORM
from tests.support.copies import act, files, outcomes, verified
from tests.support.whole_backups import CANARY, STARTED, WholeBackups, objects

DAY = timedelta(days=1)


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path / "store")


@pytest.fixture
def offsite(tmp_path: Path) -> Path:
    return tmp_path / "offsite"


@pytest.fixture
def other() -> Any:
    return pyrage.x25519.Identity.generate()


def anew(backups: WholeBackups, keys: dict[str, str], other: Any, to: Path | str = "", **more: Any) -> Acted:
    own = {"recipients": [str(other.to_public())], "identity": keys["identity"], "signing_key": keys["signing_key"]}
    return act(backups, to, **own | more)


def test_a_backup_is_encrypted_anew_for_others_and_the_original_stays(
    backups: WholeBackups, tmp_path: Path, other: Any
) -> None:
    made = backups.take()
    before = files(backups.folder)
    keys = backups.keep_keys(tmp_path / "keys")
    assert outcomes(anew(backups, keys, other, check=True)) == [(made.id, "planned")]
    assert files(backups.folder) == before
    done = anew(backups, keys, other)
    assert done.actions[0].detail.startswith(f"as {made.id}-2, ")
    assert before.items() <= files(backups.folder).items()
    assert CANARY.encode() not in b"".join(files(backups.folder).values())
    theirs = tmp_path / "theirs"
    theirs.write_text(str(other))
    theirs.chmod(0o600)
    seen = verified(backups, backups.folder, str(theirs))
    assert [(one["id"], one["ok"], one["recipients"]) for one in seen["backups"]] == [
        (f"{made.id}-2", True, [str(other.to_public())])
    ]
    old = verified(backups, backups.folder, keys["identity"], backup=made.id)
    assert old["backups"][0]["ok"]
    again = anew(backups, keys, other, backup="all")
    assert outcomes(again) == [(made.id, "unchanged"), (f"{made.id}-2", "unchanged")]


def test_parts_that_backups_share_are_encrypted_anew_once_and_into_another_store(
    backups: WholeBackups, tmp_path: Path, offsite: Path, other: Any
) -> None:
    first, second = backups.take(STARTED - DAY), backups.take(content={**objects(), "secrets": objects(4)["secrets"]})
    keys = backups.keep_keys(tmp_path / "keys")
    done = anew(backups, keys, other, offsite, backup="all")
    assert outcomes(done) == [(first.id, "changed"), (second.id, "changed")]
    # Secrets and the index differ; the two others are the same.
    assert len([path for path in files(offsite) if "/parts/" in path]) == 4 + 2
    assert outcomes(anew(backups, keys, other, offsite, backup="all")) == [
        (first.id, "unchanged"),
        (second.id, "unchanged"),
    ]


def test_one_in_clear_is_encrypted_without_an_identity(backups: WholeBackups, tmp_path: Path, other: Any) -> None:
    made = backups.take(recipients=[])
    keys = backups.keep_keys(tmp_path / "keys")
    assert outcomes(anew(backups, keys, other, identity=None)) == [(made.id, "changed")]


def test_the_moment_and_the_objects_stay_and_the_original_is_named(
    backups: WholeBackups, tmp_path: Path, other: Any
) -> None:
    made = backups.take()
    anew(backups, backups.keep_keys(tmp_path / "keys"), other)
    path = manifest.path_of(PLATFORM, f"{made.id}-2")
    fresh = manifest.unseal(backups.store.get(path) or b"", path, backups.trusted.accepts)
    assert (fresh.started, fresh.copy_of, fresh.objects) == (made.started, made.id, made.objects)
    assert [(one.resource, one.plain_bytes) for one in fresh.everything] == [
        (one.resource, one.plain_bytes) for one in made.everything
    ]


def test_what_is_not_as_its_manifest_says_is_not_encrypted_anew(
    backups: WholeBackups, tmp_path: Path, other: Any
) -> None:
    made = backups.take()
    keys = backups.keep_keys(tmp_path / "keys")
    path = backups.folder / made.index.path
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    done = anew(backups, keys, other)
    assert outcomes(done) == [(made.id, "refused")]
    path.write_bytes(whole)
    assert outcomes(anew(backups, keys, other, identity=keys["other"])) == [(made.id, "refused")]
    part = replace(made.parts[0], plain_bytes=7)
    backups.publish(replace(made, parts=(part, *made.parts[1:])))
    assert "its manifest says 7" in anew(backups, keys, other).actions[0].reason
    assert len(backups.paths("manifests")) == 1


def test_the_next_backup_for_new_recipients_relies_on_what_was_encrypted_anew(
    backups: WholeBackups, tmp_path: Path, other: Any
) -> None:
    backups.take()
    anew(backups, backups.keep_keys(tmp_path / "keys"), other)
    before = set(backups.paths("parts"))
    fresh = next(newest_first(backups.store, PLATFORM, backups.trusted)).manifest
    assert fresh is not None
    backups.take(STARTED + DAY, recipients=[str(other.to_public())], known=known_parts(fresh.everything))
    assert set(backups.paths("parts")) == before


def test_recipients_need_a_signing_key_and_what_is_encrypted_an_identity(
    backups: WholeBackups, tmp_path: Path, other: Any
) -> None:
    backups.take()
    keys = backups.keep_keys(tmp_path / "keys")
    with pytest.raises(OpsError, match="signing_key: it is needed"):
        anew(backups, keys, other, signing_key=None)
    with pytest.raises(OpsError, match=r"identity: backup .* is encrypted"):
        anew(backups, keys, other, identity=None)
