# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask HTTP services how they are: one request each, one limit for all of it, no surprise redirects. Private API.

Proxies of the environment are not used: the question is how the service itself answers.
"""

from __future__ import annotations

import math
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.web import certificate
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse, redirected
from ansible_collections.agent_platform.ops.plugins.module_utils.web.faults import explain

try:
    from urllib3 import connection as _connections
    from urllib3 import exceptions as _failures
except ImportError:  # told by address.parse()
    _connections = _failures = None

MOST_BYTES = 64 * 1024
REDIRECTS = 3
_REDIRECTING = (301, 302, 303, 307, 308)
_LONGEST_TIMEOUT = 3600
# RFC 9110: a token, and a value without control characters.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8192}")


@dataclass(frozen=True, slots=True)
class Target:
    """One question: a URL and how it is asked. method: GET; others, which may have a body, are asked without redirects
    alone.

    timeout: seconds for the whole answer with its redirects. most_bytes: how much of its body is kept.
    """

    url: str
    timeout: float = 5.0
    validate_certs: bool = True
    ca_path: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    redirects: int = REDIRECTS
    most_bytes: int = MOST_BYTES
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    status: None when no whole HTTP answer came.
    headers: names in lower case. body: as much as was wanted; cut tells that there was more.
    seconds: from the question to the end of the answer, or to giving up.
    certificate_ends: of the certificate that the last server showed; None without TLS, or when it was refused.
    fault: "" for an answer, else timeout, name, connect, tls, closed, malformed or redirect; problem says it in words.
    """

    url: str
    final_url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    seconds: float = 0.0
    certificate_ends: datetime | None = None
    fault: str = ""
    problem: str = ""


