# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup is taken as a whole or not at all, and says what it lacks."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_read, backup_store, backup_take
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import open_part
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_take import take
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.backup_server import (
    SECRET,
    Cluster,
    client,
    item,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, status
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.store.fault_store import (
    Answer as StoreAnswer,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.store.fault_store import fault, fault_store

from tests.support.backups import make_keys

PARTS = "backups/lab/parts/"
EMPTY = StoreAnswer(body=b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")
CREDENTIALS = {"access_key_id": "AKIATEST", "secret_access_key": "a-secret-key", "session_token": "a-token"}
MANIFESTS = "backups/lab/manifests/"


@pytest.fixture
def keys(tmp_path):
    return make_keys(tmp_path / "keys")


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def back_up(keys, store):
    """back_up(cluster, check=False, **options of module backup) -> Taken"""

    def run(cluster, *, check=False, **options):
        with cluster.serve() as server:
            return take(client(server), None if check else store, keys.order(**options))

    return run


def read_back(store, manifest, keys):
    """{resource: {name: object}}"""
    found = {}
    for part in manifest.parts:
        with open_part(store, part, keys.identities) as file:
            found[part.resource] = {name: json.loads(text) for _namespace, name, text in archive.objects(file)}
    return found


def lost(manifest):
    return {one.resource: one.why for one in manifest.skipped if one.lost}


def on(path, answer, *, times=1000):
    """Spoil so many answers to what is below a path."""
    left = [times]

    def spoil(request):
        if request.path == path and left[0] > 0:
            left[0] -= 1
            return answer
        return None

    return spoil


def test_every_object_comes_back_as_it_was_and_the_index_names_them_all(back_up, keys, store):
    cluster = Cluster()
    manifest = back_up(cluster).manifest
    assert (manifest.objects, manifest.is_complete, manifest.cluster_uid) == (7, True, "cluster-uid")
    found = read_back(store, manifest, keys)
    assert found["secrets"]["token"]["data"] == {"token": SECRET}
    assert found["configmaps"].keys() == {f"map-{number}" for number in range(5)}
    assert found["deployments.apps"]["controller"]["kind"] == "Deployment"
    with open_part(store, manifest.index, keys.identities) as file:
        rows = list(archive.index_rows(file))
    assert sorted(row[:4] for row in rows)[0] == ("configmaps", "argo", "map-0", "uid-map-0")
    assert len(rows) == 7
    assert backup_store.find(store, "lab", keys.order().trusted, "newest") == manifest


def test_a_second_one_writes_only_what_changed(back_up, store):
    cluster = Cluster()
    first = back_up(cluster)
    second = back_up(cluster)
    assert (first.new_bytes > 0, second.new_bytes) == (True, 0)
    assert second.manifest.parts == first.manifest.parts
    assert second.manifest.id != first.manifest.id
    cluster.items["v1/configmaps"][0]["data"]["a"] = "other"
    third = back_up(cluster)
    assert 0 < third.new_bytes < first.new_bytes
    changed = {part.resource for part in third.manifest.parts} - {
        part.resource for part in third.manifest.parts if part in second.manifest.parts
    }
    assert changed == {"configmaps"}


def test_a_part_that_was_spoiled_in_the_store_is_written_again(back_up, keys, store):
    cluster = Cluster()
    first = back_up(cluster).manifest
    spoiled = next(part for part in first.parts if part.resource == "configmaps")
    store.put(spoiled.path, b"x" * spoiled.bytes)
    second = back_up(cluster).manifest
    assert next(part for part in second.parts if part.resource == "configmaps").path != spoiled.path
    assert len(read_back(store, second, keys)["configmaps"]) == 5


def test_check_mode_reads_everything_and_stores_nothing(back_up, store):
    taken = back_up(Cluster(), check=True)
    assert (taken.manifest.objects, taken.new_bytes) == (7, 0)
    assert store.keys() == []


def test_other_recipients_and_another_key_get_parts_of_their_own(back_up, tmp_path):
    cluster, other = Cluster(), make_keys(tmp_path / "other")
    first = back_up(cluster)
    both = back_up(cluster, recipients=[other.recipient])
    assert both.new_bytes > 0
    assert not {part.path for part in both.manifest.parts} & {part.path for part in first.manifest.parts}


def test_without_recipients_secrets_are_left_out_and_it_is_said(back_up, keys, store):
    manifest = back_up(Cluster(), recipients=[]).manifest
    assert "secrets" not in {part.resource for part in manifest.parts}
    assert [one.why for one in manifest.skipped if one.resource == "secrets"] == [
        "left out: nobody is named for whom to encrypt them"
    ]
    assert manifest.is_complete
    assert read_back(store, manifest, keys)["configmaps"]["map-0"]["data"] == {"a": "x" * 100}


@pytest.mark.parametrize("code", [403, 404, 500])
def test_a_kind_that_cannot_be_read_is_named_and_the_rest_is_kept(back_up, code):
    cluster = Cluster()
    cluster.spoiled = on("/apis/apps/v1/deployments", status(code, "no, because"))
    manifest = back_up(cluster).manifest
    assert not manifest.is_complete
    assert list(lost(manifest)) == ["deployments.apps"]
    assert "no, because" in lost(manifest)["deployments.apps"]
    assert manifest.objects == 6


def test_half_a_list_is_not_kept(back_up):
    cluster = Cluster()
    cluster.spoiled = lambda request: (
        status(500, "broken") if request.path == "/api/v1/configmaps" and "continue" in request.query else None
    )
    manifest = back_up(cluster).manifest
    assert list(lost(manifest)) == ["configmaps"]
    assert manifest.objects == 2


def test_what_nests_too_deeply_is_lost_alone(back_up):
    cluster = Cluster()
    deep = b'{"kind":"List","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"spec":' + (
        b"[" * 50_000 + b"]" * 50_000 + b"}]}"
    )
    cluster.spoiled = on("/apis/apps/v1/deployments", Answer(deep))
    assert list(lost(back_up(cluster).manifest)) == ["deployments.apps"]


def test_when_nothing_may_be_read_there_is_no_backup(back_up, store):
    cluster = Cluster()
    cluster.spoiled = lambda request: status(403, "forbidden") if request.path.endswith("s") else None
    with pytest.raises(OpsError, match="forbidden"):
        back_up(cluster)
    assert store.keys(MANIFESTS) == []


def test_a_group_whose_server_does_not_answer_is_lost(back_up):
    cluster = Cluster()
    cluster.items["argoproj.io/v1alpha1/workflows"] = []
    cluster.stale = {"argoproj.io"}
    manifest = back_up(cluster).manifest
    assert lost(manifest)["workflows.argoproj.io"] == "the server of API group argoproj.io does not answer"
    assert not manifest.is_complete


def test_an_expired_snapshot_is_read_again_from_its_beginning(back_up, keys, store):
    cluster = Cluster()
    expire = on("/api/v1/configmaps", status(410, "too old"), times=1)
    cluster.spoiled = lambda request: expire(request) if "continue" in request.query else None
    manifest = back_up(cluster).manifest
    assert manifest.is_complete
    assert len(read_back(store, manifest, keys)["configmaps"]) == 5
    assert next(part.objects for part in manifest.parts if part.resource == "configmaps") == 5


def test_one_that_expires_again_and_again_is_lost(back_up):
    cluster = Cluster()
    cluster.spoiled = lambda request: status(410, "too old") if "continue" in request.query else None
    assert "changed faster than they could be read" in lost(back_up(cluster).manifest)["configmaps"]


def test_when_the_server_goes_away_midway_there_is_no_backup_and_the_last_one_stays(back_up, keys, store):
    cluster = Cluster()
    first = back_up(cluster).manifest
    cluster.spoiled = on("/apis/apps/v1/deployments", Answer(hang_up=True))
    with pytest.raises(OpsError) as ended:
        back_up(cluster)
    assert ended.value.kind == "unreachable"
    assert store.keys(MANIFESTS) == [f"{MANIFESTS}{first.id}.json"]
    assert read_back(store, first, keys)["secrets"]


def test_a_kind_whose_version_moved_is_found_again(back_up, keys, store):
    cluster = Cluster()
    cluster.items["example.org/v1/things"] = [item("a", spec={"x": 1})]
    back_up(cluster, kinds=[{"resource": "things.example.org"}])
    cluster.items["example.org/v2/things"] = cluster.items["example.org/v1/things"]
    cluster.versions["example.org"] = ["v2", "v1"]
    second = back_up(cluster, kinds=[{"resource": "things.example.org"}]).manifest
    part = next(part for part in second.parts if part.resource == "things.example.org")
    assert part.api == "example.org/v2"
    assert read_back(store, second, keys)["things.example.org"]["a"]["apiVersion"] == "example.org/v2"


def test_what_is_left_out_is_counted_and_what_an_external_secret_owns_is_named(back_up):
    cluster = Cluster()
    external = {"ownerReferences": [{"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "x"}]}
    owned = item("made")
    owned["metadata"] |= external
    cluster.items["v1/secrets"] += [owned, item("sa", type="kubernetes.io/service-account-token")]
    taken = back_up(cluster)
    part = next(part for part in taken.manifest.parts if part.resource == "secrets")
    assert (part.objects, part.left_out) == (1, {"external_secret": 1, "service_account_token": 1})
    assert taken.named == {"external_secret": ["argo/made"]}


def test_two_at_once_both_become_whole_backups(keys, store):
    cluster = Cluster()
    with cluster.serve() as server, ThreadPoolExecutor(4) as threads:
        runs = [threads.submit(take, client(server), store, keys.order()) for _number in range(4)]
        made = [run.result().manifest for run in runs]
    assert len({one.id for one in made}) == 4
    assert len({one.origin for one in made}) == 1
    for one in made:
        assert len(read_back(store, one, keys)["configmaps"]) == 5


def test_one_that_takes_so_long_that_pruning_may_take_its_parts_is_none(back_up, store, monkeypatch):
    monkeypatch.setattr(backup_take, "_LONGEST", -1)
    with pytest.raises(OpsError, match="it took over 12 hours"):
        back_up(Cluster())
    assert store.keys(MANIFESTS) == []


def test_a_store_that_loses_a_part_is_found_out(back_up, store, monkeypatch):
    def forget(key, file, *, if_absent=True):
        return True if "/parts/" in key else put(key, file, if_absent=if_absent)

    put = store.put_file
    monkeypatch.setattr(store, "put_file", forget)
    with pytest.raises(OpsError, match="the store does not hold") as ended:
        back_up(Cluster())
    assert ended.value.kind == "unverified"
    assert store.keys(MANIFESTS) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (fault(503, "SlowDown", "Please reduce your request rate."), "503"),
        (fault(507, "InsufficientStorage", "No space."), "it is full"),
    ],
)
def test_a_store_that_is_busy_or_full_is_told_in_its_own_words_and_gets_no_manifest(keys, answer, words):
    cluster = Cluster()
    found = StoreAnswer(body=b'{"id": "a"}')
    with fault_store(found, EMPTY, then=answer) as server, cluster.serve() as api:
        settings = {"endpoint": server.url, "region": "eu-1", "allow_http": True, **CREDENTIALS}
        busy = open_store("s3://bucket/prefix", settings, timeout=1.0)
        with pytest.raises(OpsError, match=words) as told:
            take(client(api), busy, keys.order())
    assert told.value.kind == "unreachable"
    assert CREDENTIALS["secret_access_key"] not in str(told.value)
    assert not [path for method, path in server.asked if method == "PUT" and "/manifests/" in path]
    assert len(server.asked) > 2


def test_an_index_of_many_rows_has_several_members(back_up, keys, store, monkeypatch):
    monkeypatch.setattr(backup_read, "_INDEX_ROWS", 2)
    manifest = back_up(Cluster()).manifest
    with open_part(store, manifest.index, keys.identities) as file:
        assert [name for _resource, name, _text in archive.objects(file)].count("000001") == 1
    with open_part(store, manifest.index, keys.identities) as file:
        assert len(list(archive.index_rows(file))) == 7
