# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import queue
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import watch
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import Source, Watches
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

PATH = "/api/v1/namespaces/argo/pods"
QUIET = Answer(b"", delay=0.6)


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(watch, "_PAUSE", 0.05)


def pod(version, name="one"):
    return {"kind": "Pod", "metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)}}


def listed(version, *items):
    return Answer({"kind": "PodList", "metadata": {"resourceVersion": str(version)}, "items": list(items)})


def events(*pairs, **options):
    lines = [json.dumps({"type": kind, "object": item}) for kind, item in pairs]
    return Answer("".join(f"{line}\n" for line in lines).encode(), **options)


def follow(connect, script, wanted, seconds=5.0):
    """(notices as (kind, resource version or the server's words), requests) until there are as many as wanted."""
    told = []
    with FaultServer(lambda _request: QUIET, script) as server:
        deadline = time.monotonic() + seconds
        with Watches(Client(connect(server)), [Source("pods", PATH, {"labelSelector": "a=b"})], deadline) as watches:
            while len(told) < wanted and time.monotonic() < deadline:
                try:
                    notice = watches.notices.get(timeout=0.1)
                except queue.Empty:
                    continue
                said = (
                    notice.error.message if notice.error else [i["metadata"]["resourceVersion"] for i in notice.items]
                )
                told.append((notice.kind, said, notice.final))
        return told, list(server.requests)


def test_it_lists_and_watches_from_there_with_the_same_selector(connect):
    script = [listed(5, pod(3)), events(("ADDED", pod(6, "two")), ("BOOKMARK", pod(9)), ("DELETED", pod(10)))]
    told, requests = follow(connect, script, 3)
    assert told == [("listed", ["3"], False), ("changed", ["6"], False), ("deleted", ["10"], False)]
    assert [request.query.get("resourceVersion") for request in requests][:2] == [None, "5"]
    assert {request.query["labelSelector"] for request in requests} == {"a=b"}


def test_a_watch_that_is_cut_resumes_where_it_was_and_tells_nothing_twice(connect):
    cut = events(("MODIFIED", pod(6)), ("MODIFIED", pod(7)))
    cut.cut_at = len(cut.body) - 3
    script = [listed(5), cut, events(("MODIFIED", pod(7)))]
    told, requests = follow(connect, script, 4)
    assert [one[:2] for one in told if one[0] == "changed"] == [("changed", ["6"]), ("changed", ["7"])]
    assert [request.query.get("resourceVersion") for request in requests][:3] == [None, "5", "6"]


@pytest.mark.parametrize(
    "gone",
    [
        status(410, "too old resource version"),
        events(("ERROR", {"kind": "Status", "code": 410, "message": "too old"})),
        events(("ERROR", None)),
    ],
    ids=["answer", "event", "event without words"],
)
def test_a_version_that_is_too_old_is_listed_again(connect, gone):
    told, requests = follow(connect, [listed(5), gone, listed(50, pod(49))], 2)
    assert [one[:2] for one in told] == [("listed", []), ("listed", ["49"])]
    assert "resourceVersion" not in requests[2].query


def test_a_server_that_ends_every_watch_at_once_is_not_hammered(connect):
    with FaultServer(lambda request: events() if request.query.get("watch") else listed(5)) as server:
        began = time.monotonic()
        with Watches(Client(connect(server)), [Source("pods", PATH)], began + 5):
            time.sleep(0.8)
        watches = sum("watch" in request.query for request in server.requests)
        # A pause lies between two of them at least; a busy machine sleeps longer than it was told.
        assert 2 <= watches <= 1 + (time.monotonic() - began) / watch._PAUSE


@pytest.mark.parametrize(("code", "words"), [(403, "pods is forbidden"), (404, "no such kind")])
def test_what_may_not_be_read_or_is_not_there_is_told_once_for_all(connect, code, words):
    told, requests = follow(connect, [status(code, words)], 2, seconds=0.5)
    assert told == [("failed", words, True)]
    assert len(requests) == 1


def test_where_only_watching_is_forbidden_it_lists_again_and_again(connect):
    script = [listed(5), status(403, "cannot watch"), listed(6, pod(6)), status(403, "cannot watch")]
    told, _requests = follow(connect, script, 2)
    assert told == [("listed", [], False), ("listed", ["6"], False)]


def test_an_overloaded_or_silent_server_is_asked_again_after_a_pause(connect):
    script = [listed(5), status(503, "busy"), Answer(hang_up=True), events(("MODIFIED", pod(6)))]
    told, _requests = follow(connect, script, 4)
    assert [one[0] for one in told] == ["listed", "failed", "failed", "changed"]


def test_after_the_deadline_nothing_more_is_asked(connect):
    with FaultServer(lambda request: events() if request.query.get("watch") else listed(5)) as server:
        with Watches(Client(connect(server)), [Source("pods", PATH)], time.monotonic() + 0.2):
            time.sleep(0.5)
            asked = len(server.requests)
            time.sleep(0.3)
            assert len(server.requests) == asked