def ask(
    url: str,
    *,
    timeout: float = 5.0,
    validate_certs: bool = True,
    ca_path: str | None = None,
    headers: Mapping[str, str] | None = None,
    redirects: int = REDIRECTS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """GET one URL. Whatever the network does is an Answer with a fault.

    Redirects stay at the host, and at the very network address that answered first (see address.redirected).

    :raises OpsError: invalid, for a question that cannot be asked: URL, header, timeout or file of authorities
    """
    return ask_all([Target(url, timeout, validate_certs, ca_path, headers or {}, redirects, most_bytes)])[0]


def ask_all(targets: Iterable[Target], concurrency: int = 64) -> list[Answer]:
    """Ask all, so many at once; answers are in the order of the targets, and none waits longer than its timeout.

    :raises OpsError: invalid, before anything was asked
    """
    questions = [_Question(target) for target in targets]
    if not questions:
        return []
    with ThreadPoolExecutor(max_workers=max(1, min(concurrency, len(questions)))) as pool:
        return list(pool.map(_Question.ask, questions))


class _Question:
    """One target while it is asked, in a thread that can be left: name resolution knows no time limit."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._address = parse(target.url)
        _check(target)
        self._context = _context(target.validate_certs, target.ca_path) if self._may_use_tls() else None
        self._connection: Any = None
        self._deadline = 0.0
        self._left = threading.Event()
        self._answer: Answer | None = None

    def ask(self) -> Answer:
        began = time.monotonic()
        self._deadline = began + self._target.timeout
        asking = threading.Thread(target=self._work, daemon=True)
        asking.start()
        asking.join(self._target.timeout)
        answer = self._answer
        if answer is None:
            self._leave()
            answer = self._failed("timeout", "")
        return replace(answer, seconds=round(time.monotonic() - began, 3))

    def _may_use_tls(self) -> bool:
        return self._address.scheme == "https" or self._target.redirects > 0

    def _leave(self) -> None:
        """Nobody waits any more: end what the thread still reads."""
        self._left.set()
        sock = getattr(self._connection, "sock", None)
        try:
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _failed(self, fault: str, problem: str) -> Answer:
        problem = problem or f"no whole answer in {self._target.timeout:g} s"
        return Answer(self._target.url, self._address.url, fault=fault, problem=problem)

    def _work(self) -> None:
        try:
            self._answer = self._follow()
        except Exception as error:  # a server may send anything, and no word of it may end the whole run
            self._answer = self._failed(*explain(error))
        finally:
            if self._connection is not None:
                self._connection.close()

    def _follow(self) -> Answer:
        """The answer at the end of the redirects."""
        found = socket.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_STREAM)
        places = list(dict.fromkeys(entry[4][0] for entry in found))
        for _hop in range(self._target.redirects + 1):
            place = self._connect(places)
            places = [place]
            answer, location = self._exchange()
            if not location:
                return answer
            leads_to = redirected(self._address, location)
            if isinstance(leads_to, str):
                return replace(answer, fault="redirect", problem=leads_to)
            self._connection.close()
            self._address = leads_to
        if not self._target.redirects:
            return answer
        return replace(answer, fault="redirect", problem=f"more than {self._target.redirects} redirects")

    def _connect(self, places: list[str]) -> str:
        """Connect to the first of these network addresses that takes it."""
        for number, place in enumerate(places, 1):
            if self._left.is_set():
                raise TimeoutError
            # An address that is silent must leave time for the next one.
            self._connection = self._open(place, self._time_left() / (len(places) - number + 1))
            try:
                self._connection.connect()
            except (_failures.NewConnectionError, _failures.ConnectTimeoutError):
                if number == len(places):
                    raise
            else:
                self._connection.sock.settimeout(self._time_left())
                return place
        raise OSError("the name has no address")

    def _open(self, place: str, seconds: float) -> Any:
        port = self._address.port
        if self._address.scheme == "http":
            return _connections.HTTPConnection(place, port, timeout=seconds)
        return _connections.HTTPSConnection(
            place, port, timeout=seconds, ssl_context=self._context, server_hostname=self._address.host
        )

    def _time_left(self) -> float:
        return max(0.01, self._deadline - time.monotonic())

    def _exchange(self) -> tuple[Answer, str]:
        """(answer, where it redirects to)."""
        connection, address = self._connection, self._address
        usual = {"host": address.authority, "user-agent": "agent_platform.ops", "accept": "*/*"}
        given = {name.lower(): value for name, value in self._target.headers.items()}
        connection.request(
            self._target.method,
            address.target,
            body=self._target.body,
            headers={**usual, **given, "connection": "close"},
            preload_content=False,
            decode_content=False,
        )
        der = connection.sock.getpeercert(binary_form=True) if isinstance(connection.sock, ssl.SSLSocket) else None
        response = connection.getresponse()
        location = response.headers.get("Location", "") if response.status in _REDIRECTING else ""
        most = self._target.most_bytes
        body = b"" if location else _read(response, most)
        answer = Answer(
            self._target.url,
            address.url,
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body[:most],
            cut=len(body) > most,
            certificate_ends=certificate.ends(der) if der else None,
        )
        return answer, location


def _read(response: Any, most: int) -> bytes:
    """The body, and one byte more than is wanted where there is more."""
    data = bytearray()
    while len(data) <= most and (chunk := response.read(most + 1 - len(data))):
        data += chunk
    return bytes(data)


def _check(target: Target) -> None:
    valid = isinstance(target.timeout, int | float) and not isinstance(target.timeout, bool)
    if not valid or not math.isfinite(target.timeout) or not 0 < target.timeout <= _LONGEST_TIMEOUT:
        raise OpsError(
            "invalid", f"a timeout is a number of seconds above 0, up to {_LONGEST_TIMEOUT}, not {target.timeout!r:.40}"
        )
    if target.method != "GET" and target.redirects:
        raise OpsError("invalid", f"{target.method} is not asked again somewhere else; it takes no redirects")
    for name, value in target.headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise OpsError("invalid", f"header {name!r:.60} has a name or a value that HTTP does not allow")


@lru_cache(maxsize=32)
def _context(validate_certs: bool, ca_path: str | None) -> ssl.SSLContext:
    if not validate_certs:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        return ssl.create_default_context(cafile=ca_path)
    except (OSError, ValueError) as error:
        raise OpsError("invalid", f"{ca_path!r:.200} cannot be read as a file of certificate authorities") from error
