# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in a bucket of a real S3 server."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.remote import PART
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import AbsentError, open_store

from tests.support.commands import ROOT, environment
from tests.support.s3 import SECRET_KEY, s3
from tests.support.services import frozen

EVER = datetime(2100, 1, 1, tzinfo=UTC)
LARGE = 2 * PART + 17


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with s3(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def url(server):
    """A prefix of the test's own."""
    return f"{server.url}/{uuid.uuid4().hex}"


@pytest.fixture
def opened(server, url, monkeypatch):
    """Opens the store there."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return lambda **more: open_store(url, server.options, **more)


@pytest.fixture
def store(opened):
    return opened()


def test_objects_come_back_as_they_were_put(store):
    assert store.put("a/b", b"1", if_absent=True) is True
    assert store.put("a/b", b"2", if_absent=True) is False
    assert store.get("a/b") == b"1"
    store.put("a/b", b"33")
    store.put("a-2/c", b"")
    assert store.get("a/b") == b"33"
    assert store.get("a-2/c") == b""
    meta = store.head("a/b")
    assert (meta.key, meta.size) == ("a/b", 2)
    assert abs((datetime.now(UTC) - meta.modified).total_seconds()) < 60
    assert list(store.list("a")) == [meta]
    store.delete("a/b")
    store.delete("a/b")
    assert store.keys() == ["a-2/c"]
    assert store.get("a/b") is store.head("a/b") is None
    with pytest.raises(AbsentError, match="is not there"):
        next(store.read("a/b"))


@pytest.mark.parametrize(
    "name", ["a#b", "a%25b", "a:b", "a~b c", "é/ü", "a*b?c", "q\"'`", "x|y{z}^<>[]", "a\\b", "+&=;,@$!"]
)
def test_the_key_that_goes_in_is_the_key_that_comes_out(store, name):
    store.put(f"k/{name}", b"x")
    assert store.keys("k") == [f"k/{name}"]
    assert store.head(f"k/{name}").key == f"k/{name}"
    assert store.get(f"k/{name}") == b"x"
    store.delete(f"k/{name}")
    assert store.keys() == []


def test_a_large_file_is_written_once_and_read_as_it_is(store, server):
    first, second = os.urandom(LARGE), os.urandom(LARGE)
    file = io.BytesIO(b"skip" + first)
    file.seek(4)
    assert store.put_file("a/large", file) is True
    assert store.put_file("a/large", io.BytesIO(second)) is False
    assert store.get("a/large") == first
    assert store.put_file("a/large", io.BytesIO(second), if_absent=False) is True
    assert b"".join(store.read("a/large")) == second
    assert store.keys() == ["a/large"]
    assert unfinished(server) == []


def test_an_object_that_is_replaced_while_it_is_read_is_an_error_and_no_mixture(store):
    store.put("large", bytes(4 * PART))  # more than is read ahead
    reading = store.read("large")
    next(reading)
    store.put("large", bytes(PART) + b"x" * 3 * PART)
    with pytest.raises(OpsError, match="changed meanwhile") as refused:
        list(reading)
    assert refused.value.kind == "conflict"


@pytest.mark.parametrize(("writers", "size"), [(8, 1000), (4, PART + 1)])
def test_of_many_at_once_one_writes(store, server, writers, size):
    wrote, barrier = [], threading.Barrier(writers)

    def write(number):
        barrier.wait()
        if store.put("a/b", bytes([number]) * size, if_absent=True):
            wrote.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrote) == 1
    assert store.get("a/b") == bytes([wrote[0]]) * size
    assert unfinished(server) == []


WRITER = """
import io, sys
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
store = open_store(sys.argv[1], {"endpoint": sys.argv[2], "region": "us-east-1", "allow_http": True})
print("ready", flush=True)
for number in range(1000):
    store.put_file(f"parts/{number}", io.BytesIO(bytes([number]) * (20 << 20)))
"""


def test_killed_at_any_moment_nothing_half_has_a_name(store, server, url):
    for pause in (0.05, 0.2, 0.4, 0.6):
        writer = child(WRITER, server, url, server.options["endpoint"])
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(pause)
        writer.kill()
        writer.communicate()
    for meta in store.list():
        assert meta.size == 20 << 20
        assert set(store.get(meta.key)) == {int(meta.key.rpartition("/")[2])}
    left = len(unfinished(server))
    assert store.sweep(datetime(2020, 1, 1, tzinfo=UTC)) == 0
    assert store.sweep(EVER) == left
    assert unfinished(server) == []


def test_memory_stays_small_however_large_the_file_is(server, url, tmp_path):
    program = (
        "import resource, sys\n"
        "from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store\n"
        "options = {'endpoint': sys.argv[2], 'region': 'us-east-1', 'allow_http': True}\n"
        "store = open_store(sys.argv[1], options)\n"
        "store.put('small', b'')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open(sys.argv[3], 'rb') as file: assert store.put_file('large', file)\n"
        "assert sum(map(len, store.read('large'))) == 64 << 20\n"
        "store.delete('large')\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 << 20)
    measured = child(program, server, url, server.options["endpoint"], str(tmp_path / "large"))
    assert int(measured.communicate(timeout=120)[0]) < 40


def test_a_server_that_hangs_is_told_in_time_and_works_again_afterwards(opened, server):
    store = opened(timeout=2.0)
    store.put("a", b"1")
    with frozen(server.process):
        began = time.monotonic()
        for call in (lambda: store.put("b", b"2"), lambda: store.get("a")):
            with pytest.raises(OpsError, match="no answer in time") as refused:
                call()
            assert refused.value.kind == "timeout"
        assert time.monotonic() - began < 5
    assert store.get("a") == b"1"


def test_what_it_refuses_is_one_sentence_without_secrets(opened, server, monkeypatch):
    with pytest.raises(OpsError, match="NoSuchBucket") as missing:
        open_store("s3://none-such/x", server.options).put("a", b"")
    assert missing.value.kind == "invalid"
    for call in ("get", "keys"):
        with pytest.raises(OpsError, match="NoSuchBucket"):
            getattr(open_store("s3://none-such/x", server.options), call)("a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY[::-1])
    with pytest.raises(OpsError, match="SignatureDoesNotMatch") as refused:
        opened().get("a")
    assert refused.value.kind == "forbidden"
    assert "\n" not in str(refused.value)
    assert SECRET_KEY[::-1] not in str(refused.value)


def unfinished(server):
    return [path for path in server.folder.rglob(".unfinished-*") if path.is_file()]


def child(program, server, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment(PYTHONPATH=ROOT / "playbooks" / "collections", **server.environment),
        stdout=subprocess.PIPE,
    )


def test_a_run_keeps_its_record_and_report_in_a_bucket_that_needs_options(lab, server, url, store, tmp_path):
    """The address of the server is among the options of the store alone."""
    log = tmp_path / "log"
    own = {"platform_store": url, "platform_store_options": server.options}
    running = lab.begin("verify_backup", "-e", json.dumps(own), log=log, **server.environment)
    assert running.wait(300) == 2, log.read_text()  # there is no backup in the bucket
    (record,) = (key for key in store.keys("records/lab/verify_backup") if key.endswith("Z.json"))
    assert json.loads(store.get(record))["outcome"] == "finished"
    assert store.head(record.replace(".json", ".html"))
    assert SECRET_KEY not in log.read_text()
