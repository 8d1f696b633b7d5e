# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store import local
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import PIECE, AbsentError, is_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.commands import ROOT

EVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return LocalStore(str(tmp_path / "store"))


def files(store):
    return {path.relative_to(store.place("")).as_posix() for path in Path(store.place("")).rglob("*") if path.is_file()}


def test_a_large_file_is_written_from_its_position_and_read_in_pieces(store, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"skip" + os.urandom(3 * PIECE + 17))
    with path.open("rb") as file:
        file.seek(4)
        assert store.put_file("a/large", file) is True
    read = list(store.read("a/large"))
    assert b"".join(read) == path.read_bytes()[4:]
    assert max(map(len, read)) == PIECE


def test_memory_stays_small_however_large_the_file_is(tmp_path):
    program = (
        "import resource, sys\n"
        "from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore\n"
        "store = LocalStore(sys.argv[1])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open(sys.argv[2], 'rb') as file: store.put_file('k', file)\n"
        "assert sum(map(len, store.read('k'))) == 64 << 20\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 << 20)
    done = child(program, str(tmp_path), str(tmp_path / "large"), stdout=subprocess.PIPE)
    assert int(done.communicate(timeout=60)[0]) < 16


def test_an_object_says_its_size_and_when_it_was_written_in_utc(store):
    before = datetime.now(UTC) - timedelta(seconds=2)
    store.put("a/b", b"123")
    meta = store.head("a/b")
    assert (meta.key, meta.size) == ("a/b", 3)
    assert before < meta.modified < before + timedelta(seconds=60)
    assert list(store.list("a")) == [meta]


@pytest.mark.parametrize("key", ["none", "folder", "file/below"])
def test_what_is_not_there_is_told_apart_from_what_cannot_be_read(store, key):
    store.put("folder/a", b"")
    store.put("file", b"")
    assert store.head(key) is None
    assert store.get(key) is None
    with pytest.raises(AbsentError, match="is not there") as absent:
        next(store.read(key))
    assert absent.value.kind == "invalid"
    if key != "folder":
        store.delete(key)


def test_a_deleted_object_is_gone_and_its_neighbour_stays(store):
    store.put("a/b", b"1")
    store.put("a/c", b"2")
    store.delete("a/b")
    store.delete("a/b")
    assert store.keys() == ["a/c"]


def test_a_prefix_is_a_folder_and_no_beginning(store):
    for key in ("lab/a", "lab-2/b", "lab.json"):
        store.put(key, b"")
    assert store.keys("lab") == store.keys("lab/") == ["lab/a"]
    assert store.keys("other") == []
    assert store.keys("lab.json") == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("ab#%:~ ?*\\\"'+&=;,!@$|<>`^é😀.-", min_size=1, max_size=8), min_size=1, max_size=3))
def test_the_key_that_goes_in_is_the_key_that_comes_out(store, segments):
    top = uuid.uuid4().hex
    key = "/".join((top, *segments))
    if is_key(key):
        store.put(key, b"x")
        assert store.keys(top) == [key]
        assert store.head(key).key == key
        assert store.get(key) == b"x"
        store.delete(key)


def test_everything_is_0600_in_0700_whatever_the_mask(store):
    previous = os.umask(0)
    try:
        store.put("a/b/c", b"x")
        store.put("a/b/c", b"y")
    finally:
        os.umask(previous)
    for path in Path(store.place("a")).rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE(os.stat(store.place("a")).st_mode) == 0o700


def test_of_many_at_once_one_writes(store):
    wrote, barrier = [], threading.Barrier(8)

    def write(number):
        barrier.wait()
        if store.put("a/b/c", str(number).encode() * 1000, if_absent=True):
            wrote.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrote) == 1
    assert store.get("a/b/c") == str(wrote[0]).encode() * 1000
    assert files(store) == {"a/b/c"}


