# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import (
    MOST_BACKUPS,
    Sources,
    readers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

STOP = "/api/v1/namespaces/ops/configmaps/emergency-stop"


def read(part, client=None, namespaces=(), **sources):
    return [one for _what, special in readers(part, client, Sources("ops", **sources), namespaces) for one in special()]


def backup(store, name, data, platform="lab"):
    store.put(
        f"backups/{platform}/{name}/manifest.json", data if isinstance(data, bytes) else json.dumps(data).encode()
    )


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


@pytest.mark.parametrize("missing", ["store", "platform"])
def test_backups_need_a_store_and_a_platform(missing, tmp_path):
    given = {"store": str(tmp_path), "platform": "lab", missing: ""}
    with pytest.raises(OpsError, match="no store is configured"):
        read("backups", **given)


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(OpsError, match="does not exist"):
        read("backups", store=str(tmp_path / "store"), platform="lab")
    assert list(tmp_path.iterdir()) == []


def test_backups_of_this_platform_are_read_and_none_is_believed_to_be_proved(tmp_path):
    store = open_store(str(tmp_path))
    good = {"kind": "objects", "finished": "2026-11-21T02:00:00Z", "complete": True, "proved": True, "secret": "x"}
    backup(store, "2026-11-21T02-00-00Z", good)
    backup(store, "2026-11-20T02-00-00Z", b"{half")
    backup(store, "2026-11-19T02-00-00Z", ["odd"])
    backup(store, "2026-11-21T03-00-00Z", good, platform="other")
    store.put("backups/lab/2026-11-22T02-00-00Z/objects.json", b"{}")
    found = read("backups", store=str(tmp_path), platform="lab")
    assert [one["key"] for one in found] == [f"backups/lab/2026-11-{day}T02-00-00Z" for day in (19, 20, 21)]
    assert found[2] == {
        "key": found[2]["key"],
        "proved": None,
        **{name: good[name] for name in ("kind", "finished", "complete")},
    }
    assert [one["complete"] for one in found] == [None, None, True]


def test_of_very_many_backups_the_newest_are_read(tmp_path):
    store = open_store(str(tmp_path))
    for number in range(MOST_BACKUPS + 5):
        backup(store, f"{'b' if number % 2 else 'a'}/{number:04}", {"finished": str(number)})
    found = read("backups", store=str(tmp_path), platform="lab")
    assert {int(one["finished"]) for one in found} == set(range(5, MOST_BACKUPS + 5))
