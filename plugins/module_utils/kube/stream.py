# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in a container, and HTTP requests to a port of a pod, through the API server. Private API.

Both go over WebSockets whose messages begin with the number of a channel. Nothing is ever sent twice here, no thread is
left behind, and every wait ends with the time that was given for the whole.
"""

from __future__ import annotations

import http.client
import io
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import tls
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import failure
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

try:
    import websocket
except ImportError:  # pragma: no cover - comes with kubernetes, whose absence config.load() tells
    websocket = None

_CHUNK = 32 * 1024
_EXEC_PROTOCOLS = "v5.channel.k8s.io,v4.channel.k8s.io"
_FORWARD_PROTOCOL = "v4.channel.k8s.io"
_CONNECT = 10.0  # seconds for the handshake
_STDIN, _STDOUT, _STDERR, _STATUS = range(4)
_DATA, _FAULT = range(2)
_END_OF = 255  # the channel that says which other one ends, from v5 on


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code, or None where the server only says problem."""

    code: int | None
    stdout: bytes
    stderr: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server in a pod answered; body is empty where the server did not say how long it is."""

    status: int
    body: bytes


def run(
    credentials: Credentials,
    where: tuple[str, str, str],
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    seconds: float,
    most: int = 1 << 20,
) -> Ran:
    """Run a command in a container and wait for its end.

    The end of stdin reaches the command only where both server and runtime know how to close it: let the command read
    as many bytes as it is sent.

    :param where: namespace, pod and container
    :param most: bytes of output after which the command is given up
    :raises OpsError: timeout when it has not ended in time, unverified when the connection broke: then it may go on;
        refused for too much output; else the server's refusal
    """
    namespace, pod, container = where
    path = resource("v1", "pods", namespace, pod) + "/exec"
    query = [("command", word) for word in command] + [("container", container), ("stdout", "true"), ("stderr", "true")]
    query += [("stdin", "true")] if stdin else []
    with (
        _failures(credentials, f"GET {path}"),
        _Channels(credentials, path, query, _EXEC_PROTOCOLS, seconds) as channels,
    ):
        try:
            channels.send(_STDIN, stdin)
            if stdin:
                channels.end(_STDIN)
            return _ending(channels, most, f"{namespace}/{pod}")
        except TimeoutError as error:
            words = f"the command in pod {namespace}/{pod} has not ended in {seconds:g} s"
            raise OpsError("timeout", words, request=f"GET {path}") from error
        except (websocket.WebSocketException, OSError) as error:
            words = f"the connection to the command in pod {namespace}/{pod} broke: {error}"
            raise OpsError("unverified", f"{words:.300}", request=f"GET {path}") from error


def ask(
    credentials: Credentials,
    where: tuple[str, str, int],
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    seconds: float,
    most: int = 1 << 20,
) -> Answer:
    """Send one HTTP request to a port of a pod by port-forward.

    :param where: namespace, pod and port
    :param most: bytes of the answer's body that are read
    :raises OpsError: unreachable when nothing listens; timeout when no whole answer came in time, and unverified when
        the connection ended before: then the request may have been carried out
    """
    namespace, pod, port = where
    at = resource("v1", "pods", namespace, pod) + "/portforward"
    request, target = f"{method} {path}", f"port {port} of pod {namespace}/{pod}"
    query = [("ports", str(port))]
    with _failures(credentials, f"GET {at}"), _Channels(credentials, at, query, _FORWARD_PROTOCOL, seconds) as channels:
        tunnel = _Tunnel(channels)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.sock = tunnel  # type: ignore[assignment]
        sent = False
        try:
            connection.request(method, path, body=body, headers=headers or {})
            sent = True
            answer = connection.getresponse()
            # A port-forward does not pass the end of a connection on, so a body of unknown length has no end either.
            framed = answer.chunked or answer.length is not None
            return Answer(answer.status, answer.read(most) if framed else b"")
        except TimeoutError as error:
            raise OpsError("timeout", f"{target} gave no answer in {seconds:g} s", request=request) from error
        except (http.client.HTTPException, websocket.WebSocketException, OSError) as error:
            said = tunnel.fault or str(error) or "the connection was closed"
            # What did not leave as a whole cannot have been carried out.
            kind = "unreachable" if not sent or _never_connected(tunnel.fault) else "unverified"
            raise OpsError(kind, f"{target} gave no answer: {said:.300}", request=request) from error


class _Channels:
    """A WebSocket whose messages begin with the number of a channel; every wait ends at the same deadline."""

    def __init__(
        self,
        credentials: Credentials,
        path: str,
        query: Sequence[tuple[str, str]],
        protocols: str,
        seconds: float,
    ) -> None:
        self._deadline = time.monotonic() + seconds
        token = credentials.authorization()
        header = [f"Sec-WebSocket-Protocol: {protocols}", *([f"Authorization: {token}"] if token else [])]
        self._socket = websocket.WebSocket(sslopt=_tls(credentials), skip_utf8_validation=True)
        # A redirect would take the token along to wherever it leads.
        self._socket.connect(
            _address(credentials, path, query),
            header=header,
            timeout=min(seconds, _CONNECT),
            redirect_limit=0,
            suppress_origin=True,
            **_proxy(credentials),
        )
        chosen = self._socket.getheaders() or {}
        self._ends = chosen.get("sec-websocket-protocol", "").startswith("v5")

    def __enter__(self) -> _Channels:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close(timeout=0.2)

    def send(self, channel: int, data: bytes) -> None:
        """:raises TimeoutError: when the other side does not take it in time"""
        for start in range(0, len(data), _CHUNK):
            with self._in_time():
                self._socket.send_binary(bytes((channel,)) + data[start : start + _CHUNK])

    def end(self, channel: int) -> None:
        """Say that a channel has ended, where the protocol has words for it."""
        if self._ends:
            with self._in_time():
                self._socket.send_binary(bytes((_END_OF, channel)))

    def receive(self) -> tuple[int, bytes] | None:
        """(channel, data) of the next message, None after the last one.

        :raises TimeoutError: when nothing came in time
        """
        while True:
            with self._in_time():
                try:
                    opcode, frame = self._socket.recv_data_frame(True)
                except websocket.WebSocketConnectionClosedException:
                    return None
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return None
            if opcode in (websocket.ABNF.OPCODE_BINARY, websocket.ABNF.OPCODE_TEXT) and frame.data[:1]:
                return frame.data[0], bytes(frame.data[1:])

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        try:
            yield
        except websocket.WebSocketTimeoutException as error:
            raise TimeoutError from error


class _Tunnel:
    """One forwarded port, with as much of a socket as http.client asks for."""

    def __init__(self, channels: _Channels) -> None:
        self._channels = channels
        self.fault = ""

    def sendall(self, data: bytes) -> None:
        self._channels.send(_DATA, bytes(data))

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._channels, self))

    def close(self) -> None:
        """http.client closes its socket while it still reads the answer; the channels close by themselves."""


class _Incoming(io.RawIOBase):
    """The bytes that come out of a tunnel."""

    def __init__(self, channels: _Channels, tunnel: _Tunnel) -> None:
        self._channels = channels
        self._tunnel = tunnel
        self._begun: set[int] = set()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            message = self._channels.receive()
            if message is None:
                return 0
            channel, data = message
            # The first message of each channel is the number of its port.
            if channel not in self._begun:
                self._begun.add(channel)
            elif channel == _FAULT:
                self._tunnel.fault = " ".join(data.decode("utf-8", "replace").split())
                raise ConnectionError(self._tunnel.fault)
            else:
                self._rest = data
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _never_connected(fault: str) -> bool:
    """Whether these words of the node say that nobody listens, so that nothing was delivered."""
    return "refused" in fault or "failed to connect" in fault or "dial " in fault


def _ending(channels: _Channels, most: int, pod: str) -> Ran:
    kept = dict.fromkeys((_STDOUT, _STDERR, _STATUS), b"")
    while message := channels.receive():
        channel, data = message
        if channel in kept:
            kept[channel] += data
        if sum(map(len, kept.values())) > most:
            raise OpsError("refused", f"the command in pod {pod} says more than {most:,} bytes")
    code, problem = _verdict(kept[_STATUS])
    return Ran(code, kept[_STDOUT], kept[_STDERR], problem)


def _verdict(status: bytes) -> tuple[int | None, str]:
    """(exit code, "") or (None, why nobody knows it) from the last words of the server."""
    try:
        said = json.loads(status)
        if said["status"] == "Success":
            return 0, ""
        causes = {
            cause.get("reason"): cause.get("message") for cause in (said.get("details") or {}).get("causes") or ()
        }
        if "ExitCode" in causes:
            return int(causes["ExitCode"]), ""
        return None, str(said.get("message") or "the command failed")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, "the connection ended before the command did"


def _address(credentials: Credentials, path: str, query: Sequence[tuple[str, str]]) -> str:
    host = urlsplit(credentials.host)
    scheme = "wss" if host.scheme == "https" else "ws"
    return f"{scheme}://{host.netloc}{host.path.rstrip('/')}{path}?{urlencode(query)}"


def _tls(credentials: Credentials) -> dict[str, Any]:
    if not credentials.host.startswith("https"):
        return {}
    name = {"server_hostname": credentials.server_name} if credentials.server_name else {}
    return {"context": tls.context(credentials), **name}


def _proxy(credentials: Credentials) -> dict[str, Any]:
    """The proxy of the credentials and no other: the environment's is in them where it counts."""
    if not credentials.proxy:
        return {"http_no_proxy": ["*"]}
    proxy = urlsplit(credentials.proxy)
    login = {"http_proxy_auth": (proxy.username, proxy.password or "")} if proxy.username else {}
    return {
        "http_proxy_host": proxy.hostname,
        "http_proxy_port": proxy.port or 80,
        "proxy_type": "http",
        # Without a list of its own, the library would take the one of the environment.
        "http_no_proxy": ["127.0.0.1.invalid"],
        **login,
    }


@contextmanager
def _failures(credentials: Credentials, request: str) -> Iterator[None]:
    """Whatever the library raises while it connects, sends or receives, as the one failure shape."""
    try:
        yield
    except websocket.WebSocketBadStatusException as error:
        raise failure(error.status_code, error.resp_body or b"", request) from error
    except (websocket.WebSocketException, OSError, ValueError) as error:
        kind = "timeout" if isinstance(error, TimeoutError | websocket.WebSocketTimeoutException) else "unreachable"
        words = " ".join(str(error).split())[:300] or error.__class__.__name__
        raise OpsError(kind, f"{credentials.host} gave no stream: {words}", request=request) from error
