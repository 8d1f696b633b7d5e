# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault is one of a real server on the loopback."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.web import probe
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import MOST_BYTES, Target, ask, ask_all

from tests.support.services import DAY, Reply, make_certificate, serve


@pytest.fixture
def closed_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it
        yield held.getsockname()[1]


def test_an_answer_is_whole():
    with serve(Reply(b"fine", 202, {"X-One": "1"})) as service:
        answer = ask(service.url("/health?deep=1"), headers={"Authorization": "Bearer word", "HOST": "other.example"})
    assert (answer.status, answer.body, answer.headers["x-one"], answer.fault) == (202, b"fine", "1", "")
    assert answer.final_url == answer.url
    assert 0 < answer.seconds < 5
    path, headers = service.asked[0]
    assert (path, headers["authorization"], headers["host"]) == ("/health?deep=1", "Bearer word", "other.example")
    assert answer.certificate_ends is None


def test_a_body_is_sent_with_its_length():
    with serve(Reply()) as service:
        (answer,) = ask_all([Target(service.url("/"), redirects=0, method="POST", body=b"four")])
    assert (answer.status, service.asked[0][1]["content-length"]) == (200, "4")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(delay=20), "timeout", "no whole answer in 0.3 s"),
        (Reply(b"x" * 400, drip=0.05), "timeout", "no whole answer in 0.3 s"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400, drip=0.05), "timeout", "no whole answer in 0.3 s"),
        (Reply(raw=b""), "closed", "before its answer was whole"),
        (Reply(b"short", headers={"Content-Length": "99"}), "closed", "before its answer was whole"),
        (Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), "malformed", "not HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), "malformed", "not HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"), "malformed", "not HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "closed", "before its answer"),
    ],
    ids=["silent", "body drips", "header drips", "hangs up", "cut", "ssh", "header too long", "headers", "bad chunk"],
)
def test_whatever_a_server_does_is_an_answer_in_time(reply, fault, words):
    began = time.monotonic()
    with serve(reply) as service:
        answer = ask(service.url("/"), timeout=0.3)
        assert time.monotonic() - began < 4
    assert (answer.status, answer.fault) == (None, fault)
    assert words in answer.problem


def test_nobody_who_listens_and_no_such_name(closed_port, monkeypatch):
    refused = ask(f"http://127.0.0.1:{closed_port}/")
    assert (refused.fault, refused.problem) == ("connect", "connection refused")
    assert ask("http://no-such-host.invalid/").fault == "name"
    # A resolver that does not answer knows no time limit of its own.
    monkeypatch.setattr(probe.socket, "getaddrinfo", lambda *_a, **_k: time.sleep(2))
    assert ask("http://slow.example/", timeout=0.2).fault == "timeout"


def test_who_was_given_up_is_not_asked_later(monkeypatch):
    resolve, resolved = socket.getaddrinfo, threading.Event()

    def late(*what, **named):
        time.sleep(0.4)
        resolved.set()
        return resolve(*what, **named)

    with serve(Reply()) as service:
        monkeypatch.setattr(probe.socket, "getaddrinfo", late)
        assert ask(service.url("/"), timeout=0.1).fault == "timeout"
        assert resolved.wait(5)
        time.sleep(0.2)
        assert service.asked == []


def test_a_connection_that_is_never_taken_up_ends_in_time():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for scheme in ("http", "https"):
            assert ask(f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}/", timeout=0.3).fault == "timeout"


def test_the_next_address_of_a_name_is_tried(closed_port, monkeypatch):
    with serve(Reply()) as service:
        entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        places = [(*entry, (place, service.port)) for place in ("127.0.0.9", "127.0.0.1")]
        resolve = socket.getaddrinfo
        monkeypatch.setattr(
            probe.socket,
            "getaddrinfo",
            lambda host, *more, **named: places if host == "two.example" else resolve(host, *more, **named),
        )
        answer = ask(service.url("/", "two.example"), timeout=2)
    assert answer.status == 200
    assert service.asked[0][1]["host"] == f"two.example:{service.port}"


def test_a_large_body_is_cut_and_a_packed_one_stays_packed():
    with serve(lambda path: Reply(b"x" * (MOST_BYTES + (path == "/more")))) as service:
        whole, more = ask(service.url("/")), ask(service.url("/more"))
    assert (len(whole.body), whole.cut, len(more.body), more.cut) == (MOST_BYTES, False, MOST_BYTES, True)
    with serve(Reply(b"\x1f\x8b\x08junk", headers={"Content-Encoding": "gzip"})) as service:
        assert ask(service.url("/")).body == b"\x1f\x8b\x08junk"


