# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.download import (
    download,
    fetch,
    unpack_manifests,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import Manifests, ToolSet

MANIFESTS = Manifests("kwok-source", ("kustomize/stage", "kustomize/metrics"))
TOOLS = ToolSet("kwok", "example.org/kwok", {"kwok": "kwok"}, cold_seconds=1, manifests=MANIFESTS)
PROGRAM = b"\x7fELF" + bytes(300_000)


def archive(*names):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as members:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(name)
            members.addfile(info, io.BytesIO(name.encode()))
    return packed.getvalue()


SOURCE = archive(
    "kwok-0.8.0/kustomize/stage/pod/ready.yaml",
    "kwok-0.8.0/kustomize/metrics/usage.yaml",
    "kwok-0.8.0/kustomize/stage/embed.go",
    "kwok-0.8.0/kustomize/stage/../../../../escape.yaml",
    "kwok-0.8.0/README.yaml",
)


@pytest.fixture
def mirror():
    """A local HTTP server with the files, one that is not there, and one whose transfer is cut."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = {"/kwok": PROGRAM, "/kwok-source": SOURCE, "/cut": PROGRAM}.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:1000] if self.path == "/cut" else content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_set_is_fetched_and_its_manifests_unpacked(mirror, tmp_path):
    (tmp_path / "bin").mkdir()
    entries = {
        "kwok": {"url": f"{mirror}/kwok", "sha256": sha256(PROGRAM).upper()},
        "kwok-source": {"url": f"{mirror}/kwok-source", "sha256": sha256(SOURCE)},
    }
    download(TOOLS, entries, tmp_path)
    assert (tmp_path / "bin" / "kwok").read_bytes() == PROGRAM
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.yaml"))
    assert found == ["manifests/kustomize/metrics/usage.yaml", "manifests/kustomize/stage/pod/ready.yaml"]
    assert not (tmp_path / "kwok-source").exists()


@pytest.mark.parametrize(
    ("path", "checksum", "kind", "words"),
    [
        ("/kwok", "0" * 64, "invalid", f"has the SHA-256 {sha256(PROGRAM)}, but the download list says 0000"),
        ("/cut", sha256(PROGRAM), "unreachable", f"was cut after 1000 of {len(PROGRAM)} bytes"),
        ("/nothing", sha256(PROGRAM), "unreachable", "answered 404"),
    ],
)
def test_a_bad_transfer_is_told_in_one_sentence(mirror, tmp_path, path, checksum, kind, words):
    with pytest.raises(OpsError) as failed:
        fetch("kwok", f"{mirror}{path}", checksum, tmp_path / "kwok")
    assert failed.value.kind == kind
    assert words in str(failed.value)
    assert failed.value.request == f"GET {mirror}{path}"


def test_a_server_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OpsError, match="cannot be fetched") as failed:
        fetch("kwok", "http://127.0.0.1:9/kwok", "0" * 64, tmp_path / "kwok")
    assert failed.value.kind == "unreachable"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no archive", "not a readable tar.gz"),
        (SOURCE[:200], "not a readable tar.gz"),
        (archive("kwok-0.8.0/kustomize/stage/x.yaml"), "has no folder kustomize/metrics"),
    ],
)
def test_a_bad_archive_is_told(tmp_path, content, words):
    (tmp_path / "archive").write_bytes(content)
    with pytest.raises(OpsError, match=words):
        unpack_manifests(MANIFESTS, tmp_path / "archive", tmp_path / "manifests")
