# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores from real stores into a cluster in memory: what is believed, what is refused, and what is told."""

from __future__ import annotations

import json
import stat

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    acting,
    restore_live,
    restore_look,
    restore_parts,
    restore_run,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.modules import restore, restore_info
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.restore_cluster import (
    KINDS,
    Server,
    item,
)

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import CANARY, CODERUNS, WholeBackups, objects

NAMESPACE = "shop"


class Site:
    def __init__(self, folder) -> None:
        self.backups = WholeBackups(folder / "store")
        self.keys = self.backups.keep_keys(folder / "keys")
        self.server = Server(item("namespaces", "kube-system"), item("namespaces", NAMESPACE))

    def options(self, **more):
        specs = {**restore_run.SPEC, **restore.OWN_SPEC, **restore_info.OWN_SPEC, **acting.SPEC}
        return {
            **{name: spec.get("default") for name, spec in specs.items()},
            "platform": PLATFORM,
            "store": str(self.backups.folder),
            "store_options": {},
            "trusted_keys": [self.backups.signer.public],
            "identity": self.keys["identity"],
            **more,
        }

    def act(self, *, check=False, **more):
        return restore_run.act(Client(self.server), self.options(**more), check=check)

    def look(self, *, diff=False, check=False, **more):
        return restore_look.look(Client(self.server), self.options(**more), diff=diff, check=check)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_all_comes_back_and_no_secret_is_told(site) -> None:
    site.backups.take()
    seen = site.look()
    assert (seen["line"], seen["plan"]["total"], seen["plan"]["states"]) == ("9 absent", 9, {"absent": 9})
    acted = site.act(plan_digest=seen["plan"]["digest"])
    assert acted.error is None
    assert acted.more["line"] == "9 restored"
    assert site.server.at("secrets", "s0", NAMESPACE)["data"] == {"key": CANARY}
    assert site.server.at(CODERUNS, "r0", NAMESPACE)["status"] == {"phase": "Succeeded"}
    again = site.act()
    assert (again.actions, again.more["line"]) == ([], "9 the same already")
    assert CANARY not in json.dumps([seen, acted.more, [one.row() for one in acted.actions]])


def test_check_mode_asks_the_server_and_writes_nothing(site) -> None:
    site.backups.take()
    acted = site.act(check=True)
    assert {one.outcome for one in acted.actions} == {"planned"}
    assert site.server.writes == []


def test_another_plan_than_the_one_that_was_agreed_to_is_refused(site) -> None:
    site.backups.take()
    with pytest.raises(OpsError, match="now, not 0000"):
        site.act(plan_digest="0000")
    with pytest.raises(OpsError, match="9 objects would be changed, but max_changes is 8"):
        site.act(max_changes=8)
    assert site.server.writes == []


def test_one_that_the_server_refuses_keeps_all_from_being_written_unless_it_is_skipped(site) -> None:
    site.backups.take()
    site.server.refuse = lambda method, _path, body: (
        (422, "not this one") if method == "POST" and body["metadata"]["name"] == "c1" else None
    )
    acted = site.act()
    assert (site.server.writes, acted.error.kind) == ([], "refused")
    assert "not this one" in acted.error.message
    skipped = site.act(skip_refused=True)
    assert sum(one.outcome == "changed" for one in skipped.actions) == 8
    assert skipped.error.kind == "refused"


def test_without_asking_first_the_others_go_on(site) -> None:
    site.backups.take()
    site.server.refuse = lambda method, _path, body: (
        (422, "not this one") if method == "POST" and body["metadata"]["name"] == "c1" else None
    )
    acted = site.act(dry_run_first=False)
    assert sorted(one.outcome for one in acted.actions) == ["changed"] * 8 + ["failed"]
    assert "1 failed · 8 restored" in acted.more["line"]


def test_a_server_that_says_yes_and_does_nothing_is_found_out(site) -> None:
    content = {"configmaps": objects()["configmaps"]}
    site.backups.take(content=content)
    site.server.ignores = True
    acted = site.act()
    assert {one.outcome for one in acted.actions} == {"unverified"}
    assert acted.error.kind == "unverified"


def _flip(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))


@pytest.mark.parametrize("harm", [_flip, lambda data: data[:-1], lambda data: data + b"x", lambda _data: b""])
def test_a_part_that_is_not_as_the_manifest_says_restores_nothing(site, harm) -> None:
    made = site.backups.take()
    path = site.backups.folder / made.parts[0].path
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(OpsError, match="is not what the manifest says"):
        site.act()
    assert site.server.writes == []


