# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request function to the API server: named errors, bounded retries, no accidental write. Private API."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import tls
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import (
    budget_words,
    failure,
    is_transient,
    retry_after,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.cost import Cost

try:
    import urllib3
    from urllib3 import exceptions as _http
except ImportError:  # pragma: no cover - kubernetes, whose absence is told first, brings urllib3
    urllib3 = _http = None

_ATTEMPTS = 5
_MAX_WAIT = 30.0  # seconds, for one Retry-After


class Transport:
    """Requests to one API server over a pool of connections; safe to use from several threads.

    :param load: returns Credentials; called again once when the server answers 401
    :param timeout: seconds for one whole answer
    :param read_only: refuse everything that would write (check mode)
    """

    def __init__(
        self,
        load: Callable[[], Credentials],
        *,
        timeout: float = 30.0,
        connections: int = 8,
        read_only: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._load = load
        self._timeout = timeout
        self._connections = connections
        self._read_only = read_only
        self._sleep = sleep
        self._reloading = threading.Lock()
        self.cost = Cost()
        self._credentials = load()
        self._pool = self._open_pool()

    @property
    def host(self) -> str:
        return self._credentials.host

    def for_stream(self, writes: bool, what: str) -> Credentials:
        """The credentials for a stream of its own, which counts as one request.

        :param writes: what is streamed may change something, so check mode refuses it
        """
        if writes and self._read_only:
            raise OpsError("refused", f"check mode sends nothing to a pod, so not {what}")
        self.cost.add(requests=1, **({"writes": 1} if writes else {}))
        return self._credentials

    def text(self, path: str, query: dict[str, Any], most: int) -> bytes:
        """At most so many bytes of an answer that is no JSON, such as a log."""
        name, target = f"GET {path}", f"{path}?{urlencode(query)}"
        try:
            response = self._send("GET", target, None, {"Accept": "*/*"}, self._timeout)
            try:
                data = response.read(most)
            finally:
                response.close()
        except _http.HTTPError as error:
            raise self._network_failure(error, name, sent=True, write=False) from error
        self.cost.add(bytes_read=len(data))
        if response.status >= 400:
            raise failure(response.status, data, name)
        return data

    def request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> dict[str, Any]:
        """Send one request and return the decoded JSON object.

        429 is retried for every method, but not where a disruption budget forbids an eviction; cut connections,
        time-outs and 503 only where a repeat cannot do harm: a GET, or a DELETE bound to a uid.

        :raises OpsError: with the request, the status and the server's own words
        """
        self._guard(method, path, query, body)
        name = f"{method} {path}"
        repeatable = method == "GET" or (method == "DELETE" and _is_bound(body))
        payload = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept, **({"Content-Type": content_type} if payload is not None else {})}
        target = path + (f"?{urlencode(query)}" if query else "")
        reloaded = False
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            credentials = self._credentials
            try:
                status, answer_headers, data = self._exchange(method, target, payload, headers)
            except _http.HTTPError as error:
                unsent = isinstance(error, _http.NewConnectionError | _http.ConnectTimeoutError)
                # A server that cannot be reached at all gets two more tries, not four: a person waits for the sentence.
                if last or not (repeatable or unsent) or (unsent and attempt == 3):
                    raise self._network_failure(error, name, sent=not unsent, write=method != "GET") from error
                self._pause(attempt, None)
                continue
            if status == 401 and not reloaded:
                reloaded = True
                self._reload(credentials)
                continue
            # A budget lets a pod go when others are healthy again: whoever evicts decides how long to wait for that.
            if is_transient(status, repeatable) and not last and not budget_words(status, data):
                self._pause(attempt, retry_after(answer_headers.get("Retry-After")))
                continue
            if status >= 400:
                raise failure(status, data, name)
            return self._decode(data, name)
        raise OpsError("unreachable", f"no usable answer in {_ATTEMPTS} attempts", request=name)

    def stream(self, path: str, query: dict[str, Any], *, seconds: float, accept: str) -> Iterator[dict[str, Any]]:
        """Yield the events of a watch, until the server ends it or the time is over."""
        deadline = time.monotonic() + seconds
        name = f"GET {path}"
        try:
            response = self._send("GET", f"{path}?{urlencode(query)}", None, {"Accept": accept}, seconds)
            try:
                if response.status >= 400:
                    raise failure(response.status, response.read(), name)
                rest = b""
                while time.monotonic() < deadline:
                    data = response.read1(65536)
                    if not data:
                        return
                    self.cost.add(bytes_read=len(data))
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        yield self._decode(line, name)
            finally:
                response.close()
        except _http.ReadTimeoutError:
            return
        except _http.HTTPError as error:
            raise self._network_failure(error, name, sent=True, write=False) from error

    def _guard(self, method: str, path: str, query: dict[str, Any] | None, body: Any) -> None:
        in_query = "dryRun" in (query or {})
        in_body = isinstance(body, dict) and body.get("dryRun") == ["All"]
        # With a body present the server ignores the query of a DELETE, and really deletes.
        if method == "DELETE" and in_query and body is not None and not in_body:
            raise OpsError(
                "refused", "a dry-run DELETE with a body must say dryRun in the body", request=f"{method} {path}"
            )
        dry = in_body if method == "DELETE" and body is not None else in_query
        if method != "GET" and not dry:
            if self._read_only:
                raise OpsError("refused", "check mode sends no write", request=f"{method} {path}")
            self.cost.add(writes=1)

    def _exchange(self, method: str, target: str, payload: bytes | None, headers: dict) -> tuple[int, Any, bytes]:
        deadline = time.monotonic() + self._timeout
        response = self._send(method, target, payload, headers, self._timeout)
        chunks = []
        try:
            while chunk := response.read1(1 << 20):
                chunks.append(chunk)
                # Each read has its own limit; a server that drips bytes must not keep us for ever.
                if time.monotonic() > deadline:
                    raise _http.ReadTimeoutError(self._pool, target, f"no whole answer in {self._timeout:g} s")
        except _http.HTTPError:
            response.close()
            raise
        response.release_conn()
        data = b"".join(chunks)
        self.cost.add(bytes_read=len(data))
        return response.status, response.headers, data

    def _send(self, method: str, target: str, payload: bytes | None, headers: dict, timeout: float) -> Any:
        self.cost.add(requests=1)
        authorization = self._credentials.authorization()
        if authorization:
            headers = {**headers, "Authorization": authorization}
        return self._pool.request(
            method,
            target,
            body=payload,
            headers={"User-Agent": "agent_platform.ops", **headers},
            timeout=urllib3.Timeout(connect=min(timeout, 10.0), read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def _open_pool(self) -> Any:
        given = self._credentials
        secured: dict[str, Any] = {}
        if given.host.startswith("https"):
            secured["ssl_context"] = tls.context(given)
            if given.server_name:
                secured["server_hostname"] = secured["assert_hostname"] = given.server_name
        size = {"maxsize": self._connections, "block": False}
        if given.proxy:
            return urllib3.ProxyManager(given.proxy, **size, **secured).connection_from_url(given.host)
        return urllib3.connection_from_url(given.host, **size, **secured)

    def _reload(self, used: Credentials) -> None:
        with self._reloading:
            if self._credentials is used:  # not yet renewed by another thread
                self._credentials = self._load()
                self._pool = self._open_pool()

    def _pause(self, attempt: int, asked: float | None) -> None:
        self.cost.add(retries=1)
        backoff = 0.1 * 2**attempt * (0.5 + random.random())
        self._sleep(min(_MAX_WAIT, max(asked or 0.0, backoff)))

    def _network_failure(self, error: Exception, name: str, *, sent: bool, write: bool) -> OpsError:
        kind = "timeout" if isinstance(error, _http.ReadTimeoutError) else "unreachable"
        reason = str(error).rsplit(": ", 1)[-1].strip(")\"'")
        hint = "Check that the cluster is up and that platform_kubeconfig names the right one."
        if sent and write:
            hint = "It is not known whether the server carried this out; run again, which reads first."
        return OpsError(kind, f"{self.host} gave no answer: {reason}", request=name, hint=hint)

    def _decode(self, data: bytes, name: str) -> dict[str, Any]:
        try:
            value = json.loads(data, parse_constant=_no_json)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise OpsError(
                "unreachable",
                f"{self.host} answered {len(data)} bytes that are no Kubernetes object",
                request=name,
                hint="Is something else listening there, such as a proxy or a login page?",
            )
        return value


def _no_json(word: str) -> None:
    """NaN and Infinity, which Python reads and JSON has not: two libraries would write them differently."""
    raise ValueError(word)


def _is_bound(body: Any) -> bool:
    return isinstance(body, dict) and bool((body.get("preconditions") or {}).get("uid"))
