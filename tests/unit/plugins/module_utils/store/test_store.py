# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import stat

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store


def test_objects_come_back_as_they_were_put(tmp_path):
    store = open_store(f"file://{tmp_path}/store")
    assert store.put("records/lab/a.json", b"1", if_absent=True) is True
    assert store.put("records/lab/a.json", b"2", if_absent=True) is False
    assert store.get("records/lab/a.json") == b"1"
    store.put("records/lab/a.json", b"3")
    store.put("records/prod/b.json", b"4")
    assert store.get("records/lab/a.json") == b"3"
    assert store.get("records/lab/none.json") is None
    assert store.keys("records/lab") == ["records/lab/a.json"]
    assert store.keys() == ["records/lab/a.json", "records/prod/b.json"]


def test_nobody_else_may_read_a_local_store(tmp_path):
    store = open_store(str(tmp_path / "store"))
    store.put("a/b.json", b"x")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "store").rglob("*")}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_who_only_reads_makes_no_folder(tmp_path):
    with pytest.raises(OpsError, match="does not exist"):
        open_store(str(tmp_path / "store"), create=False)
    assert list(tmp_path.iterdir()) == []
    assert open_store(str(tmp_path), create=False).keys() == []


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a/../../x"])
def test_a_key_never_leaves_the_store(tmp_path, key):
    store = open_store(str(tmp_path))
    for call in (lambda: store.put(key, b""), lambda: store.get(key)):
        with pytest.raises(OpsError, match="no key"):
            call()


@pytest.mark.parametrize("url", ["ftp://host/x", "https://host/x", "memory:///", "s3:bucket"])
def test_other_urls_are_refused(url):
    with pytest.raises(OpsError, match="s3:") as refused:
        open_store(url)
    assert refused.value.kind == "invalid"


@pytest.mark.parametrize("timeout", [0, -1])
def test_a_time_limit_is_more_than_nothing(timeout):
    with pytest.raises(OpsError, match="more than 0"):
        open_store("s3://bucket", timeout=timeout)


def test_a_file_url_a_path_and_a_home_are_the_same_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    open_store(str(tmp_path / "a b")).put("x", b"1")
    assert open_store(f"file://{tmp_path}/a%20b").get("x") == open_store("~/a b").get("x") == b"1"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OpsError, match="cannot make"):
        open_store(str(tmp_path / "file" / "store"))


def test_a_write_that_fails_is_one_sentence(tmp_path):
    store = open_store(str(tmp_path))
    store.put("a", b"")
    with pytest.raises(OpsError, match="cannot write") as caught:
        store.put("a/b", b"")
    assert "\n" not in str(caught.value)