def test_a_part_that_another_backup_swapped_in_restores_nothing(site) -> None:
    made = site.backups.take()
    first, second = (site.backups.folder / part.path for part in made.parts[:2])
    first.write_bytes(second.read_bytes())
    with pytest.raises(OpsError, match="is not what the manifest says"):
        site.act()
    assert site.server.writes == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"identity": None}, "give the identity"),
        ({"identity": "other"}, "cannot decrypt"),
        ({"trusted_keys": []}, "trusted_keys is empty"),
        ({"backup": "2020-01-01T00-00-00Z"}, "is not there"),
        ({"backup": "../x"}, "no id of a backup"),
        ({"backup": "{{ x }}"}, "no id of a backup"),
        ({"platform": ""}, "platform is empty"),
        ({"kinds": ["pods"]}, "is not in this backup"),
        ({"names": ["nobody"]}, "'nobody' is not in backup"),
        ({"wait": -1}, "wait: -1 is negative"),
    ],
)
def test_what_cannot_be_right_is_one_sentence_and_changes_nothing(site, more, words) -> None:
    site.backups.take()
    if more.get("identity"):
        more = {"identity": site.keys[more["identity"]]}
    with pytest.raises(OpsError, match=words):
        site.act(**more)
    assert site.server.writes == []


def test_a_backup_by_a_stranger_is_not_believed(site) -> None:
    made = site.backups.take()
    stranger = WholeBackups(site.backups.folder.parent / "other")
    with pytest.raises(OpsError, match="does not trust"):
        site.act(backup=made.id, trusted_keys=[stranger.signer.public])
    assert site.server.writes == []


def test_what_differs_is_shown_without_values_of_secrets(site) -> None:
    site.backups.take()
    site.act()
    site.server.at("secrets", "s0", NAMESPACE)["data"] = {"key": f"{CANARY}-changed"}
    site.server.at("configmaps", "c1", NAMESPACE)["data"] = {"key": "new"}
    seen = site.look(diff=True)
    assert CANARY not in json.dumps(seen)
    shown = {one["before_header"]: (one["before"].get("data"), one["after"].get("data")) for one in seen["diff"]}
    assert shown == {
        "Secret shop/s0 in the cluster": ({"key": "[value before]"}, {"key": "[value after]"}),
        "ConfigMap shop/c1 in the cluster": ({"key": "new"}, {"key": "x"}),
    }
    assert {row["action"] for row in seen["rows"]} == {"leave"}
    assert site.look()["diff"] == []


def test_one_object_goes_to_a_file_that_its_owner_alone_reads(site, tmp_path) -> None:
    site.backups.take()
    target = tmp_path / "one.json"
    site.look(kinds=["configmaps"], names=["c1"], export=str(target), check=True)
    assert not target.exists()
    told = site.look(kinds=["configmaps"], names=["c1"], export=str(target))
    assert told["exported"] == str(target)
    assert json.loads(target.read_text())["metadata"] == {"name": "c1", "namespace": NAMESPACE}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    for more, words in (
        ({"names": ["c1"]}, "cannot be written: File exists"),
        ({}, "several objects are meant"),
        ({"names": ["c9"]}, "no object is meant"),
    ):
        with pytest.raises(OpsError, match=words):
            site.look(kinds=["configmaps"], export=str(target), **more)


def test_a_secret_goes_to_a_file_only_when_that_is_asked_for(site, tmp_path) -> None:
    site.backups.take()
    secret = {"kinds": ["secrets"], "names": ["s1"], "export": str(tmp_path / "secret.json")}
    with pytest.raises(OpsError, match="it is a Secret"):
        site.look(**secret)
    site.look(**secret, export_secrets=True)
    assert CANARY in (tmp_path / "secret.json").read_text()


def test_a_part_is_fetched_once_and_read_from_what_was_proved(site) -> None:
    made = site.backups.take()
    parts = restore_parts.Parts([site.backups.identity])
    parts.fetch(site.backups.store, made.parts)
    for part in made.parts:
        (site.backups.folder / part.path).write_bytes(b"changed afterwards")
        parts.fetch(site.backups.store, [part])
        assert len(list(parts.objects(part))) == 3
    parts.close()


@pytest.mark.parametrize(("namespaces", "found"), [(["argo"], 1), ([f"n{number}" for number in range(30)], 2)])
def test_few_namespaces_are_read_one_by_one_and_of_many_the_whole_kind(namespaces, found) -> None:
    server = Server(item("configmaps", "a"), item("configmaps", "b", namespace="other"))
    cluster = restore_live.Cluster(Client(server), namespaces)
    api, kind, namespaced, _apart = KINDS["configmaps"]
    served = cluster.served(Part("configmaps", "path", "00", 1, api=api, kind=kind, namespaced=namespaced))
    assert len(cluster.look(served).found) == found


def test_a_status_is_read_again_when_another_wrote_meanwhile(site) -> None:
    site.backups.take(content={CODERUNS: objects()[CODERUNS][:1]})
    asked = []

    def busy(method, path, _body):
        if method == "PUT" and not asked:
            asked.append(path)
            site.server.at(CODERUNS, "r0", NAMESPACE)["metadata"]["resourceVersion"] = "5000"

    site.server.refuse = busy
    assert site.act().error is None
    assert site.server.at(CODERUNS, "r0", NAMESPACE)["status"] == {"phase": "Succeeded"}
