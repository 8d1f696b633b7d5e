# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cache import Cache, binary_is_whole
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import Manifests, ToolSet

TOOLS = ToolSet("etcd", "example.org/etcd", {"server": "etcd", "etcdctl": "etcdctl"}, cold_seconds=1)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "tools")


def never():
    raise AssertionError("nobody else makes anything")


def make(cache, key="key", content=b"program"):
    with cache.making(never), cache.install(key, TOOLS) as folder:
        for name in TOOLS.binaries.values():
            (folder / "bin" / name).write_bytes(content)


def test_a_set_is_absent_until_it_is_whole(cache):
    assert cache.fault("key", TOOLS) == ""
    make(cache)
    assert cache.fault("key", TOOLS) is None
    assert os.access(cache.folder("key") / "bin" / "etcd", os.X_OK)
    assert binary_is_whole(cache.folder("key") / "bin" / "etcd")


def test_a_changed_program_is_noticed_on_use(cache):
    make(cache)
    (cache.folder("key") / "bin" / "etcdctl").write_bytes(b"Program")
    assert "etcdctl does not match the checksum" in cache.fault("key", TOOLS)
    make(cache)
    assert cache.fault("key", TOOLS) is None


@pytest.mark.parametrize("lost", ["etcd", "etcd.sha256"])
def test_a_lost_file_is_noticed_on_use(cache, lost):
    make(cache)
    (cache.folder("key") / "bin" / lost).unlink()
    assert "cannot be read" in cache.fault("key", TOOLS)


def test_lost_manifests_are_noticed_on_use(cache):
    make(cache)
    with_manifests = ToolSet(
        "etcd", TOOLS.module, TOOLS.binaries, cold_seconds=1, manifests=Manifests("source", ("kustomize",))
    )
    assert "has no manifests" in cache.fault("key", with_manifests)


def test_a_failed_making_leaves_nothing(cache):
    def fail(folder):
        (folder / "bin" / "etcd").write_bytes(b"half")
        raise OpsError("invalid", "the build failed")

    with pytest.raises(OpsError), cache.making(never), cache.install("key", TOOLS) as folder:
        fail(folder)
    assert cache.fault("key", TOOLS) == ""
    assert [path.name for path in cache.root.iterdir()] == [".lock"]


def test_leftovers_of_a_killed_making_are_removed_by_the_next(cache):
    left = cache.root / ".making-1234"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    make(cache)
    assert not left.exists()


def test_the_second_waits_and_is_told(cache):
    def waiting():
        raise InterruptedError("told to wait")

    with cache.making(never), pytest.raises(InterruptedError, match="told to wait"), cache.making(waiting):
        pass


def test_a_build_that_outlives_its_set_up_keeps_the_lock(cache):
    with cache.making(never) as descriptor:
        child = os.dup(descriptor)
    with (cache.root / ".lock").open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(child)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_newest_of_several_is_found_first(cache):
    for age, key in ((20, "etcd-a"), (10, "etcd-b"), (30, "etcd-c"), (0, "other")):
        make(cache, key)
        os.utime(cache.folder(key), (1000 - age, 1000 - age))
    assert cache.find("etcd-") == ["etcd-b", "etcd-a", "etcd-c"]
    assert Cache(Path("/nowhere")).find("etcd-") == []


def test_a_cache_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OpsError, match="cannot be made"), Cache(tmp_path / "file" / "tools").making(never):
        pass
