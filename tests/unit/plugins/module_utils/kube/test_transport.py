# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

BOUND = {"preconditions": {"uid": "u1", "resourceVersion": "7"}}
OK = Answer({"kind": "Status", "status": "Success"})


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_429_is_waited_out_for_every_method_as_long_as_the_server_asks(connect, method):
    with FaultServer(script=[status(429, "too many", Retry_After="7"), OK]) as server:
        transport = connect(server)
        assert transport.request(method, "/x", body=None if method == "GET" else BOUND)["status"] == "Success"
    assert transport.slept == [7.0]
    assert transport.cost.retries == 1


def test_429_for_ever_ends_in_a_sentence_after_a_bounded_wait(connect):
    with FaultServer(route=lambda _request: status(429, "too many requests", Retry_After="999999")) as server:
        transport = connect(server)
        with pytest.raises(OpsError, match="too many requests") as caught:
            transport.request("GET", "/x")
    assert caught.value.kind == "unreachable"
    assert max(transport.slept) == 30.0


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Answer(hang_up=True), 1),
        (Answer({"kind": "Status", "filler": "x" * 500}, cut_at=40), 1),
        (status(503, "starting"), 2),
    ],
)
def test_a_broken_answer_to_a_get_is_fetched_again(connect, fault, times):
    with FaultServer(script=[fault] * times + [OK]) as server:
        assert connect(server).request("GET", "/x")["status"] == "Success"
        assert len(server.requests) == times + 1


def test_a_body_that_is_always_cut_short_is_an_error_not_half_an_answer(connect):
    body = {"kind": "Status", "filler": "x" * 500}
    with FaultServer(route=lambda _request: Answer(body, cut_at=100)) as server:
        with pytest.raises(OpsError) as caught:
            connect(server).request("GET", "/x")
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_write_whose_answer_is_lost_is_not_sent_twice(connect, method):
    with FaultServer(script=[Answer(hang_up=True), OK]) as server:
        with pytest.raises(OpsError) as caught:
            connect(server).request(method, "/x", body={"a": 1})
        assert len(server.requests) == 1
    assert "not known whether" in caught.value.hint


def test_a_delete_bound_to_a_uid_may_be_repeated(connect):
    with FaultServer(script=[Answer(hang_up=True), OK]) as server:
        connect(server).request("DELETE", "/x", body=BOUND)
        assert len(server.requests) == 2


def test_an_expired_token_is_read_again_once(connect):
    def route(request):
        fresh = request.headers["Authorization"] == "Bearer second"
        return OK if fresh else status(401, "Unauthorized")

    with FaultServer(route) as server:
        assert connect(server, tokens=("first", "second")).request("GET", "/x")["status"] == "Success"
        with pytest.raises(OpsError) as caught:
            connect(server, tokens=("first",)).request("GET", "/x")
    assert caught.value.kind == "forbidden"
    assert "credentials" in str(caught.value)


def test_403_tells_the_servers_own_words_and_what_to_do(connect):
    words = 'workflows is forbidden: User "viewer" cannot delete resource "workflows"'
    with FaultServer(script=[status(403, words)]) as server:
        with pytest.raises(OpsError) as caught:
            connect(server).request("DELETE", "/x", body=BOUND)
    assert caught.value.as_result("prod")["error"] == {
        "kind": "forbidden",
        "platform": "prod",
        "request": "DELETE /x",
        "status": 403,
        "hint": "Grant the Role of this runbook (playbooks/rbac/) to the user named here.",
    }
    assert words in caught.value.as_result("prod")["msg"]


def test_a_server_that_drips_bytes_does_not_keep_us(connect):
    with FaultServer(route=lambda _request: Answer({"kind": "x" * 400}, drip=0.05)) as server:
        began = time.monotonic()
        with pytest.raises(OpsError) as caught:
            connect(server, timeout=0.3).request("POST", "/x", body={})
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 3


def test_a_server_that_is_silent_is_a_timeout(connect):
    with FaultServer(route=lambda _request: Answer(delay=1.0)) as server:
        with pytest.raises(OpsError) as caught:
            connect(server, timeout=0.1).request("POST", "/x", body={})
    assert caught.value.kind == "timeout"


def test_a_cluster_that_is_down_is_told_in_one_sentence_after_three_tries():
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{placeholder.getsockname()[1]}"
        transport = Transport(lambda: Credentials(host=url), sleep=lambda _seconds: None)
        with pytest.raises(OpsError, match="gave no answer") as caught:
            transport.request("GET", "/version")
    assert transport.cost.requests == 3
    assert "\n" not in caught.value.as_result()["msg"]


@pytest.mark.parametrize(
    "body", [b"<html>please log in</html>", b"", b"[]", b"null", b'{"a": ', b'{"a": NaN}', b'{"a": [-Infinity]}']
)
def test_an_answer_that_is_no_object_is_refused(connect, body):
    with FaultServer(route=lambda _request: Answer(body)) as server:
        with pytest.raises(OpsError, match="no Kubernetes object"):
            connect(server).request("GET", "/x")


def test_a_dry_run_delete_whose_body_does_not_say_so_is_never_sent(connect):
    with FaultServer() as server:
        with pytest.raises(OpsError, match="dry-run DELETE"):
            connect(server).request("DELETE", "/x", query={"dryRun": "All"}, body=BOUND)
        assert server.requests == []


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("POST", {"body": {}}),
        ("PUT", {"body": {}}),
        ("PATCH", {"body": {}}),
        ("DELETE", {}),
        ("DELETE", {"body": BOUND}),
    ],
)
def test_check_mode_refuses_every_write(connect, method, options):
    with FaultServer() as server:
        with pytest.raises(OpsError, match="check mode"):
            connect(server, read_only=True).request(method, "/x", **options)
        assert server.requests == []


@pytest.mark.parametrize(
    ("method", "options"),
    [("POST", {"query": {"dryRun": "All"}, "body": {}}), ("DELETE", {"body": {**BOUND, "dryRun": ["All"]}})],
)
def test_check_mode_lets_server_side_dry_runs_through(connect, method, options):
    with FaultServer(script=[OK]) as server:
        connect(server, read_only=True).request(method, "/x", **options)
        assert server.writes == []
