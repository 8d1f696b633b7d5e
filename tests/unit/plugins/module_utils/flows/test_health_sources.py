# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import (
    Sources,
    readers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

from tests.support.backup_stores import PLATFORM, BackupStore

STOP = "/api/v1/namespaces/ops/configmaps/emergency-stop"


def read(part, client=None, namespaces=(), **sources):
    return [one for _what, special in readers(part, client, Sources("ops", **sources), namespaces) for one in special()]


def test_each_service_says_what_it_answered():
    with FaultServer(lambda request: Answer(b"fine", 200 if "healthy" in request.path else 503)) as server:
        prometheus, grafana = read("services", prometheus_url=f"{server.url}/", grafana_url=server.url)
        assert {request.path for request in server.requests} == {"/-/healthy", "/api/health"}
    assert prometheus == {
        "service": "prometheus",
        "url": server.url,
        "answer": {"status": 200, "content": "fine", "msg": ""},
    }
    assert grafana["answer"]["status"] == 503


def test_a_service_that_gives_no_answer_says_why_and_one_without_a_url_nothing():
    with FaultServer(lambda _request: Answer(b"late", delay=2)) as server:
        prometheus, grafana = read("services", prometheus_url=server.url, http_timeout=0.1)
    assert prometheus["answer"]["status"] == 0
    assert "no whole answer in 0.1 s" in prometheus["answer"]["msg"]
    assert grafana == {"service": "grafana", "url": "", "answer": {}}


@pytest.mark.parametrize("url", ["ftp://host", "host", "http://user:secret@host"])
def test_what_is_no_url_is_refused(url):
    with pytest.raises(OpsError) as caught:
        Sources("ops", grafana_url=url).urls()
    assert caught.value.kind == "invalid"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "level", "words"),
    [
        (status(404, "not found"), 0, ""),
        (Answer({"data": {"level": "2"}}), 2, ""),
        (Answer({"data": None}), None, "says level ''"),
        (status(403, "configmaps is forbidden"), None, "configmaps is forbidden"),
    ],
)
def test_the_emergency_stop_is_off_only_where_that_was_seen(connect, answer, level, words):
    with Platform(answers={STOP: answer}).serve() as server:
        (seen,) = read("emergency_stop", Client(connect(server)))
    assert seen["level"] == level
    assert words in seen["message"]


def test_volumes_need_a_prometheus():
    with pytest.raises(OpsError, match="no Prometheus is configured"):
        read("volume_usage")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"store": ""}, "no store is configured"),
        ({"platform": ""}, "no store is configured"),
        ({"trusted_keys": []}, "nobody is trusted to sign backups"),
        ({"trusted_keys": ["ssh-rsa x"]}, "is no public key"),
    ],
)
@pytest.mark.parametrize("part", ["backups", "datasets"])
def test_backups_need_a_store_a_platform_and_somebody_who_is_trusted(part, missing, words, tmp_path):
    given = {"store": str(tmp_path), "platform": PLATFORM, "trusted_keys": [BackupStore(tmp_path).signer.public]}
    with pytest.raises(OpsError, match=words):
        read(part, **given | missing)


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    trusted = [BackupStore(tmp_path / "other").signer.public]
    with pytest.raises(OpsError, match="does not exist"):
        read("backups", store=str(tmp_path / "store"), platform=PLATFORM, trusted_keys=trusted)
    assert not (tmp_path / "store").exists()


def test_backups_of_this_platform_are_read_and_none_is_proved_by_its_own_word(tmp_path):
    backups = BackupStore(tmp_path)
    backups.add(datetime(2026, 11, 20, 2, tzinfo=UTC))
    backups.add(datetime(2026, 11, 21, 2, tzinfo=UTC), lost=True)
    found = read("backups", store=str(tmp_path), platform=PLATFORM, trusted_keys=[backups.signer.public])
    assert [(one["key"], one["believed"], one["complete"], one["proved"]) for one in found] == [
        ("2026-11-21T02-00-00Z", True, False, None),
        ("2026-11-20T02-00-00Z", True, True, None),
    ]


def test_a_kind_of_data_that_is_to_be_kept_and_is_not_is_read_as_such(tmp_path):
    trusted = [BackupStore(tmp_path).signer.public]
    kinds = {"etcd_snapshot": 3600}
    found = read("datasets", store=str(tmp_path), platform=PLATFORM, trusted_keys=trusted, data_kinds=kinds)
    assert found == [{"kind": "etcd_snapshot", "limit": 3600, "datasets": []}]


def test_what_is_held_is_read_of_every_kind_that_the_cluster_has(connect):
    noted = {
        "time": "2026-11-21T08:00:00Z",
        "fieldsV1": {"f:metadata": {"f:labels": {"f:ops.agent-platform/held": {}}}},
    }
    one = {"metadata": {"name": "a", "namespace": "argo", "managedFields": [noted]}}
    unknown = ("applications", "cronworkflows")
    with Platform({("", "cronjobs"): [one]}, unknown=unknown).serve() as server:
        found = read("held", Client(connect(server)))
        asked = [request for request in server.requests if "cronjobs" in request.path]
    assert found == [{"kind": "CronJob", "namespace": "argo", "name": "a", "since": "2026-11-21T08:00:00Z"}]
    assert asked[0].query["labelSelector"] == "ops.agent-platform/held=true"