def test_a_folder_in_the_place_of_an_object_is_an_error_and_never_there_already(store):
    store.put("a/b", b"")
    for if_absent in (True, False):
        with pytest.raises(OpsError, match="cannot write") as refused:
            store.put("a", b"", if_absent=if_absent)
        assert refused.value.kind == "invalid"
    assert files(store) == {"a/b"}


def test_what_cannot_be_listed_is_an_error_and_never_a_shorter_list(store, monkeypatch):
    store.put("a/b", b"")
    store.put("c/d", b"")
    scandir = os.scandir

    def refused(path):
        if str(path).endswith("/c"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scandir(path)

    monkeypatch.setattr(local.os, "scandir", refused)
    with pytest.raises(OpsError, match=r"cannot list .*/c: Permission denied") as error:
        store.keys()
    assert error.value.kind == "forbidden"


def test_a_store_that_vanished_is_no_empty_one(tmp_path):
    with pytest.raises(OpsError, match="cannot list"):
        LocalStore(str(tmp_path / "gone")).keys()


def test_a_linked_folder_on_another_disk_is_a_part_of_the_store(store, tmp_path):
    elsewhere = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path
    folder = elsewhere / f"store-test-{os.getpid()}"
    folder.mkdir()
    try:
        os.symlink(folder, store.place("backups"))
        assert store.put("backups/a", b"1", if_absent=True)
        assert store.keys() == ["backups/a"]
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_nothing_is_left(store, monkeypatch, number):
    def full(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(local.os, "fsync", full)
    os.mkdir(store.place("a"), 0o700)
    with pytest.raises(OpsError, match="the disk is full") as refused:
        store.put("a/b", b"x" * 100)
    assert "Free space" in refused.value.hint
    assert files(store) == set()


def test_a_file_that_the_kernel_cuts_short_never_appears(tmp_path):
    program = (
        "import io, resource, signal, sys\n"
        "from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError\n"
        "from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))\n"
        "try: LocalStore(sys.argv[1]).put_file('k', io.BytesIO(bytes(4 << 20)))\n"
        "except OpsError as error: print(error)\n"
    )
    done = child(program, str(tmp_path), stdout=subprocess.PIPE)
    assert "File too large" in done.communicate(timeout=60)[0].decode()
    assert list(tmp_path.iterdir()) == []


def test_only_old_leftovers_are_swept(store):
    store.put("a/b", b"1")
    for name, age in ((".unfinished-old", 7200), (".unfinished-new", 0)):
        path = Path(store.place(f"a/{name}"))
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    assert store.keys() == ["a/b"]
    assert store.sweep(datetime.now(UTC) - timedelta(hours=1)) == 1
    assert files(store) == {"a/b", "a/.unfinished-new"}
    assert store.sweep(EVER) == 1
    assert store.sweep(EVER) == 0


WRITER = """
import hashlib, io, os, sys
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
store = LocalStore(sys.argv[1])
while True:
    data = os.urandom(1 << 20)
    store.put_file("parts/" + hashlib.sha256(data).hexdigest(), io.BytesIO(data))
    store.put("newest", data[:100] + hashlib.sha256(data[:100]).digest())
    print("written", flush=True)
"""


def test_killed_at_any_moment_no_half_object_has_a_name(tmp_path):
    chance = random.Random(7)
    store = LocalStore(str(tmp_path))
    for _kill in range(8):
        writer = child(WRITER, str(tmp_path), stdout=subprocess.PIPE)
        assert writer.stdout.readline() == b"written\n"
        time.sleep(chance.uniform(0.0, 0.08))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    parts = store.keys("parts")
    assert len(parts) >= 8
    assert all(hashlib.sha256(store.get(key)).hexdigest() == key.rpartition("/")[2] for key in parts)
    newest = store.get("newest")
    assert hashlib.sha256(newest[:100]).digest() == newest[100:]
    store.sweep(EVER)
    assert files(store) == {"newest", *parts}


def child(program, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "playbooks" / "collections")},
        **options,
    )
