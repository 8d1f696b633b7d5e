# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in pods and requests to their ports, through the real API server and the simulated kubelet."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

from tests.support.cluster import Namespace, client
from tests.support.commands import ROOT, environment
from tests.support.lab import Lab

POD, MAIN = "agent", "main"
DEAD_PORT, SILENT_PORT, CUT_PORT = 8081, 8082, 8083


class Echo(BaseHTTPRequestHandler):
    """Answers with the digest of what it was sent."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = hashlib.sha256(self.rfile.read(int(self.headers["Content-Length"]))).hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that accepts and then says this and hangs up, or nothing at all for None."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    taken, _address = server.accept()
                except OSError:
                    return
                kept.append(taken)
                if answer is not None:
                    taken.recv(65536)
                    taken.sendall(answer)
                    taken.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for one in kept:
        one.close()


@pytest.fixture(scope="module")
def pod(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, str]]:
    """The client and the namespace of a pod with a shell, an HTTP server and three ports that misbehave."""
    api = client(lab.kubeconfig)
    namespace = Namespace(api)
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, args=(0.02,), daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()[1]
    with listening(None) as silent, listening(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf") as cut:
        targets = {8080: echo.server_port, DEAD_PORT: dead, SILENT_PORT: silent, CUT_PORT: cut}
        simulate(namespace, str(tmp_path_factory.mktemp("pod")), targets)
        yield api, namespace.name
    echo.shutdown()
    echo.server_close()


def simulate(namespace: Namespace, folder: str, targets: dict[int, int]) -> None:
    kwok = "kwok.x-k8s.io/v1alpha1"
    execs = [{"containers": [MAIN], "local": {"workDir": folder}}]
    forwards = [{"ports": [port], "target": {"address": "127.0.0.1", "port": at}} for port, at in targets.items()]
    for plural, kind, spec in (
        ("execs", "Exec", {"execs": execs}),
        ("portforwards", "PortForward", {"forwards": forwards}),
    ):
        namespace.create(kwok, plural, {"kind": kind, "metadata": {"name": POD}, "spec": spec})
    containers = [{"name": MAIN, "image": "busybox:1.36"}]
    namespace.create("v1", "pods", {"kind": "Pod", "metadata": {"name": POD}, "spec": {"containers": containers}})
    path, until = resource("v1", "pods", namespace.name, POD), time.monotonic() + 60
    while (namespace.api.get(path).get("status") or {}).get("phase") != "Running":
        assert time.monotonic() < until
        time.sleep(0.2)
    while not _answers(namespace):
        assert time.monotonic() < until
        time.sleep(0.3)


def _answers(namespace: Namespace) -> bool:
    """The simulated kubelet knows these objects a moment after they were made."""
    try:
        namespace.api.ask_pod(namespace.name, POD, 8080, "POST", "/", writes=True, body=b"", seconds=5)
        return namespace.api.run_in_pod(namespace.name, POD, MAIN, ["true"], writes=False, seconds=5).code == 0
    except OpsError:
        return False


def test_a_command_tells_what_it_says_and_how_it_ended(pod) -> None:
    api, namespace = pod
    words = ["sh", "-c", 'printf "%s" "$1"; printf oops >&2', "sh", "a $(b) {{ c }} 'd'"]
    ran = api.run_in_pod(namespace, POD, MAIN, words, writes=False, seconds=10)
    assert (ran.code, ran.stdout, ran.stderr) == (0, b"a $(b) {{ c }} 'd'", b"oops")
    failed = api.run_in_pod(namespace, POD, MAIN, ["sh", "-c", "exit 3"], writes=False, seconds=10)
    assert failed.code in (3, None)
    assert "3" in failed.problem or failed.code == 3


def test_what_is_sent_to_a_command_arrives_byte_for_byte(pod) -> None:
    api, namespace = pod
    sent = bytes(range(256)) * 300
    command = ["sh", "-c", 'head -c "$1" | sha256sum', "sh", str(len(sent))]
    ran = api.run_in_pod(namespace, POD, MAIN, command, writes=True, stdin=sent, seconds=20)
    assert ran.stdout.split()[0].decode() == hashlib.sha256(sent).hexdigest()


def test_a_command_that_does_not_end_is_left_in_time(pod) -> None:
    api, namespace = pod
    began = time.monotonic()
    with pytest.raises(OpsError, match="has not ended in 1 s") as caught:
        api.run_in_pod(namespace, POD, MAIN, ["sleep", "5"], writes=False, seconds=1)
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 3


def test_a_command_that_says_too_much_is_given_up(pod) -> None:
    api, namespace = pod
    with pytest.raises(OpsError, match="more than 1,000 bytes"):
        api.run_in_pod(
            namespace, POD, MAIN, ["head", "-c", "3000000", "/dev/zero"], writes=False, seconds=10, most=1000
        )


def test_a_request_reaches_the_server_in_the_pod_byte_for_byte(pod) -> None:
    api, namespace = pod
    sent = bytes(range(256)) * 1024
    answer = api.ask_pod(namespace, POD, 8080, "POST", "/", writes=True, body=sent, seconds=10)
    assert (answer.status, answer.body.decode()) == (200, hashlib.sha256(sent).hexdigest())


@pytest.mark.parametrize(
    ("port", "kinds"),
    # The simulated kubelet does not pass on that a connection ended.
    [(DEAD_PORT, {"unreachable"}), (SILENT_PORT, {"timeout"}), (CUT_PORT, {"unverified", "timeout"})],
)
def test_a_port_that_misbehaves_is_one_failure_in_time(pod, port: int, kinds: set[str]) -> None:
    api, namespace = pod
    began = time.monotonic()
    with pytest.raises(OpsError, match=f"port {port} of pod") as caught:
        api.ask_pod(namespace, POD, port, "POST", "/", writes=True, body=b"{}", seconds=3)
    assert caught.value.kind in kinds, caught.value
    assert time.monotonic() - began < 6


def test_a_pod_or_container_that_is_not_there_is_named(pod) -> None:
    api, namespace = pod
    with pytest.raises(OpsError, match='pods "gone" not found'):
        api.run_in_pod(namespace, "gone", MAIN, ["true"], writes=False, seconds=5)
    with pytest.raises(OpsError, match='pods "gone" not found'):
        api.ask_pod(namespace, "gone", 8080, "GET", "/", writes=False, seconds=5)
    with pytest.raises(OpsError, match="container other is not valid"):
        api.run_in_pod(namespace, POD, "other", ["true"], writes=False, seconds=5)


def test_check_mode_sends_nothing_to_a_pod_that_could_change_it(lab: Lab, pod) -> None:
    looking = Client(Transport(lambda: load(str(lab.kubeconfig)), read_only=True))
    _api, namespace = pod
    with pytest.raises(OpsError, match="check mode sends nothing to a pod"):
        looking.run_in_pod(namespace, POD, MAIN, ["true"], writes=True, seconds=5)
    with pytest.raises(OpsError, match="check mode sends nothing to a pod"):
        looking.ask_pod(namespace, POD, 8080, "POST", "/", writes=True, body=b"", seconds=5)
    assert looking.run_in_pod(namespace, POD, MAIN, ["true"], writes=False, seconds=5).code == 0


def test_a_refused_port_leaves_nothing_on_the_terminal(lab: Lab, pod) -> None:
    """A module's standard error belongs to its result; a thread that dies there would spoil it."""
    _api, namespace = pod
    code = (
        "from tests.support.cluster import client; from pathlib import Path; import sys\n"
        f"where = ({namespace!r}, {POD!r}, {DEAD_PORT})\n"
        "try: client(Path(sys.argv[1])).ask_pod(*where, 'GET', '/', writes=False, seconds=3)\n"
        "except Exception as error: print(error.kind)"
    )
    paths = environment() | {"PYTHONPATH": f"{ROOT}:{ROOT / 'playbooks' / 'collections'}"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(lab.kubeconfig)], capture_output=True, text=True, env=paths, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("unreachable", "")