def _redirect(location: str, status: int = 302) -> Reply:
    return Reply(b"", status, {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_within_the_service_are_followed(status):
    with serve(lambda path: Reply(b"there") if path == "/b" else _redirect("/b", status)) as service:
        answer = ask(service.url("/a"))
    assert (answer.status, answer.body, answer.final_url) == (200, b"there", service.url("/b"))


def test_other_redirects_are_not_followed_and_nobody_else_is_asked():
    with serve(Reply(b"secret")) as other, serve(lambda path: _redirect(other.url("/" + path))) as service:
        answer = ask(service.url("/a"))
        assert (answer.status, answer.fault) == (302, "redirect")
        assert answer.problem.startswith("a redirect to another port is not followed")
        assert ask(service.url("/", "localhost")).problem.startswith("a redirect to another host is not followed")
        assert other.asked == []


def test_too_many_redirects_and_none_wanted():
    with serve(lambda path: _redirect(path + "x")) as service:
        answer = ask(service.url("/"), redirects=3)
        assert (answer.fault, answer.problem, len(service.asked)) == ("redirect", "more than 3 redirects", 4)
        plain = ask(service.url("/"), redirects=0)
        assert (plain.status, plain.fault, plain.headers["location"]) == (302, "", "/x")


def test_a_redirect_stays_at_the_address_that_answered(monkeypatch):
    with serve(lambda path: Reply(b"same") if path == "/b" else _redirect("/b")) as service:
        resolve, resolved = socket.getaddrinfo, []

        def rebind(host, *more, **named):
            if host != "rebinding.example":
                return resolve(host, *more, **named)
            resolved.append(host)
            return resolve("127.0.0.1" if len(resolved) == 1 else "127.0.0.9", *more, **named)

        monkeypatch.setattr(probe.socket, "getaddrinfo", rebind)
        assert ask(service.url("/a", "rebinding.example")).body == b"same"
    assert len(resolved) == 1


def test_the_certificate_is_checked_and_its_end_told(tmp_path):
    pem = make_certificate(tmp_path, "localhost", ends_in=9 * DAY)
    with serve(Reply(), pem) as service:
        trusted = ask(service.url("/", "localhost"), ca_path=str(pem))
        unchecked = ask(service.url("/"), validate_certs=False)
        unknown_authority = ask(service.url("/", "localhost"))
        other_name = ask(service.url("/"), ca_path=str(pem))
        plain = ask(f"http://127.0.0.1:{service.port}/")
    for answer in (trusted, unchecked):
        assert answer.status == 200
        assert abs(answer.certificate_ends - datetime.now(UTC) - 9 * DAY) < timedelta(minutes=1)
    assert (unknown_authority.status, unknown_authority.fault) == (None, "tls")
    assert "self-signed certificate" in unknown_authority.problem
    assert "mismatch" in other_name.problem
    assert plain.status is None


def test_an_expired_certificate_is_not_trusted_but_can_be_read(tmp_path):
    pem = make_certificate(tmp_path, "localhost", ends_in=-DAY)
    with serve(Reply(), pem) as service:
        assert "certificate has expired" in ask(service.url("/", "localhost"), ca_path=str(pem)).problem
        assert ask(service.url("/"), validate_certs=False).certificate_ends < datetime.now(UTC)


def test_a_redirect_to_https_is_followed_and_checked(tmp_path):
    pem = make_certificate(tmp_path, "localhost")
    with serve(Reply(b"safe"), pem) as safe, serve(_redirect(safe.url("/", "localhost"))) as service:
        assert ask(service.url("/", "localhost"), ca_path=str(pem)).body == b"safe"
        assert ask(service.url("/", "localhost")).fault == "tls"


def test_a_server_that_speaks_no_tls():
    with serve(Reply()) as service:
        assert ask(f"https://127.0.0.1:{service.port}/").fault == "tls"


def test_proxies_of_the_environment_are_not_used(monkeypatch, closed_port):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    with serve(Reply()) as service:
        assert ask(service.url("/")).status == 200


def test_fifty_that_are_silent_take_one_timeout():
    with serve(lambda path: Reply(delay=20 if path == "/silent" else 0)) as service:
        targets = [Target(service.url("/silent"), timeout=0.8) for _ in range(50)]
        began = time.monotonic()
        answers = ask_all([*targets, Target(service.url("/well"))], concurrency=64)
        # One after the other would take 40 s.
        assert time.monotonic() - began < 15
    assert [answer.fault for answer in answers] == ["timeout"] * 50 + [""]


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0}, {"timeout": -1}, {"timeout": float("nan")}, {"timeout": "5"}, {"timeout": True},
        {"timeout": 10**9}, {"headers": {"X": "a\r\nY: b"}}, {"headers": {"X Y": "a"}}, {"headers": {"": "a"}},
        {"ca_path": "/nowhere/authorities.pem"}, {"url": "file:///etc/passwd"},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused_before_anything_is_asked(options):
    with serve(Reply()) as service:
        bad = Target(**{"url": service.url("/"), "redirects": 1, **options})
        with pytest.raises(OpsError) as refused:
            ask_all([Target(service.url("/")), bad])
    assert refused.value.kind == "invalid"
    assert service.asked == []


def test_nothing_to_ask_is_no_answer():
    assert ask_all([]) == []


def test_values_of_headers_are_not_shown():
    assert "word" not in repr(Target("http://localhost/", headers={"Authorization": "word"}))


def test_another_method_is_asked_once_and_is_never_sent_again_somewhere_else():
    with serve(Reply(b"", 307, {"Location": "/other"})) as service:
        (answer,) = ask_all([Target(service.url("/"), method="POST", redirects=0)])
        assert (answer.status, [path for path, _headers in service.asked]) == (307, ["/"])
        redirected = Target(service.url("/"), method="POST")
        with pytest.raises(OpsError, match="takes no redirects"):
            ask_all([redirected])
