# SPDX-License-Identifier: GPL-3.0-or-later
"""A real S3 server of a test's own: versitygw over a folder, on the loopback, with made-up credentials."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cache import Cache
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.tools import AUTO, Tools
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import choose

from tests.support.commands import ROOT, environment

ACCESS_KEY, SECRET_KEY = "AKIATESTSTEST", "a-secret-that-only-tests-know"
BUCKET = "store"


@dataclass(frozen=True)
class S3:
    """A running server. url, options: of a store in its bucket; environment: the credentials; folder: what it keeps.

    `process` may be stopped and killed.
    """

    url: str
    options: dict[str, str]
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes]


def tools(*names: str) -> dict[str, str]:
    """Paths of the programs of these tool sets; what is not in the cache is built, which takes minutes."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    chosen = choose(list(names))
    folders = {toolset.name: ROOT / "roles" / "lab" / "files" / "tools" / toolset.name for toolset in chosen}
    ensured = Tools(Cache(Path(home, "agent_platform_ops", "tools")), chosen, folders, AUTO, [])
    ensured.ensure()
    return ensured.result()["binaries"]


def program(name: str) -> Path:
    """Path of a program that is the only one of its tool set."""
    return Path(tools(name)[name])


@contextmanager
def s3(folder: Path) -> Iterator[S3]:
    """Run a server over an empty folder until the block ends."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    kept, attributes = folder / "buckets", folder / "attributes"
    (kept / BUCKET).mkdir(parents=True)
    attributes.mkdir()
    command = [program("versitygw"), "--port", f"127.0.0.1:{port}", "--keep-alive", "--quiet"]
    with (folder / "versitygw.log").open("wb") as log:
        process = subprocess.Popen(
            [*map(str, command), "posix", "--sidecar", str(attributes), str(kept)],
            env=environment(ROOT_ACCESS_KEY=ACCESS_KEY, ROOT_SECRET_KEY=SECRET_KEY),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _answers(f"http://127.0.0.1:{port}/", folder / "versitygw.log", process)
        options = {"endpoint": f"http://127.0.0.1:{port}", "region": "us-east-1", "allow_http": "true"}
        credentials = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        yield S3(f"s3://{BUCKET}/platforms", options, credentials, kept / BUCKET, process)
    finally:
        process.kill()
        process.wait()


def _answers(url: str, log: Path, process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except urllib.error.HTTPError:  # it wants credentials
            return
        except OSError:
            failed = process.poll() is not None or time.monotonic() > deadline
            assert not failed, f"no S3 server at {url}:\n{log.read_text()[-4000:]}"
            time.sleep(0.05)
