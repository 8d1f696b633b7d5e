# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import socket
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import AbsentError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.remote import PART, connect
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.store.fault_store import (
    FINE,
    Answer,
    fault,
    fault_store,
)

SECRETS = ("a-secret-key", "a-session-token", "hidden")
BUSY = fault(503, "SlowDown", "Please reduce your request rate.")
ABSENT = Answer(404, b"", {})
SILENT = Answer(delay=60)
PAGE = Answer(body=b"<html>Please log in</html>", headers={"Content-Type": "text/html"})
EMPTY = Answer(body=b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")

CALLS = {
    "put": lambda store: store.put("a/b", b"1"),
    "put_if_absent": lambda store: store.put("a/b", b"1", if_absent=True),
    "put_file": lambda store: store.put_file("a/b", io.BytesIO(bytes(PART + 1)), if_absent=False),
    "get": lambda store: store.get("a/b"),
    "read": lambda store: list(store.read("a/b")),
    "head": lambda store: store.head("a/b"),
    "list": lambda store: list(store.list("a")),
    "delete": lambda store: store.delete("a/b"),
}


def at(address, timeout=60.0, **options):
    credentials = {"access_key_id": "AKIATEST", "secret_access_key": SECRETS[0], "session_token": SECRETS[1]}
    settings = {"endpoint": address, "region": "eu-1", "allow_http": True, **credentials, **options}
    return connect("s3://bucket/prefix", settings, timeout)


def failure(store, call):
    """The error of a call, proved to be one sentence without secrets, and its seconds."""
    began = time.monotonic()
    with pytest.raises(OpsError) as caught:
        CALLS[call](store)
    words = str(caught.value)
    assert "\n" not in words
    assert not [secret for secret in SECRETS if secret in words]
    assert not isinstance(caught.value, AbsentError)
    return caught.value, time.monotonic() - began


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_is_always_busy_is_told_within_the_time_limit(call):
    with fault_store(then=BUSY) as server:
        error, seconds = failure(at(server.url, timeout=1.0), call)
    assert error.kind == "unreachable"
    assert "503 Service Unavailable" in str(error)
    assert "times" in str(error)
    assert seconds < 1.5
    assert 1 < len(server.asked) < 20


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_never_answers_is_told_within_the_time_limit(call):
    with fault_store(then=SILENT) as server:
        error, seconds = failure(at(server.url, timeout=1.0), call)
    assert error.kind == "timeout"
    assert "no answer in time" in str(error)
    assert seconds < 1.5


@pytest.mark.parametrize("call", ["get", "read"])
def test_an_object_that_stops_in_the_middle_is_an_error_and_never_a_shorter_one(call):
    with fault_store(then=Answer(body=b"x" * 100, cut_at=50, delay=60)) as server:
        error, seconds = failure(at(server.url, timeout=1.0), call)
        assert error.kind == "timeout"
        assert seconds < 1.5
    with fault_store(then=Answer(body=b"x" * 100, cut_at=50)) as server:
        failure(at(server.url, timeout=1.0), call)


def test_a_dead_one_is_told_within_the_time_limit():
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{placeholder.getsockname()[1]}"
        error, seconds = failure(at(address, timeout=1.0), "get")
    assert "no connection" in str(error)
    assert seconds < 1.5


def test_a_store_that_is_busy_for_a_moment_is_waited_for():
    with fault_store(BUSY, BUSY) as server:
        at(server.url).put("a/b", b"1", if_absent=True)
        assert [method for method, _path in server.asked] == ["PUT"] * 3
    with fault_store(BUSY, BUSY, then=Answer(body=b"whole")) as server:
        assert at(server.url).get("a/b") == b"whole"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (fault(403, "SignatureDoesNotMatch", "It does not match."), "forbidden", "SignatureDoesNotMatch: It does not"),
        (fault(404, "NoSuchBucket", "There is none."), "invalid", "NoSuchBucket"),
        (fault(400, "InvalidRequest", "No a-secret-key."), "unreachable", "InvalidRequest: No ***"),
    ],
)
@pytest.mark.parametrize("call", ["put", "get", "list", "delete"])
def test_what_it_refuses_is_told_in_its_own_words(call, answer, kind, words):
    with fault_store(then=answer) as server:
        error, _seconds = failure(at(server.url), call)
    assert error.kind == kind
    assert words in str(error)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer", [fault(507, "InsufficientStorage", "No space."), fault(403, "QuotaExceeded", "All.")]
)
def test_a_full_one_is_told_with_what_to_do(answer):
    with fault_store(then=answer) as server:
        error, _seconds = failure(at(server.url, timeout=1.0), "put")
    assert "it is full" in str(error)
    assert "Free space" in error.hint


@pytest.mark.parametrize("call", ["put", "put_if_absent", "get", "head", "list", "delete"])
def test_the_page_of_a_proxy_is_no_store_and_no_empty_one(call):
    with fault_store(then=PAGE) as server:
        failure(at(server.url), call)


def test_an_empty_list_of_a_store_is_believed():
    with fault_store(EMPTY, then=ABSENT) as server:
        assert at(server.url).keys() == []


def test_a_page_that_fails_in_the_middle_is_an_error_and_never_a_shorter_list():
    first = (
        b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
        b"<Contents><Key>prefix/a/b</Key><LastModified>2026-11-21T08:00:00Z</LastModified><Size>1</Size>"
        b"<ETag>1</ETag></Contents></ListBucketResult>"
    )
    with fault_store(Answer(body=first), then=fault(500, "InternalError", "Sorry.")) as server:
        failure(at(server.url, timeout=1.0), "list")


def test_of_two_writers_one_is_told_that_it_was_there_and_one_that_nobody_knows():
    there = fault(412, "PreconditionFailed", "It exists.")
    with fault_store(there, then=Answer(headers={**FINE, "Content-Length": "1"})) as server:
        assert at(server.url).put("a/b", b"1", if_absent=True) is False
    with fault_store(fault(409, "ConditionalRequestConflict", "Another one."), then=ABSENT) as server:
        error, _seconds = failure(at(server.url), "put_if_absent")
    assert error.kind == "conflict"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nothing_like_it": "hidden"}, "nothing_like_it"),
        ({"conditional_put": "maybe"}, "maybe"),
        ({"allow_http": "perhaps"}, "perhaps"),
        ({"root_certificate": "hidden"}, "cannot be opened"),
        ({"read_timeout": "1s"}, "no option"),
    ],
)
def test_bad_options_are_refused_in_a_sentence_before_anything_is_asked(options, words):
    with fault_store() as server:
        with pytest.raises(OpsError) as refused:
            at(server.url, **options)
    assert refused.value.kind == "invalid"
    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert server.asked == []
