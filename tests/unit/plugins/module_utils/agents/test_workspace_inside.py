# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_inside as inside
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspace_inside import Repository, Space
from hypothesis import given
from hypothesis import strategies as st

TABLE = b"Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/my disk 100 40 60 40% /work space\n"


def test_the_space_is_read_whatever_the_device_is_called():
    assert inside.space(TABLE) == Space(102400, 40960, 61440)


@given(st.binary(max_size=200))
def test_anything_else_is_no_space_and_no_harm(data):
    inside.parse(data)
    inside.parse(TABLE + b"\0" + data)


@pytest.mark.parametrize("data", [b"", b"df: no such file\n", b"Filesystem\nx 1 2\n"])
def test_what_is_no_table_is_unknown(data):
    assert inside.parse(data) == (None, [])


def test_the_command_finds_what_is_not_pushed(tmp_path: Path) -> None:
    def git(*words: str, at: Path = tmp_path) -> None:
        named = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *named, *words], cwd=at, check=True, capture_output=True)

    root = tmp_path / "work space"
    root.mkdir()
    git("init", "--bare", "origin")
    git("clone", str(tmp_path / "origin"), str(root / "a"))
    git("commit", "--allow-empty", "-m", "one", at=root / "a")
    git("push", "-u", "origin", "HEAD", at=root / "a")
    git("clone", str(tmp_path / "origin"), str(root / "b"))
    git("commit", "--allow-empty", "-m", "two", at=root / "b")
    (root / "b" / "new").write_text("x")
    (root / "c" / ".git").mkdir(parents=True)
    done = subprocess.run(inside.command(str(root)), capture_output=True, check=False)
    space, clones = inside.parse(done.stdout)
    assert space is not None
    assert space.free > 0
    assert {Path(one.path).name: (one.changed, one.ahead) for one in clones} == {
        "a": (0, 0),
        "b": (1, 1),
        "c": (None, None),
    }
    told = inside.words(clones)
    assert "b: 1 not committed, 1 not pushed" in told
    assert "c: unknown not committed" in told


def test_words_for_a_person():
    assert inside.words([]) == "no clone was found in it"
    assert inside.words([Repository("/w/a", 0, 0)]) == "all is committed and pushed in 1 clone"
    assert inside.words([Repository(f"/w/{number}", 1, 0) for number in range(5)]).endswith("; and 2 more")


def test_where_a_container_sees_a_claim():
    pod = {
        "spec": {
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}, {"name": "w"}, None],
            "containers": [
                {"name": "main", "volumeMounts": [{"name": "w", "mountPath": "/x"}, {"name": "v", "mountPath": "/y"}]}
            ],
        }
    }
    assert inside.mount_path(pod, "main", "c") == "/y"
    assert inside.mount_path(pod, "main", "d") == inside.mount_path(pod, "other", "c") == ""
    assert inside.mount_path({}, "main", "c") == ""
